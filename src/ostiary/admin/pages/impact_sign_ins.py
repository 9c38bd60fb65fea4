"""The sign-ins behind a number of a policy's impact, each with the way to its own page."""

from __future__ import annotations

from typing import Any, Final

from ostiary.admin.host import PREFIX
from ostiary.admin.impact import CHANGES, KINDS, PERIODS
from ostiary.admin.listing import address
from ostiary.admin.pages.policies import PATH
from ostiary.admin.visit import Answer, PageRoute, Shown, Visit

_POLICY: Final = "/identity/conditionalAccess/policies/{}"
_ASKED: Final = "/identity/conditionalAccess/impact/signIns"
_ON_A_PAGE: Final = 50
_UNKNOWN: Final = "-"
"""What stands in an address for a value that nobody recorded."""


async def show_sign_ins(visit: Visit) -> Answer:
    """List the sign-ins that change, as the address narrows them."""
    query, policy = visit.query, await visit.graph.get(_POLICY.format(visit.path["id"]))
    skip = int(query["skip"]) if query.get("skip", "").isdecimal() else 0
    change = query.get("change", "")
    body: dict[str, Any] = {
        "policyId": policy["id"],
        "period": query.get("period") if query.get("period") in PERIODS else "P30D",
        "signInType": query.get("kind") if query.get("kind") in KINDS else "all",
        "changes": [change] if change in CHANGES else list(CHANGES),
        "skip": skip,
        "top": _ON_A_PAGE,
    }
    if query.get("identity"):
        body["identityId"] = query["identity"]
    if query.get("by"):
        value = query.get("value", "")
        body |= {"by": query["by"], "value": None if value == _UNKNOWN else value}
    found = await visit.graph.send("POST", _ASKED, body)
    path = f"{PREFIX}{PATH}/{policy['id']}/impact"
    values: dict[str, Any] = {
        "policy": policy,
        "sign_ins": found["value"],
        "change": change if change in CHANGES else "",
        "back": address(path, {}, period=query.get("period", ""), kind=query.get("kind", "")),
        "older": address(f"{path}/sign-ins", query, skip=str(skip + _ON_A_PAGE))
        if found["more"]
        else "",
    }
    return Shown("impact_sign_ins", values)


ROUTES: Final = (PageRoute("GET", f"{PATH}/{{id}}/impact/sign-ins", show_sign_ins),)
