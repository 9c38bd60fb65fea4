"""What a policy does to the sign-ins of the log, asked of Graph and made ready for a page."""

from __future__ import annotations

from typing import Any, Final

from ostiary.admin.visit import Visit
from ostiary.model.json_types import JsonObject

IMPACT: Final = "/identity/conditionalAccess/impact"
PERIODS: Final = ("PT24H", "P7D", "P30D")
KINDS: Final = ("all", "interactive", "nonInteractive", "servicePrincipal", "managedIdentity")


async def impact_of(
    visit: Visit,
    policy: JsonObject | None = None,
    policy_id: str | None = None,
    *,
    period: str = "P30D",
    kind: str = "all",
    stored: bool = False,
) -> dict[str, Any]:
    """Ask what a policy would do if it were On, or `stored`: as its state is.

    `policy` is a draft; with `policy_id` it takes the place of that policy, alone the id asks about
    the stored one. Raises Refused, where the draft breaks a rule with every one.
    """
    body: dict[str, Any] = {"period": period, "signInType": kind}
    if policy is not None:
        body["policy"] = dict(policy)
    if policy_id is not None:
        body["policyId"] = policy_id
    if stored:
        body["evaluateAs"] = "stored"
    return await visit.graph.send("POST", IMPACT, body)
