"""What a suite of applications stands for, by the names of its members."""

from __future__ import annotations

from functools import cache

from ostiary.tenant.catalogue import BUILT_IN


@cache
def members_of(suite: str) -> tuple[str, ...]:
    """Name the members of a suite, by its word or application id; empty for what is none."""
    members = BUILT_IN.suites.get(suite) or BUILT_IN.suites.get(suite.casefold()) or frozenset()
    names = {BUILT_IN.applications.get(each, each) for each in members}
    return tuple(sorted(names, key=str.casefold))
