"""One policy: what it says in words and as JSON, its state, and its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from ostiary.admin.describing import in_words
from ostiary.admin.graph_calls import Refused
from ostiary.admin.pages.policies import PATH, STATES
from ostiary.admin.policy_files import json_text, one_policy, plain
from ostiary.admin.references import known
from ostiary.admin.visit import Answer, GoTo, PageRoute, Shown, Visit
from ostiary.conditions.base import Lookup

_POLICY: Final = "/identity/conditionalAccess/policies/{}"
ORDER: Final = ("enabledForReportingButNotEnforced", "enabled", "disabled")
"""The states as *Enable policy* shows them."""
_USER: Final = Lookup.USER.value
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
        return await _shown(visit, refused=refused, deleting=True, status=refused.status)
    return GoTo(PATH, "deleted")


async def download(visit: Visit) -> Answer:
    """Give a policy as a file, as Graph writes it."""
    return one_policy(await visit.graph.get(_POLICY.format(visit.path["id"])))


async def _shown(
    visit: Visit,
    *,
    refused: Refused | None = None,
    chosen: str = "",
    deleting: bool = False,
    status: int = 200,
) -> Answer:
    policy = await visit.graph.get(_POLICY.format(visit.path["id"]))
    temporary: list[dict[str, Any]] = policy.get("@ostiary.temporaryExclusions") or []
    people = await known(visit.graph, ((_USER, each["userId"]) for each in temporary))
    values: dict[str, Any] = {
        "policy": policy,
        "words": await in_words(policy, visit.graph),
        "temporary": [{**each, "name": people.name(_USER, each["userId"])} for each in temporary],
        "document": json_text(plain(policy)),
        "states": ORDER,
        "chosen": chosen or policy["state"],
        "deleting": deleting,
        "refused": refused,
        "locked_out": locked_out(refused.details if refused else ()),
    }
    return Shown("policy", values, status)


def locked_out(details: Sequence[Any]) -> list[Any]:
    """Give the accounts that the guard found locked out."""
    return [each for each in details if each.get("code") == _LOCKED_OUT]


ROUTES: Final = (
    PageRoute("GET", f"{PATH}/{{id}}", show_policy),
    PageRoute("GET", f"{PATH}/{{id}}/json", download),
    PageRoute("POST", f"{PATH}/{{id}}/state", change_state),
    PageRoute("POST", f"{PATH}/{{id}}/delete", delete),
)
