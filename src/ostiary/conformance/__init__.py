"""The conformance suite: cases in one format, its comparison rules, and a runner.

Any engine can be held to it; `README.md` beside this file says how.
"""

from __future__ import annotations

from ostiary.conformance.implementation import Answer, Call, Implementation, NotSupported
from ostiary.conformance.runner import run_suites
from ostiary.conformance.suite import load_suite, suite_files

__all__ = [
    "Answer",
    "Call",
    "Implementation",
    "NotSupported",
    "load_suite",
    "run_suites",
    "suite_files",
]
