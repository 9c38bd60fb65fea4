"""What If: one sign-in, and what every policy says to it; against a draft, or of a logged one.

Graph's `evaluate` answers (api-reference conditionalaccessroot-evaluate), and for a logged sign-in
the operation of ours that decides it again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from ostiary.admin.describing import described
from ostiary.admin.graph_calls import Refused
from ostiary.admin.logged_policies import KNOWN
from ostiary.admin.naming import Names
from ostiary.admin.references import Known
from ostiary.admin.visit import Answer, PageRoute, Shown, Visit
from ostiary.admin.what_if_form import (
    choices,
    device_inputs,
    fields_of,
    filled,
    guest_types,
    question_of,
    typed_facts,
    user_actions,
)
from ostiary.conditions.base import Lookup
from ostiary.controls import GRANT_CONTROLS
from ostiary.engine.explain import NOT_ENOUGH
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_object, as_strings, is_object

PATH: Final = "/what-if"
_EVALUATE: Final = "/identity/conditionalAccess/evaluate"
_POLICIES: Final = "/identity/conditionalAccess/policies"
_CONTEXTS: Final = "/identity/conditionalAccess/authenticationContextClassReferences"
_DRAFT: Final = "@ostiary.draft"
_GRANT: Final = {each.key: each.title for each in GRANT_CONTROLS}


@dataclass(frozen=True, slots=True)
class Result:
    """A policy in the answer: why it does not apply, what is unknown, and what it requires."""

    id: str
    name: str
    state: str
    draft: bool
    against: tuple[str, ...]
    unknown: tuple[tuple[str, str], ...]
    grant: tuple[str, ...]
    operator: str
    session: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What somebody would be answered: `grant`, `interrupt` or `block`, and what comes next."""

    word: str
    steps: tuple[str, ...]
    why: str


async def show_form(visit: Visit) -> Answer:
    """Show the form, filled in by the address; with `signIn`, that logged sign-in beside it."""
    form = filled(visit.query)
    if logged := visit.query.get("signIn", ""):
        return await _of_log(visit, logged)
    values = await _around(visit, form)
    if form.get("identity"):
        with suppress(InputError):  # an id that is nobody's stays as it is
            values["form"] = await _with_names(visit, form)
    return Shown("what_if", values)


async def ask(visit: Visit) -> Answer:
    """Ask, and show what applies and why the rest does not; without anybody, show the form."""
    form = dict(visit.form)
    values = await _around(visit, form)
    if not form.get("identity", "").strip():
        return Shown("what_if", values)
    try:
        body = await question_of(visit.graph, form)
        draft = _draft(form)
        asked = {**body, _DRAFT: draft} if draft else body
        answer = await visit.graph.send("POST", _EVALUATE, asked)
    except (InputError, Refused) as error:
        details = error.details if isinstance(error, Refused) else ()
        problems = [each for each in details if each.get("target")]
        status = error.status if isinstance(error, Refused) else 400
        return Shown("what_if", {**values, "wrong": str(error), "problems": problems}, status)
    return Shown("what_if", {**values, **_results(answer, Known({}))})


def _results(answer: JsonObject, names: Known) -> dict[str, Any]:
    every: list[dict[str, Any]] = answer["value"]
    without = answer.get("@ostiary.withoutDraft")
    return {
        "apply": [_result(each, names) for each in every if each["policyApplies"]],
        "do_not": [_result(each, names) for each in every if not each["policyApplies"]],
        "outcome": _outcome(as_object(answer["@ostiary.outcome"])),
        "without": _outcome(as_object(without)) if without else None,
        "errors": as_strings(answer.get("@ostiary.errors")),
    }


def _result(found: JsonObject, names: Known) -> Result:
    words = described(found, names)
    reasons: list[dict[str, str]] = found["@ostiary.reasons"]
    return Result(
        str(found["id"]),
        str(found["displayName"]),
        str(found["state"]),
        bool(found.get(_DRAFT)),
        tuple(each["sentence"] for each in reasons if each["reason"] != NOT_ENOUGH),
        tuple(
            (each["sentence"], each["condition"])
            for each in reasons
            if each["reason"] == NOT_ENOUGH
        ),
        words.grant,
        words.operator,
        tuple(f"{each.label}: {', '.join(each.chosen)}" for each in words.session),
    )


