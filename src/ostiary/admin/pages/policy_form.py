"""New policy, and the form of one that is there: with the labels and buttons of Entra's."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

from ostiary.admin.form_controls import UNITS, controls_of, controls_sent
from ostiary.admin.form_fields import conditions_sent, groups_of, groups_sent
from ostiary.admin.graph_calls import Refused
from ostiary.admin.naming import Names
from ostiary.admin.pages.policies import PATH
from ostiary.admin.pages.policy import ORDER, locked_out
from ostiary.admin.policy_seeds import seed_of, seeds_of
from ostiary.admin.visit import Answer, GoTo, PageRoute, Shown, Visit
from ostiary.conditions.base import Lookup
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_object

_POLICIES: Final = "/identity/conditionalAccess/policies"
_REPORT_ONLY: Final = ORDER[0]


async def show_new(visit: Visit) -> Answer:
    """Show a form in report-only: empty, or as what it begins with (a copy, a template)."""
    return await _form(visit, await _new(visit))


async def create(visit: Visit) -> Answer:
    """Create the policy that was sent."""
    return await _saved(visit, await _new(visit))


async def show_edit(visit: Visit) -> Answer:
    """Show the form of a policy."""
    return await _form(visit, await visit.graph.get(f"{_POLICIES}/{visit.path['id']}"))


async def save(visit: Visit) -> Answer:
    """Save what was sent, where nobody else changed the policy meanwhile."""
    return await _saved(visit, await visit.graph.get(f"{_POLICIES}/{visit.path['id']}"))


async def _new(visit: Visit) -> JsonObject:
    names, accounts = Names(visit.graph), set[str]()
    for each in visit.host.emergency():
        with suppress(InputError):  # somebody whom the settings name, and who is not there
            accounts.add(await names.find(Lookup.USER, each))
    seed = await seed_of(visit, sorted(accounts))
    return seed or {
        "displayName": "",
        "state": _REPORT_ONLY,
        "conditions": {
            "clientAppTypes": ["all"],
            "users": {"excludeUsers": sorted(accounts)},
        },
        "grantControls": {"operator": "OR", "builtInControls": []},
    }


async def _form(visit: Visit, policy: JsonObject) -> Answer:
    groups = await groups_of(as_object(policy.get("conditions")), Names(visit.graph))
    values = {**await _around(visit, policy), "groups": groups, "controls": controls_of(policy)}
    return Shown("policy_form", values)


async def _around(visit: Visit, policy: JsonObject) -> dict[str, Any]:
    strengths = await visit.graph.all("/identity/conditionalAccess/authenticationStrength/policies")
    return {
        "policy": policy,
        "states": ORDER,
        "strengths": strengths,
        "units": UNITS,
        "seeds": seeds_of(visit),
        "refused": None,
        "problems": [],
        "locked_out": [],
    }


async def _saved(visit: Visit, before: JsonObject) -> Answer:
    """Save; where that is refused, show the form as it was sent, with every reason."""
    identifier = before.get("id")
    try:
        body = await _sent(visit, before)
        options = {
            "etag": visit.form.get("etag", ""),
            "override": visit.form.get("reason", "").strip(),
        }
        if identifier is None:
            made = await visit.graph.send("POST", _POLICIES, body, override=options["override"])
            return GoTo(f"{PATH}/{made['id']}", "created")
        await visit.graph.send("PATCH", f"{_POLICIES}/{identifier}", body, **options)
    except (Refused, InputError) as error:
        return await _again(visit, before, error)
    return GoTo(f"{PATH}/{identifier}", "changed")


async def _sent(visit: Visit, before: JsonObject) -> dict[str, Any]:
    conditions = as_object(before.get("conditions"))
    return {
        "displayName": visit.form.get("name", "").strip(),
        "state": visit.form.get("state", ""),
        "conditions": await conditions_sent(visit.sent, conditions, Names(visit.graph)),
        **controls_sent(visit.sent, before),
    }


async def _again(visit: Visit, before: JsonObject, error: Refused | InputError) -> Answer:
    details = error.details if isinstance(error, Refused) else ()
    shown = {
        **before,
        "displayName": visit.form.get("name", ""),
        "state": visit.form.get("state", ""),
        "@odata.etag": visit.form.get("etag", ""),
    }
    values = {
        **await _around(visit, shown),
        "groups": groups_sent(visit.sent),
        "controls": controls_of({**before, **controls_sent(visit.sent, before)}),
        "refused": error,
        "problems": [each for each in details if each.get("target")],
        "locked_out": locked_out(details),
    }
    return Shown("policy_form", values, error.status if isinstance(error, Refused) else 400)


ROUTES: Final = (
    PageRoute("GET", f"{PATH}/new", show_new, needs=("POST", _POLICIES)),
    PageRoute("POST", f"{PATH}/new", create),
    PageRoute("GET", f"{PATH}/{{id}}/edit", show_edit, needs=("PATCH", f"{_POLICIES}/{{id}}")),
    PageRoute("POST", f"{PATH}/{{id}}/edit", save),
)
