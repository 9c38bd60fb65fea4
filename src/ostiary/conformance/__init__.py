"""The conformance suite: cases in one format, its comparison rules, and a runner.

Any engine can be held to it; `README.md` beside this file says how.
"""