def _outcome(found: JsonObject) -> Outcome:
    steps = tuple(_GRANT.get(each, each) for each in as_strings(found.get("nextChallenge")))
    return Outcome(str(found["outcome"]), steps, str(found.get("why") or ""))


def _draft(form: Mapping[str, str]) -> dict[str, Any] | None:
    """Read the draft that was sent as JSON. Raises InputError."""
    text = form.get("draft", "").strip()
    if not text:
        return None
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not is_object(found):
        raise InputError(
            "expected a policy as JSON in the draft, came something else",
            hint="take it from *View policy information as JSON* of a policy, and change it",
        )
    plain = {name: value for name, value in found.items() if not name.startswith("@")}
    policy_id = form.get("policy_id", "").strip()
    for name in ("id", "createdDateTime", "modifiedDateTime", "templateId", "deletedDateTime"):
        plain.pop(name, None)
    return {"policy": plain, "policyId": policy_id or None}


async def _around(visit: Visit, form: Mapping[str, str]) -> dict[str, Any]:
    policies = await visit.graph.all(_POLICIES)
    return {
        "form": dict(form),
        "choices": list(choices()),
        "typed": typed_facts(),
        "device": list(device_inputs()),
        "actions": user_actions(),
        "guests": guest_types(),
        "contexts": await visit.graph.all(_CONTEXTS),
        "policies": sorted(policies, key=lambda each: str(each["displayName"]).casefold()),
        "wrong": "",
        "problems": [],
        "outcome": None,
        "without": None,
        "apply": None,
        "do_not": None,
        "errors": (),
        "logged": None,
    }


async def _with_names(visit: Visit, form: Mapping[str, str]) -> dict[str, str]:
    """Put names in the place of ids; users by user name, which is nobody else's."""
    names, found = Names(visit.graph), dict(form)
    if form.get("kind") != "workload" and "@" not in form["identity"]:
        with suppress(Refused):
            user = await visit.graph.get(f"/users/{quote(form['identity'], safe='')}")
            found["identity"] = str(user.get("userPrincipalName") or form["identity"])
    apps = [each.strip() for each in form.get("resource", "").split(",") if each.strip()]
    if len(apps) == 1:
        found["resource"] = await _unique(names, apps[0])
    return found


async def _unique(names: Names, app: str) -> str:
    """Give the name of an application where it leads back to it, else the id."""
    name = await names.of(Lookup.APPLICATION, app)
    with suppress(InputError, Refused):
        if await names.find(Lookup.APPLICATION, name) == app:
            return name
    return app


async def _of_log(visit: Visit, sign_in: str) -> Answer:
    """Show a logged sign-in beside what today's policies say to it, its facts in the form."""
    found = await visit.graph.get(f"/auditLogs/signIns/{quote(sign_in, safe='')}/evaluation")
    request = as_object(found.get("request"))
    form = fields_of(request) if request else {}
    values = await _around(visit, form)
    if form.get("identity"):
        values["form"] = await _with_names(visit, form)
    today = found.get("today")
    logged = {
        "id": found["id"],
        "status": found["loggedStatus"],
        "today": _outcome(as_object(today)) if today else None,
        "today_status": as_object(today).get("conditionalAccessStatus"),
        "changed": found["changed"],
        "policies": sorted((_then_and_now(each) for each in found["policies"]), key=_first),
    }
    return Shown("what_if", {**values, "logged": logged})


def _then_and_now(policy: JsonObject) -> dict[str, Any]:
    """Give a policy with its two results as words that there are texts for."""
    words = {
        side: str(policy[side]) if policy[side] in KNOWN else "unknown" if policy[side] else ""
        for side in ("logged", "today")
    }
    return {**policy, **words}


def _first(policy: JsonObject) -> tuple[bool, bool, str]:
    """What changed comes first, then what mattered."""
    quiet = {"notEnabled", "notApplied", "reportOnlyNotApplied", ""}
    silent = policy["logged"] in quiet and policy["today"] in quiet
    return not policy["changed"], silent, str(policy["displayName"]).casefold()


ROUTES: Final = (PageRoute("GET", PATH, show_form), PageRoute("POST", PATH, ask))
