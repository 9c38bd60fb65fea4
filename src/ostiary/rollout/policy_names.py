"""The one policy that somebody names, among those that Graph tells."""

from __future__ import annotations

from collections.abc import Iterable

from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject


def policy_called(name: str, policies: Iterable[JsonObject]) -> JsonObject:
    """Find it by id or display name, in any case. Raises InputError for none, or several."""
    asked = name.strip().casefold()
    found = [
        each
        for each in policies
        if asked in {str(each.get(member) or "").casefold() for member in ("id", "displayName")}
    ]
    if len(found) == 1:
        return found[0]
    what = "which there is none" if not found else f"which there are {len(found)}"
    raise InputError(
        f"expected the name or id of a policy, came `{name}`, of {what}",
        hint="" if not found else "write the id of the one that is meant",
    )
