"""Emergency access: the accounts for the worst day, whether they get in, and drills of theirs."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from ostiary.admin.changing import refusal, send, status_of
from ostiary.admin.graph_calls import Refused
from ostiary.admin.naming import Names
from ostiary.admin.visit import Answer, GoTo, PageRoute, Shown, Visit
from ostiary.conditions.base import Lookup

PATH: Final = "/emergency-access"
EMERGENCY: Final = "/identity/conditionalAccess/emergencyAccess"


async def show_accounts(visit: Visit) -> Answer:
    """Show how the declared accounts stand."""
    return await _shown(visit)


async def declare(visit: Visit) -> Answer:
    """Declare the accounts that were sent, and no others."""
    lines = visit.form.get("declared", "").splitlines()
    body = {"declared": [each.strip() for each in lines if each.strip()]}
    try:
        await send(visit, "PATCH", EMERGENCY, body)
    except Refused as refused:
        return await _shown(visit, refused, typed="\n".join(body["declared"]))
    return GoTo(PATH, "emergency_declared")


async def begin_drill(visit: Visit) -> Answer:
    """Declare a drill of an account."""
    path = f"{EMERGENCY}/accounts/{quote(visit.path['id'], safe='')}/beginDrill"
    try:
        await send(visit, "POST", path)
    except Refused as refused:
        return await _shown(visit, refused)
    return GoTo(PATH, "drill_begun")


async def _shown(visit: Visit, error: Refused | None = None, *, typed: str | None = None) -> Answer:
    found = await visit.graph.get(EMERGENCY)
    names = {each["id"]: each["userPrincipalName"] for each in found["accounts"]}
    members = Names(visit.graph)
    groups = [
        (each, await members.of(Lookup.GROUP, each))
        for each in found["declared"]
        if each not in names
    ]
    declared = "\n".join(names.get(each, each) for each in found["declared"])
    values: dict[str, Any] = {
        "emergency": found,
        "groups": groups,
        "declared": declared if typed is None else typed,
        **refusal(error),
    }
    return Shown("emergency_access", values, status_of(error))


ROUTES: Final = (
    PageRoute("GET", PATH, show_accounts),
    PageRoute("POST", PATH, declare),
    PageRoute("POST", f"{PATH}/{{id}}/drill", begin_drill),
)
