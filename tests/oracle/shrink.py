"""Makes a failing case small: takes away whatever the failure does not need."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any, cast

from tests.oracle.duel import Load, disagreement
from tests.oracle.shapes import Json

# Each attempt loads a tenant: enough for the cases we draw, an end for any other.
ATTEMPTS = 3000
Path = tuple[str | int, ...]

# What every case must keep, or the oracle could not read it.
KEPT = {
    "tenantId",
    "users",
    "groups",
    "roleAssignments",
    "servicePrincipals",
    "settings",
    "suites",
    "id",
    "appId",
    "@odata.type",
    "displayName",
    "state",
    "conditions",
    "applications",
    "mode",
    "rule",
    "includeUsers",
    "includeApplications",
    "grantControls",
    "operator",
    "builtInControls",
    "signInIdentity",
    "userId",
    "servicePrincipalId",
    "signInContext",
    "signInConditions",
}
# Larger parts first, so that most of the case is gone before the many small attempts.
PARTS: tuple[Path, ...] = (
    ("policies",),
    ("facts",),
    ("signIn",),
    ("tenant",),
)


def shrunk(load: Load, case: Json) -> Json:
    """A smaller case that still fails in one of the same members."""
    failing = _members(disagreement(load, case))

    def still_fails(smaller: Json) -> bool:
        try:
            return bool(failing & _members(disagreement(load, smaller)))
        except (KeyError, ValueError, TypeError, IndexError):
            return False  # too small for the oracle to read

    return smallest(case, still_fails)


def smallest(case: Json, still_fails: Callable[[Json], bool]) -> Json:
    """Takes parts away, one at a time, for as long as any can go."""
    current = deepcopy(case)
    attempts = 0
    went_on = True
    while went_on and attempts < ATTEMPTS:
        went_on = False
        for path in [p for part in PARTS for p in _removable(current, part)]:
            smaller = _without(current, path)
            if smaller is None or _is_needed(current, smaller, path):
                continue
            attempts += 1
            if still_fails(smaller):
                current = smaller
                went_on = True
    return current


def _removable(case: Json, path: Path) -> Iterator[Path]:
    """Every part below a path, outer ones first, later list elements before earlier ones."""
    value = _at(case, path)
    if isinstance(value, dict):
        keys: list[str | int] = [key for key in cast("Json", value) if key not in KEPT]
        inner: list[str | int] = list(cast("Json", value))
    elif isinstance(value, list):
        inner = list(reversed(range(len(cast("list[Any]", value)))))
        # A list that ran empty would make it another kind of policy, or of request.
        keys = [] if path[0] in ("policies", "signIn") and len(inner) == 1 else inner
    else:
        return
    yield from ((*path, key) for key in keys)
    for key in inner:
        yield from _removable(case, (*path, key))


def _is_needed(case: Json, smaller: Json, path: Path) -> bool:
    """Whether something else in the case still speaks of the object that would go.

    Without it a reference would hang, and the case would be about unknown facts instead.
    """
    gone = _at(case, path)
    if path[0] != "tenant" or not isinstance(gone, dict):
        return False
    element = cast("Json", gone)
    key = element.get("id") or element.get("appId")
    return key is not None and str(key) in json.dumps(smaller)


def _without(case: Json, path: Path) -> Json | None:
    """A copy of the case without the part at the path; None when it is gone already."""
    smaller = deepcopy(case)
    holder = _at(smaller, path[:-1])
    last = path[-1]
    if isinstance(holder, dict) and last in holder:
        del cast("Json", holder)[str(last)]
        return smaller
    if isinstance(holder, list) and isinstance(last, int):
        elements = cast("list[Any]", holder)
        if last < len(elements):
            del elements[last]
            return smaller
    return None


def _at(case: Json, path: Path) -> Any:
    value: Any = case
    for key in path:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _members(differs: list[str]) -> set[str]:
    """Which members differ, without their values."""
    return {sentence.split(":")[0] for sentence in differs}
