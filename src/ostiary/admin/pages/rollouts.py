"""Rollouts: which there are, where one stands, what stands before its next stage, each step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from ostiary.admin import rollout_form
from ostiary.admin.changing import refusal, status_of
from ostiary.admin.describing import told
from ostiary.admin.graph_calls import Refused
from ostiary.admin.naming import Names
from ostiary.admin.pages.policies import PATH as POLICIES
from ostiary.admin.proofs import known_now, worked_out
from ostiary.admin.references import known
from ostiary.admin.visit import Answer, GoTo, PageRoute, Shown, Visit
from ostiary.analysis.policy_difference import references_between
from ostiary.conditions.base import Lookup
from ostiary.model.errors import InputError
from ostiary.rollout.documents import with_exclusions_of

PATH: Final = "/rollouts"
_POLICIES: Final = "/identity/conditionalAccess/policies"
WHOLE: Final = "/identity/conditionalAccess/rollouts"
_START: Final = f"{POLICIES}/{{id}}/rollout"
_STEPS: Final[Mapping[str, str]] = {
    "advance": "advance",
    "approve": "approve",
    "excuse": "excuse",
    "step-back": "stepBack",
    "undo": "undo",
    "stop": "stop",
}
"""The last part of an address here, and that of the operation of Graph."""
_OVER: Final = frozenset({"undone", "stopped"})
_MOST: Final = 100


async def show_rollouts(visit: Visit) -> Answer:
    """List rollouts, those under way first, then the latest that are over."""
    every = list(reversed(await visit.graph.all(WHOLE)))
    values = {
        "under_way": [each for each in every if each["status"] not in _OVER],
        "over": [each for each in every if each["status"] in _OVER][:_MOST],
    }
    return Shown("rollouts", values)


async def show_form(visit: Visit) -> Answer:
    """Show the form that starts a rollout, or the one of this policy that is under way."""
    policy = visit.path["id"]
    found = await visit.graph.send("GET", f"{WHOLE}?policyId={quote(policy, safe='')}")
    for each in found["value"]:
        if each["status"] not in _OVER:
            return GoTo(f"{PATH}/{each['id']}")
    return await _form(visit, rollout_form.usual())


async def start(visit: Visit) -> Answer:
    """Start one."""
    try:
        body = {
            "policyId": visit.path["id"],
            "settings": rollout_form.settings_in(visit.form),
            **_why(visit, "reason"),
        }
        made = await visit.graph.send("POST", WHOLE, body, etag=visit.form.get("etag", ""))
    except (Refused, InputError) as error:
        return await _form(visit, rollout_form.typed(visit.form), error)
    return GoTo(f"{PATH}/{made['id']}", "rollout_started")


async def show_rollout(visit: Visit) -> Answer:
    """Show where a rollout stands; what is found at its gates may still be worked out."""
    return await _shown(visit)


async def show_gates(visit: Visit) -> Answer:
    """Show what is found at the gates, waiting for it: as a part of the page, or with all of it."""
    if not visit.is_part:
        return await _shown(visit, wait=True)
    rollout = await visit.graph.get(_address(visit))
    return Shown("rollout_gates_part", {"rollout": rollout, **await _gates(visit, wait=True)})


async def take_step(visit: Visit) -> Answer:
    """Take a step."""
    step = visit.path["step"]
    if step not in _STEPS:
        return await _shown(visit, status=404)
    try:
        body = await _body(visit, step)
        etag = visit.form.get("etag", "")
        await visit.graph.send("POST", f"{_address(visit)}/{_STEPS[step]}", body, etag=etag)
    except (Refused, InputError) as error:
        return await _shown(visit, error=error, status=status_of(error))
    return GoTo(f"{PATH}/{visit.path['id']}", f"rollout_{step.replace('-', '_')}")


async def _body(visit: Visit, step: str) -> dict[str, Any]:
    if step == "advance":
        return _why(visit, "overrideReason")
    if step == "excuse":
        user = visit.form.get("user", "").strip()
        found = await Names(visit.graph).find(Lookup.USER, user)
        return {"userId": found, **_why(visit, "reason")}
    return _why(visit, "reason")


def _why(visit: Visit, member: str) -> dict[str, str]:
    text = visit.form.get("why", "").strip()
    return {member: text} if text else {}


def _address(visit: Visit) -> str:
    return f"{WHOLE}/{quote(visit.path['id'], safe='')}"


async def _form(
    visit: Visit, fields: Mapping[str, str], error: Refused | InputError | None = None
) -> Answer:
    policy = await visit.graph.get(f"{_POLICIES}/{quote(visit.path['id'], safe='')}")
    return Shown(
        "rollout_form",
        {"policy": policy, "typed": fields, **refusal(error)},
        status_of(error),
    )


async def _shown(
    visit: Visit,
    *,
    wait: bool = False,
    error: Refused | InputError | None = None,
    status: int = 200,
) -> Answer:
    rollout = await visit.graph.get(_address(visit))
    policy = await _policy(visit, rollout)
    written, original = rollout["written"], rollout["original"]
    pairs = [(written, policy), (policy, with_exclusions_of(original, policy))] if policy else []
    names = await known(visit.graph, {ref for each in pairs for ref in references_between(*each)})
    people = {(Lookup.USER.value, str(each["userId"])) for each in rollout["excuses"]}
    excused = await known(visit.graph, people)
    open_ = rollout["status"] not in _OVER
    values: dict[str, Any] = {
        "rollout": rollout,
        "policy": policy,
        "stages": [_stage(each) for each in rollout["stages"]],
        "open": open_,
        "enforced": rollout["stage"]["kind"] in {"ring", "on"},
        "others": told(*pairs[0], names) if pairs and open_ else (),
        "undoing": told(*pairs[1], names) if pairs and open_ else (),
        "excused": [
            {**each, "name": excused.name(Lookup.USER.value, each["userId"])}
            for each in rollout["excuses"]
        ],
        "settings": rollout_form.shown(rollout["settings"]),
        "health": await visit.graph.get(f"{_address(visit)}/health"),
        "steps": list(reversed(rollout["steps"])),
        **await _gates(visit, wait=wait),
        **refusal(error),
    }
    return Shown("rollout", values, status)


def _stage(stage: Mapping[str, Any]) -> dict[str, str]:
    """Give the name of a stage, and its share where its name does not say it."""
    name, share = str(stage["name"]), stage.get("ring", {}).get("share")
    told = "" if share is None else f"{100 * share:g} %"
    return {"name": name, "share": "" if told == name else told}


async def _gates(visit: Visit, *, wait: bool) -> dict[str, Any]:
    """Ask what is found at the gates; None while it is being worked out."""
    ask = worked_out if wait else known_now
    try:
        return {"found": await ask(visit, f"{_address(visit)}/gates"), "unjudged": ""}
    except Refused as refused:
        return {"found": None, "unjudged": str(refused)}


async def _policy(visit: Visit, rollout: Mapping[str, Any]) -> dict[str, Any] | None:
    """Give the policy as it is now, None where it was deleted."""
    try:
        return await visit.graph.get(f"{_POLICIES}/{quote(rollout['policyId'], safe='')}")
    except Refused as refused:
        if refused.status == 404:
            return None
        raise


ROUTES: Final = (
    PageRoute("GET", PATH, show_rollouts),
    PageRoute("GET", _START, show_form, needs=("POST", WHOLE)),
    PageRoute("POST", _START, start),
    PageRoute("GET", f"{PATH}/{{id}}", show_rollout),
    PageRoute("GET", f"{PATH}/{{id}}/gates", show_gates),
    PageRoute("POST", f"{PATH}/{{id}}/{{step}}", take_step),
)
