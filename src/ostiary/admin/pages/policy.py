"""One policy: what it says, its state, and its end."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from ostiary.admin.describing import conditions_of, grant_of, session_of
from ostiary.admin.graph_calls import Refused
from ostiary.admin.naming import Names
from ostiary.admin.pages.policies import PATH, STATES
from ostiary.admin.visit import Answer, GoTo, PageRoute, Shown, Visit
from ostiary.model.json_types import as_object

_POLICY: Final = "/identity/conditionalAccess/policies/{}"
ORDER: Final = ("enabledForReportingButNotEnforced", "enabled", "disabled")
"""The states as *Enable policy* shows them."""
_LOCKED_OUT: Final = "lockedOut"


async def show_policy(visit: Visit) -> Answer:
    """Show a policy."""
    return await _shown(visit)


async def change_state(visit: Visit) -> Answer:
    """Move *Enable policy*; where somebody would be locked out, say who and by what."""
    state = visit.form.get("state", "")
    if state not in STATES:
        return await _shown(visit, status=400)
    try:
        await visit.graph.send(
            "PATCH",
            _POLICY.format(visit.path["id"]),
            {"state": state},
            etag=visit.form.get("etag", ""),
            override=visit.form.get("reason", "").strip(),
        )
    except Refused as refused:
        return await _shown(visit, refused=refused, chosen=state, status=refused.status)
    return GoTo(f"{PATH}/{visit.path['id']}", "changed")


async def delete(visit: Visit) -> Answer:
    """Delete a policy; it can be restored for thirty days."""
    try:
        await visit.graph.send(
            "DELETE",
            _POLICY.format(visit.path["id"]),
            etag=visit.form.get("etag", ""),
            override=visit.form.get("reason", "").strip(),
        )
    except Refused as refused:
        return await _shown(visit, refused=refused, status=refused.status)
    return GoTo(PATH, "deleted")


async def _shown(
    visit: Visit, *, refused: Refused | None = None, chosen: str = "", status: int = 200
) -> Answer:
    policy = await visit.graph.get(_POLICY.format(visit.path["id"]))
    parts = await conditions_of(policy, Names(visit.graph))
    values: dict[str, Any] = {
        "policy": policy,
        "assignments": [each for each in parts if each.assignment],
        "conditions": [each for each in parts if not each.assignment],
        "grant": grant_of(policy),
        "operator": as_object(policy.get("grantControls")).get("operator"),
        "session": session_of(policy),
        "document": json.dumps(_plain(policy), indent=2, ensure_ascii=False),
        "states": ORDER,
        "chosen": chosen or policy["state"],
        "refused": refused,
        "locked_out": locked_out(refused.details if refused else ()),
    }
    return Shown("policy", values, status)


def _plain(policy: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in policy.items() if not name.startswith("@")}


def locked_out(details: Sequence[Any]) -> list[Any]:
    """Give the accounts that the guard found locked out."""
    return [each for each in details if each.get("code") == _LOCKED_OUT]


ROUTES: Final = (
    PageRoute("GET", f"{PATH}/{{id}}", show_policy),
    PageRoute("POST", f"{PATH}/{{id}}/state", change_state),
    PageRoute("POST", f"{PATH}/{{id}}/delete", delete),
)
