"""What is told of a policy while its form is edited: its effect, lockouts, gaps, lint, words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ostiary.admin.describing import Described, in_words
from ostiary.admin.graph_calls import Refused
from ostiary.admin.impact import PolicyImpact, impact_of
from ostiary.admin.left_out import Account, included
from ostiary.admin.name_suggestions import follows, suggestion
from ostiary.admin.naming import Names
from ostiary.admin.verdicts import DraftVerdict, verdict_of
from ostiary.admin.visit import Visit
from ostiary.model.json_types import JsonObject


@dataclass(frozen=True, slots=True)
class Draft:
    """What a draft says, and what is said of it; `missing` is why it is no policy yet."""

    missing: str = ""
    words: Described | None = None
    document: str = ""
    name: str = ""
    """The name that the standard suggests, empty where the draft has such a name."""
    in_danger: tuple[Account, ...] = ()
    """Emergency access accounts that the policy is about."""
    verdict: DraftVerdict | None = None
    impact: PolicyImpact | None = None
    not_told: str = ""
    """Why there is no verdict or impact: what the person may not ask."""


async def draft_of(
    visit: Visit, policy: dict[str, Any], names: Names, policy_id: str | None
) -> Draft:
    """Look at a draft that can be read; nothing is saved."""
    body = {name: value for name, value in policy.items() if not name.startswith("@")}
    verdict, impact, not_told = None, None, ""
    try:
        verdict = await verdict_of(visit, body, policy_id)
        impact = await impact_of(visit, body, policy_id) if verdict.valid else None
    except Refused as refused:
        not_told = str(refused.message)
    return Draft(
        words=await in_words(policy, visit.graph),
        document=json.dumps(body, indent=2, ensure_ascii=False),
        name=await _name(visit, policy, names, policy_id),
        in_danger=tuple(await included(visit, policy, names)),
        verdict=verdict,
        impact=impact,
        not_told=not_told,
    )


async def _name(visit: Visit, policy: JsonObject, names: Names, policy_id: str | None) -> str:
    if follows(str(policy.get("displayName") or "")):
        return ""
    every: list[dict[str, Any]] = await visit.graph.all(
        "/identity/conditionalAccess/policies", select="id,displayName"
    )
    taken = [str(each["displayName"]) for each in every if each["id"] != policy_id]
    return await suggestion(policy, taken, names)
