"""What a policy does to the sign-ins of the log, asked of Graph and made ready for a page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ostiary.admin.graph_calls import Refused
from ostiary.admin.visit import Visit
from ostiary.model.json_types import JsonObject

IMPACT: Final = "/identity/conditionalAccess/impact"
PERIODS: Final = ("PT24H", "P7D", "P30D")
KINDS: Final = ("all", "interactive", "nonInteractive", "servicePrincipal", "managedIdentity")
CHANGES: Final = ("newlyPrompted", "newlyBlocked", "silentBackgroundBreak", "newlyAllowed")
WORSE: Final = CHANGES[:3]
_NO_ANSWER: Final = {501: "not_here", 503: "waiting"}


@dataclass(frozen=True, slots=True)
class PolicyImpact:
    """An answer of Graph's `impact` in `found`; where it is empty, `why_not` and `message` say why.

    `why_not`: `waiting` (ask again), `not_here` (the server lacks packages), `invalid` (the draft
    breaks rules, every one in `problems`). `draft` is the policy that was asked about as JSON, ''
    for a stored one.
    """

    period: str
    kind: str
    policy_id: str | None = None
    draft: str = ""
    found: Mapping[str, Any] | None = None
    why_not: str = ""
    message: str = ""
    problems: tuple[Mapping[str, Any], ...] = ()

    def most(self, member: str, number: int = 5) -> Sequence[Mapping[str, Any]]:
        """Give the entries of a list (`affected`, `byApplication`, …) that are worse off, first."""
        rows: Sequence[Mapping[str, Any]] = self.found[member] if self.found else ()
        worse = [each for each in rows if worse_off(each)]
        return sorted(worse, key=worse_off, reverse=True)[:number]


def worse_off(row: Mapping[str, Any]) -> int:
    """Count the sign-ins of a row that would be prompted, blocked or broken."""
    return sum(int(row[name]) for name in WORSE)


async def impact_of(
    visit: Visit,
    policy: JsonObject | None = None,
    policy_id: str | None = None,
    *,
    period: str = "P30D",
    kind: str = "all",
) -> PolicyImpact:
    """Ask what a policy would do if it were On, to be shown by `impact_part.html` as `impact`.

    `policy` is a draft as it would be sent; with `policy_id` it would change that policy, alone the
    id asks about the stored one. Nothing is saved. Raises Refused where the person may not ask, or
    there is no such policy.
    """
    body: dict[str, Any] = {"period": period, "signInType": kind}
    if policy is not None:
        body["policy"] = dict(policy)
    if policy_id is not None:
        body["policyId"] = policy_id
    about = PolicyImpact(period, kind, policy_id, json.dumps(policy) if policy is not None else "")
    try:
        found = await visit.graph.send("POST", IMPACT, body)
    except Refused as refused:
        why = _NO_ANSWER.get(refused.status, "")
        if refused.status == 400 and policy is not None:
            why = "invalid"
        if not why:
            raise
        return _without(about, why, refused)
    return PolicyImpact(period, kind, policy_id, about.draft, found)


def _without(about: PolicyImpact, why: str, refused: Refused) -> PolicyImpact:
    problems = tuple(each for each in refused.details if each.get("target"))
    return PolicyImpact(
        about.period,
        about.kind,
        about.policy_id,
        about.draft,
        why_not=why,
        message=str(refused.message),
        problems=problems,
    )
