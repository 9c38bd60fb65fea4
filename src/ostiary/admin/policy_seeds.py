"""What the form of a new policy begins with: a copy of a policy, or a template.

Nothing is saved before *Create*. The form carries what it began with along (`copy`, `template`), so
that members that it does not show are created too.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from ostiary.admin.rendering import texts
from ostiary.admin.visit import Visit
from ostiary.model.json_types import JsonObject, as_object, as_strings
from ostiary.model.policy import PolicyState
from ostiary.schema.templates import PLACEHOLDER

SEEDS: Final = ("copy", "template")
"""Fields of the form, and members of its address: each names one object by its id."""
_ROOT: Final = "/identity/conditionalAccess"
_LONGEST: Final = 256
_SETTINGS: Final = ("conditions", "grantControls", "sessionControls")


def seeds_of(visit: Visit) -> dict[str, str]:
    """Give what the form begins with, as the address or the form that came back says."""
    found = {name: visit.form.get(name) or visit.query.get(name, "") for name in SEEDS}
    return {name: value for name, value in found.items() if value}


async def seed_of(visit: Visit, excluded: list[str]) -> JsonObject | None:
    """Give the policy that the form begins with, in report-only; None where it begins empty.

    `excluded` are the emergency access accounts: a template leaves them out, with who deploys it;
    a copy leaves out whom its original does. Raises Refused where there is no such object.
    """
    seeds = seeds_of(visit)
    if "copy" in seeds:
        found = await visit.graph.get(f"{_ROOT}/policies/{quote(seeds['copy'], safe='')}")
        return _seed(_copied(str(found["displayName"])), found)
    if "template" in seeds:
        found = await visit.graph.get(f"{_ROOT}/templates/{quote(seeds['template'], safe='')}")
        details = _filled_in(as_object(found.get("details")), visit.person.id, excluded)
        return _seed(str(found["name"]), details)
    return None


def _seed(name: str, settings: JsonObject) -> dict[str, Any]:
    kept = {part: settings.get(part) for part in _SETTINGS}
    return {"displayName": name, "state": PolicyState.REPORT_ONLY.value, **kept}


def _copied(name: str) -> str:
    """Name a copy; the end of a name that would be too long is left out."""
    words = texts().entries["policies.copy_of"]
    return words.format(name=name[: _LONGEST - len(words.format(name=""))])


def _filled_in(settings: JsonObject, creator: str, excluded: list[str]) -> dict[str, Any]:
    """Put people in place of the words by which a template stands for them."""
    conditions = as_object(settings.get("conditions"))
    users = as_object(conditions.get("users"))
    named = as_strings(users.get("excludeUsers"))
    if PLACEHOLDER not in named:
        return {**settings}
    left_out = [each for each in named if each != PLACEHOLDER]
    whole = list(dict.fromkeys((*left_out, creator, *excluded)))
    return {**settings, "conditions": {**conditions, "users": {**users, "excludeUsers": whole}}}
