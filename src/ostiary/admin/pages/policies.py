"""The list of policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ostiary.admin.graph_calls import Refused
from ostiary.admin.host import PREFIX
from ostiary.admin.listing import Column, Order, address, order_links, order_of, ordered
from ostiary.admin.policy_files import every_policy
from ostiary.admin.recent_sign_ins import Effect, recent_effects
from ostiary.admin.visit import Answer, PageRoute, Shown, Visit
from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import Condition
from ostiary.conditions.users import Users
from ostiary.model.json_types import JsonObject, as_object

PATH: Final = "/policies"
POLICIES: Final = "/identity/conditionalAccess/policies"
STATES: Final = ("enabled", "enabledForReportingButNotEnforced", "disabled")
_LINT: Final = "/identity/conditionalAccess/lint"
FINDINGS: Final = ("with", "without")
_CHANGE: Final = "change"
_EFFECT: Final = "effect"
_LAST_WEEK: Final = "last_week"
_AT_ONCE: Final = 100
"""Rows of a page: a tenant may have 195 policies (entra-docs service-limits)."""
_COLUMNS: Final = (
    Column("name", lambda policy: str(policy["displayName"]).casefold()),
    Column("state", lambda policy: STATES.index(policy["state"])),
    Column("last_change", lambda policy: policy[_CHANGE].get("changedDateTime") or ""),
    Column(_LAST_WEEK, lambda policy: policy[_EFFECT].applied if policy[_EFFECT] else 0),
)
_USUAL: Final = Order("name")
TARGETS: Final[Mapping[str, Condition[Any]]] = {
    each.name: each
    for each in CONDITIONS
    if each.assignment and each.fields[0].name and not isinstance(each, Users)
}
"""What a policy can be about: resources, user actions, authentication contexts, workloads."""


async def show_policies(visit: Visit) -> Answer:
    """List the policies, as searched, filtered and ordered."""
    query = visit.query
    changes = await visit.graph.all("/identity/conditionalAccess/lastPolicyChanges")
    changed = {str(each["id"]).casefold(): each for each in changes}
    order = order_of(query, _COLUMNS, _USUAL)
    # Counted over a week of sign-ins, so the list does not wait for it: a script asks for it then.
    counted = visit.is_part or bool(query.get("effects")) or order.column == _LAST_WEEK
    effects = await _effects(visit) if counted else None
    every = [
        {
            **each,
            _CHANGE: changed.get(str(each["id"]).casefold(), {}),
            _EFFECT: None if effects is None else effects.get(str(each["id"]).casefold(), Effect()),
        }
        for each in await visit.graph.all(POLICIES)
    ]
    chosen = {
        "state": query.get("state", "") if query.get("state") in STATES else "",
        "target": query.get("target", "") if query.get("target") in TARGETS else "",
    }
    finding = query.get("finding", "") if query.get("finding") in FINDINGS else ""
    remarked = await _remarked(visit) if finding else set[str]()
    sought = query.get("search", "").strip()
    found = [
        each
        for each in every
        if _is_wanted(each, sought, **chosen)
        and (not finding or (str(each["id"]).casefold() in remarked) is (finding == FINDINGS[0]))
    ]
    first = _first(query.get("from", ""), len(found))
    here = f"{PREFIX}{PATH}"
    values: dict[str, Any] = {
        "policies": ordered(found, _COLUMNS, order)[first : first + _AT_ONCE],
        "found": len(found),
        "total": len(every),
        "counted": counted,
        "with_effects": address(here, query, effects="1"),
        "previous": address(here, query, **{"from": str(first - _AT_ONCE)}) if first else "",
        "next": address(here, query, **{"from": str(first + _AT_ONCE)})
        if first + _AT_ONCE < len(found)
        else "",
        "search": sought,
        **chosen,
        "finding": finding,
        "findings": FINDINGS,
        "states": STATES,
        "targets": {name: each.title for name, each in TARGETS.items()},
        "order": order_links(here, query, _COLUMNS, order),
    }
    return Shown("policies_effects_part" if visit.is_part else "policies", values)


def _first(text: str, found: int) -> int:
    """Read at which policy a page begins; what is no such number is the first page."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    return number - number % _AT_ONCE if number < found else 0


async def _effects(visit: Visit) -> Mapping[str, Effect]:
    """Give what each policy came to of late, by its id; none where that cannot be told."""
    try:
        return {key.casefold(): each for key, each in (await recent_effects(visit)).items()}
    except Refused:
        return {}


async def _remarked(visit: Visit) -> set[str]:
    """Give the ids of the policies in force or in report-only that lint has something to say of.

    It is asked only where the list is filtered by it: it judges the whole tenant.
    """
    found = await visit.graph.get(_LINT)
    return {
        str(policy["id"]).casefold()
        for each in found["findings"]
        for policy in each.get("policies") or ()
    }


async def download(visit: Visit) -> Answer:
    """Give all policies as one file, as Graph lists them."""
    return every_policy(await visit.graph.all(POLICIES))


def _is_wanted(policy: JsonObject, sought: str, *, state: str, target: str) -> bool:
    named = sought.casefold() in str(policy["displayName"]).casefold()
    conditions = as_object(policy.get("conditions"))
    about = not target or TARGETS[target].parse(conditions) is not None
    return named and about and (not state or policy["state"] == state)


ROUTES: Final = (
    PageRoute("GET", PATH, show_policies),
    PageRoute("GET", f"{PATH}/json", download),
)
