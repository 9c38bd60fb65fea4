"""Temporary exclusions of users from policies: who is left out of what until when, and why."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

from ostiary.admin.changing import refusal, send, status_of
from ostiary.admin.graph_calls import Refused
from ostiary.admin.naming import Names
from ostiary.admin.pages.named_locations import POLICIES
from ostiary.admin.visit import Answer, GoTo, PageRoute, Shown, Visit
from ostiary.conditions.base import Lookup
from ostiary.model.errors import InputError

PATH: Final = "/temporary-exclusions"
_ANNOTATION: Final = "@ostiary.temporaryExclusions"
_FIELDS: Final = ("policy", "user", "starts", "ends", "exclusion_reason")


async def show_exclusions(visit: Visit) -> Answer:
    """List those that have not ended, the next to end first."""
    return await _shown(visit)


async def add(visit: Visit) -> Answer:
    """Leave a user out of a policy for a while."""
    try:
        body = await _sent(visit)
        await send(visit, "POST", _exclusions(visit.form.get("policy", "")), body)
    except (Refused, InputError) as error:
        return await _shown(visit, error)
    return GoTo(PATH, "exclusion_added")


async def end(visit: Visit) -> Answer:
    """End an exclusion before its time."""
    policy, exclusion = visit.path["policy"], visit.path["id"]
    try:
        await send(visit, "DELETE", f"{_exclusions(policy)}/{quote(exclusion, safe='')}")
    except Refused as refused:
        return await _shown(visit, refused)
    return GoTo(PATH, "exclusion_ended")


def _exclusions(policy: str) -> str:
    return f"{POLICIES}/{quote(policy, safe='')}/temporaryExclusions"


async def _sent(visit: Visit) -> dict[str, Any]:
    """Read the form; times are in UTC. Raises InputError."""
    form = visit.form
    user = await Names(visit.graph).find(Lookup.USER, form.get("user", "").strip())
    starts = form.get("starts", "")
    return {
        "userId": user,
        "endDateTime": _moment(form.get("ends", "")),
        "reason": form.get("exclusion_reason", "").strip(),
        **({"startDateTime": _moment(starts)} if starts else {}),
    }


def _moment(typed: str) -> str:
    try:
        found = datetime.fromisoformat(typed)
    except ValueError as error:
        raise InputError(
            f"expected a time such as 2026-11-22T18:00, came `{typed[:40]}`"
        ) from error
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).isoformat()


async def _shown(visit: Visit, error: Refused | InputError | None = None) -> Answer:
    policies, names = await visit.graph.all(POLICIES), Names(visit.graph)
    rows = [
        {**each, "policy": policy, "user": await names.of(Lookup.USER, each["userId"])}
        for policy in policies
        for each in policy.get(_ANNOTATION, ())
    ]
    values: dict[str, Any] = {
        "exclusions": sorted(rows, key=lambda each: str(each["endDateTime"])),
        "policies": sorted(policies, key=lambda each: str(each["displayName"]).casefold()),
        "typed": {name: visit.form.get(name, "") for name in _FIELDS},
        "now": visit.host.clock.now().isoformat(),
        **refusal(error),
    }
    return Shown("temporary_exclusions", values, status_of(error))


ROUTES: Final = (
    PageRoute("GET", PATH, show_exclusions),
    PageRoute("POST", PATH, add),
    PageRoute("POST", f"{PATH}/{{policy}}/{{id}}/end", end),
)
