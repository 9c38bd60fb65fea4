"""New policy, and the form of one that is there: with the labels and buttons of Entra's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ostiary.admin.drafts import Draft, draft_of
from ostiary.admin.form_controls import UNITS, controls_as_sent, controls_of, controls_sent
from ostiary.admin.form_reading import conditions_sent
from ostiary.admin.form_sections import SWITCH, sections_of, told_of
from ostiary.admin.form_states import states_of, states_sent
from ostiary.admin.graph_calls import Refused
from ostiary.admin.left_out import FIELD, emergency_ids
from ostiary.admin.naming import Names
from ostiary.admin.pages.policies import PATH
from ostiary.admin.pages.policy import ORDER, locked_out
from ostiary.admin.policy_seeds import seed_of, seeds_of
from ostiary.admin.visit import Answer, GoTo, PageRoute, Shown, Visit
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_object

_POLICIES: Final = "/identity/conditionalAccess/policies"
_REPORT_ONLY: Final = ORDER[0]
_DRAFT: Final = "/draft"
"""Where a form is sent to be looked at, behind where it is sent to be saved."""
_LEAVE_OUT: Final = "leave_out"
_TAKE: Final = "take_name"
"""Buttons of what is told of a draft: they change the form, and save nothing."""


async def show_new(visit: Visit) -> Answer:
    """Show a form in report-only: empty, or as what it begins with (a copy, a template)."""
    return await _form(visit, await _new(visit))


async def create(visit: Visit) -> Answer:
    """Create the policy that was sent."""
    return await _saved(visit, await _new(visit))


async def look_at_new(visit: Visit) -> Answer:
    """Tell what the policy would do that was sent, and show its form again."""
    return await _looked_at(visit, await _new(visit))


async def show_edit(visit: Visit) -> Answer:
    """Show the form of a policy."""
    return await _form(visit, await _there(visit))


async def save(visit: Visit) -> Answer:
    """Save what was sent, where nobody else changed the policy meanwhile."""
    return await _saved(visit, await _there(visit))


async def look_at_edit(visit: Visit) -> Answer:
    """Tell what the policy would do with what was sent, and show its form again."""
    return await _looked_at(visit, await _there(visit))


async def _there(visit: Visit) -> JsonObject:
    return await visit.graph.get(f"{_POLICIES}/{visit.path['id']}")


async def _new(visit: Visit) -> JsonObject:
    accounts = await emergency_ids(visit, Names(visit.graph))
    seed = await seed_of(visit, accounts)
    return seed or {
        "displayName": "",
        "state": _REPORT_ONLY,
        "conditions": {
            "clientAppTypes": ["all"],
            "users": {"excludeUsers": accounts},
        },
        "grantControls": {"operator": "OR", "builtInControls": []},
    }


async def _form(visit: Visit, policy: JsonObject) -> Answer:
    names = Names(visit.graph)
    sections = await sections_of(states_of(as_object(policy.get("conditions"))), names)
    controls = await controls_of(policy, names)
    values = {"sections": sections, "controls": controls, "told": told_of(sections)}
    return Shown("policy_form", {**_around(visit, policy), **values})


def _around(visit: Visit, policy: JsonObject) -> dict[str, Any]:
    path = f"{PATH}/{policy['id']}/edit" if policy.get("id") else f"{PATH}/new"
    return {
        "policy": policy,
        "path": path,
        "look": f"{path}{_DRAFT}",
        "states": ORDER,
        "units": UNITS,
        "seeds": seeds_of(visit),
        "draft": None,
        "refused": None,
        "problems": [],
        "locked_out": [],
    }


async def _saved(visit: Visit, before: JsonObject) -> Answer:
    """Save; where that is refused, show the form as it was sent, with every reason."""
    identifier, names = before.get("id"), Names(visit.graph)
    try:
        body = await _sent(visit, visit.sent, before, names)
        options = {
            "etag": visit.form.get("etag", ""),
            "override": visit.form.get("reason", "").strip(),
        }
        if identifier is None:
            made = await visit.graph.send("POST", _POLICIES, body, override=options["override"])
            return GoTo(f"{PATH}/{made['id']}", "created")
        await visit.graph.send("PATCH", f"{_POLICIES}/{identifier}", body, **options)
    except (Refused, InputError) as error:
        details = error.details if isinstance(error, Refused) else ()
        more = {
            "refused": error,
            "problems": [each for each in details if each.get("target")],
            "locked_out": locked_out(details),
        }
        status = error.status if isinstance(error, Refused) else 400
        return await _again(visit, visit.sent, before, names, more, status)
    return GoTo(f"{PATH}/{identifier}", "changed")


async def _looked_at(visit: Visit, before: JsonObject) -> Answer:
    """Say what a draft would do: as a part beside the form, or with the whole form."""
    names = Names(visit.graph)
    sent = _changed(visit)
    try:
        body = await _sent(visit, sent, before, names)
        draft = await draft_of(visit, body, names, before.get("id"))
    except InputError as error:
        hint = f" ({error.hint})" if error.hint else ""
        draft = Draft(missing=f"{error.message}{hint}")
    if visit.is_part:
        sections = await sections_of(states_sent(sent), names, _switched(sent))
        values = {"draft": draft, "told": told_of(sections), "refreshed": True}
        return Shown("draft_part", {**_around(visit, before), **values})
    return await _again(visit, sent, before, names, {"draft": draft}, 200)


def _changed(visit: Visit) -> Mapping[str, Sequence[str]]:
    """Give what was sent, changed by the button that sent it."""
    sent = dict(visit.sent)
    if name := visit.form.get(_TAKE, ""):
        sent["name"] = [name]
    if accounts := visit.form.get(_LEAVE_OUT, "").split():
        sent[FIELD] = list(dict.fromkeys((*sent.get(FIELD, ()), *accounts)))
    return sent


async def _sent(
    visit: Visit, sent: Mapping[str, Sequence[str]], before: JsonObject, names: Names
) -> dict[str, Any]:
    conditions = as_object(before.get("conditions"))
    return {
        "displayName": _one(sent, "name").strip(),
        "state": _one(sent, "state"),
        "conditions": await conditions_sent(sent, conditions, names),
        **controls_sent(sent, before),
    }


async def _again(
    visit: Visit,
    sent: Mapping[str, Sequence[str]],
    before: JsonObject,
    names: Names,
    more: Mapping[str, Any],
    status: int,
) -> Answer:
    """Show the form as it was sent."""
    shown = {
        **before,
        "displayName": _one(sent, "name"),
        "state": _one(sent, "state"),
        "@odata.etag": _one(sent, "etag"),
    }
    sections = await sections_of(states_sent(sent), names, _switched(sent))
    values = {
        **_around(visit, shown),
        "sections": sections,
        "told": told_of(sections),
        "controls": await controls_as_sent(sent, names),
        **more,
    }
    return Shown("policy_form", values, status)


def _switched(sent: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {name: each[0] for name, each in sent.items() if name.startswith(SWITCH) and each}


def _one(sent: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(sent.get(name, ())), "")


_NEEDS_NEW: Final = ("POST", _POLICIES)
_NEEDS_EDIT: Final = ("PATCH", f"{_POLICIES}/{{id}}")
_NEW, _EDIT = f"{PATH}/new", f"{PATH}/{{id}}/edit"
ROUTES: Final = (
    PageRoute("GET", _NEW, show_new, needs=_NEEDS_NEW),
    PageRoute("POST", _NEW, create, opens=_DRAFT),
    PageRoute("POST", f"{_NEW}{_DRAFT}", look_at_new, kept=False),
    PageRoute("GET", _EDIT, show_edit, needs=_NEEDS_EDIT),
    PageRoute("POST", _EDIT, save, opens=_DRAFT),
    PageRoute("POST", f"{_EDIT}{_DRAFT}", look_at_edit, kept=False),
)
