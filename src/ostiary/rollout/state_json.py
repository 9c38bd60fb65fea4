"""A rollout written as JSON and read back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, TypeVar

from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, is_list, is_object
from ostiary.rollout.gates import gate_result_from_json
from ostiary.rollout.settings import settings_from_json
from ostiary.rollout.stages import stage_from_json
from ostiary.rollout.state import Action, Approval, Excuse, Rollout, Status, Step, Who

FORMAT: Final = 1
"""Raised when a rollout is written in another way; older ones are read as long as they can be."""
_T = TypeVar("_T")


def rollout_to_json(rollout: Rollout) -> dict[str, Any]:
    """Write a rollout."""
    return {
        "format": FORMAT,
        "id": rollout.id,
        "policyId": rollout.policy_id,
        "displayName": rollout.name,
        "tenantId": rollout.tenant_id,
        "startedBy": rollout.started_by.to_json(),
        "settings": rollout.settings.to_json(),
        "stages": [each.to_json() for each in rollout.stages],
        "place": rollout.place,
        "entered": rollout.entered.isoformat(),
        "original": dict(rollout.original),
        "desired": dict(rollout.desired),
        "written": dict(rollout.written),
        "status": rollout.status.value,
        "approvals": [
            {
                "by": each.by.to_json(),
                "at": each.at.isoformat(),
                "stage": each.stage,
                "fingerprint": each.fingerprint,
            }
            for each in rollout.approvals
        ],
        "excuses": [
            {
                "user": each.user,
                "by": each.by.to_json(),
                "at": each.at.isoformat(),
                "reason": each.reason,
            }
            for each in rollout.excuses
        ],
        "steps": [step_to_json(each) for each in rollout.steps],
        "attention": rollout.attention,
    }


def step_to_json(step: Step) -> dict[str, Any]:
    """Write one step."""
    return {
        "number": step.number,
        "action": step.action.value,
        "at": step.at.isoformat(),
        "by": step.by.to_json(),
        "from": step.came_from,
        "stage": step.stage,
        "reason": step.reason,
        "before": None if step.before is None else dict(step.before),
        "after": None if step.after is None else dict(step.after),
        "gates": [each.to_json() for each in step.gates],
    }


def rollout_from_json(raw: object) -> Rollout:
    """Read a rollout that `rollout_to_json` wrote.

    Raises InputError where it is none, or was written by a later version.
    """
    whole = _object(raw, "a rollout")
    if whole.get("format") != FORMAT:
        raise InputError(
            f"expected a rollout of format {FORMAT}, came `{whole.get('format')}`",
            hint="it was written by another version of Ostiary: use that one",
        )
    try:
        return _read(whole)
    except (KeyError, ValueError, TypeError) as error:
        said = f"expected a rollout as it was written, came a damaged one: {error}"
        raise InputError(said) from error


def _read(whole: JsonObject) -> Rollout:
    stages = tuple(stage_from_json(each) for each in _list(whole["stages"]))
    place = _whole(whole["place"])
    if not 0 <= place < len(stages):
        raise ValueError(f"there is no stage {place}")
    return Rollout(
        id=str(whole["id"]),
        policy_id=str(whole["policyId"]),
        name=str(whole["displayName"]),
        tenant_id=str(whole["tenantId"]),
        started_by=_who(whole["startedBy"]),
        settings=settings_from_json(whole["settings"]),
        stages=stages,
        place=place,
        entered=_moment(whole["entered"]),
        original=_object(whole["original"], "a policy"),
        desired=_object(whole["desired"], "a policy"),
        written=_object(whole["written"], "a policy"),
        status=Status(whole["status"]),
        approvals=_each(whole["approvals"], _approval),
        excuses=_each(whole["excuses"], _excuse),
        steps=_each(whole["steps"], _step),
        attention=str(whole["attention"]),
    )


def _approval(raw: JsonObject) -> Approval:
    return Approval(
        _who(raw["by"]), _moment(raw["at"]), _whole(raw["stage"]), str(raw["fingerprint"])
    )


def _excuse(raw: JsonObject) -> Excuse:
    return Excuse(str(raw["user"]), _who(raw["by"]), _moment(raw["at"]), str(raw["reason"]))


def _step(raw: JsonObject) -> Step:
    return Step(
        number=_whole(raw["number"]),
        action=Action(raw["action"]),
        at=_moment(raw["at"]),
        by=_who(raw["by"]),
        came_from=_whole(raw["from"]),
        stage=_whole(raw["stage"]),
        reason=str(raw["reason"]),
        before=_maybe_object(raw["before"]),
        after=_maybe_object(raw["after"]),
        gates=tuple(gate_result_from_json(each) for each in _list(raw["gates"])),
    )


def _who(raw: object) -> Who:
    found = _object(raw, "a person")
    return Who(str(found["id"]), str(found["name"]))


def _each(raw: object, read: Callable[[JsonObject], _T]) -> tuple[_T, ...]:
    return tuple(read(_object(each, "an object")) for each in _list(raw))


def _object(raw: object, what: str) -> JsonObject:
    if not is_object(raw):
        raise InputError(f"expected {what} as an object, came `{raw!r:.40}`")
    return raw


def _maybe_object(raw: object) -> JsonObject | None:
    return None if raw is None else _object(raw, "a policy")


def _list(raw: object) -> tuple[object, ...]:
    if not is_list(raw):
        raise ValueError(f"expected a list, came `{raw!r:.40}`")
    return tuple(raw)


def _whole(raw: object) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise TypeError(f"expected a number, came `{raw!r:.40}`")
    return raw


def _moment(raw: object) -> datetime:
    found = datetime.fromisoformat(str(raw))
    if found.tzinfo is None:
        raise ValueError(f"expected a time with its zone, came `{raw}`")
    return found
