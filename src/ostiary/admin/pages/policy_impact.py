"""Policy impact: what a policy, or a draft of one, would have done to the sign-ins of the log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from ostiary.admin.graph_calls import Refused
from ostiary.admin.impact import CHANGES, KINDS, PERIODS, PolicyImpact, impact_of
from ostiary.admin.impact_charts import by_day
from ostiary.admin.pages.policies import PATH
from ostiary.admin.pages.policy import locked_out
from ostiary.admin.visit import Answer, GoTo, PageRoute, Shown, Visit
from ostiary.model.json_types import is_object

_POLICY: Final = "/identity/conditionalAccess/policies/{}"
_ON: Final = "enabled"
_DIMENSIONS: Final = ("byApplication", "byPlatform", "byLocation", "byClientApp", "byRisk")


async def show_impact(visit: Visit) -> Answer:
    """Show the impact of a stored policy."""
    return await _shown(visit)


async def turn_on(visit: Visit) -> Answer:
    """Turn the policy on; where somebody would be locked out, say who and by what."""
    try:
        await visit.graph.send(
            "PATCH",
            _POLICY.format(visit.path["id"]),
            {"state": _ON},
            etag=visit.form.get("etag", ""),
            override=visit.form.get("reason", "").strip(),
        )
    except Refused as refused:
        return await _shown(visit, refused)
    return GoTo(f"{PATH}/{visit.path['id']}/impact", "impact_turned_on")


async def show_draft(visit: Visit) -> Answer:
    """Show the impact of a draft, which a form has sent as JSON; nothing of it is saved."""
    try:
        draft: object = json.loads(visit.form.get("draft", ""))
    except ValueError:
        draft = None
    if not is_object(draft):
        return GoTo(f"{PATH}/new")
    policy_id = visit.form.get("policy_id") or None
    period, kind = _chosen(visit.form)
    impact = await impact_of(visit, draft, policy_id, period=period, kind=kind)
    about = {"id": policy_id, "displayName": draft.get("displayName") or "", "state": ""}
    return Shown("policy_impact", _values(impact, about))


async def _shown(visit: Visit, refused: Refused | None = None) -> Answer:
    policy = await visit.graph.get(_POLICY.format(visit.path["id"]))
    period, kind = _chosen({**visit.query, **visit.form})
    impact = await impact_of(visit, None, str(policy["id"]), period=period, kind=kind)
    values = {
        **_values(impact, policy),
        "refused": refused,
        "locked_out": locked_out(refused.details if refused else ()),
    }
    return Shown("policy_impact", values, refused.status if refused else 200)


def _chosen(given: Mapping[str, str]) -> tuple[str, str]:
    """Read period and kind of sign-ins; what is none is the usual one."""
    period, kind = given.get("period", ""), given.get("kind", "")
    return period if period in PERIODS else "P30D", kind if kind in KINDS else "all"


def _values(impact: PolicyImpact, policy: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "impact": impact,
        "policy": policy,
        "periods": PERIODS,
        "kinds": KINDS,
        "changes": CHANGES,
        "dimensions": _DIMENSIONS,
        "chart": by_day(impact.found["byDay"]) if impact.found else "",
        "refused": None,
        "locked_out": [],
    }


ROUTES: Final = (
    PageRoute("POST", f"{PATH}/impact", show_draft),
    PageRoute("GET", f"{PATH}/{{id}}/impact", show_impact),
    PageRoute("POST", f"{PATH}/{{id}}/impact", turn_on),
)
