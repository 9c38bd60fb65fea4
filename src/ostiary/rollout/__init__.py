"""Rolling a policy out in steps: Off, report-only, rings of people, On; each behind its gates.

Pure: no clock, no store, no network. Who carries a step out hands in the tenant, the log's answers
and the moment, writes the document that comes back, and keeps the `Rollout` that goes with it.
"""
