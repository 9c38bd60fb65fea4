"""The types of `identity/conditionalAccess/rollouts`, and how a rollout is told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from ostiary.administration.rollout_looking import Kept
from ostiary.graph.answers import told as moment
from ostiary.graph.bodies import OBJECT as AN_OBJECT
from ostiary.graph.bodies import TEXT as A_TEXT
from ostiary.graph.bodies import Members
from ostiary.graph.policy_shapes import POLICY
from ostiary.graph.shapes import MAYBE_TEXT
from ostiary.http.shapes import (
    FLAG,
    OBJECT,
    TEXT,
    TEXTS,
    TIME,
    WHOLE,
    Named,
    closed,
    list_of,
    maybe,
    one_of,
    whole,
)
from ostiary.rollout.gates import OVERRIDABLE, Gate, GateResult, Outcome
from ostiary.rollout.stages import Stage, StageKind
from ostiary.rollout.state import Action, Rollout, Status, Step
from ostiary.schema.edge_types import Version
from ostiary.schema.materialise import normal_form

_ABOUT_PEOPLE: Final = frozenset({Gate.IMPACT, Gate.EVIDENCE})
"""Gates whose findings name people out of the sign-in log."""
_WHO: Final = Named("ostiary.rolloutActor", whole({"id": TEXT, "name": TEXT}))
_STAGE: Final = Named(
    "ostiary.rolloutStage",
    closed(
        {"kind": one_of(*(each.value for each in StageKind)), "name": TEXT, "ring": OBJECT},
        needed=("kind", "name"),
    ),
)
GATE: Final = Named(
    "ostiary.rolloutGate",
    whole(
        {
            "gate": one_of(*(each.value for each in Gate)),
            "outcome": one_of(*(each.value for each in Outcome)),
            "sentence": TEXT,
            "details": TEXTS,
            "overridable": FLAG,
        }
    ),
)
_STEP: Final = Named(
    "ostiary.rolloutStep",
    whole(
        {
            "number": WHOLE,
            "action": one_of(*(each.value for each in Action)),
            "dateTime": TIME,
            "by": _WHO,
            "from": TEXT,
            "stage": TEXT,
            "reason": TEXT,
            "gates": list_of(GATE),
        }
    ),
)
_APPROVAL: Final = Named(
    "ostiary.rolloutApproval", whole({"by": _WHO, "dateTime": TIME, "stage": TEXT})
)
_EXCUSE: Final = Named(
    "ostiary.rolloutExcuse", whole({"userId": TEXT, "by": _WHO, "dateTime": TIME, "reason": TEXT})
)
_SUMMARY: Final = {
    "id": TEXT,
    "policyId": TEXT,
    "displayName": TEXT,
    "status": one_of(*(each.value for each in Status)),
    "place": WHOLE,
    "stage": _STAGE,
    "nextStage": maybe(_STAGE),
    "stages": list_of(_STAGE),
    "startedBy": _WHO,
    "startedDateTime": TIME,
    "enteredDateTime": TIME,
    "attention": TEXT,
}
SUMMARY: Final = Named("ostiary.rolloutSummary", whole(_SUMMARY))
ROLLOUT: Final = Named(
    "ostiary.rollout",
    whole(
        {
            **_SUMMARY,
            "@odata.context": TEXT,
            "settings": OBJECT,
            "approvals": list_of(_APPROVAL),
            "excuses": list_of(_EXCUSE),
            "steps": list_of(_STEP),
            "original": POLICY,
            "written": POLICY,
        }
    ),
)
GATES: Final = Named(
    "ostiary.rolloutGates",
    whole(
        {
            "@odata.context": TEXT,
            "rolloutVersion": TEXT,
            "nextStage": maybe(_STAGE),
            "open": FLAG,
            "gates": list_of(GATE),
        }
    ),
)
HEALTH: Final = Named(
    "ostiary.rolloutHealth",
    whole(
        {
            "@odata.context": TEXT,
            "signIns": WHOLE,
            "failed": WHOLE,
            "sentence": MAYBE_TEXT,
        }
    ),
)
START: Final[Members] = {
    "policyId": A_TEXT.needed,
    "settings": AN_OBJECT,
    "reason": A_TEXT,
}
REASON: Final[Members] = {"reason": A_TEXT}
EXCUSED: Final[Members] = {"userId": A_TEXT.needed, "reason": A_TEXT.needed}
ADVANCED: Final[Members] = {"overrideReason": A_TEXT}


def summary(rollout: Rollout) -> dict[str, Any]:
    """Tell a rollout as lists do."""
    following = rollout.next_stage
    return {
        "id": rollout.id,
        "policyId": rollout.policy_id,
        "displayName": rollout.name,
        "status": rollout.status.value,
        "place": rollout.place,
        "stage": rollout.stage.to_json(),
        "nextStage": following.to_json() if following else None,
        "stages": [each.to_json() for each in rollout.stages],
        "startedBy": rollout.started_by.to_json(),
        "startedDateTime": moment(rollout.started),
        "enteredDateTime": moment(rollout.entered),
        "attention": rollout.attention,
    }


def whole_rollout(kept: Kept, version: Version, *, people: bool) -> dict[str, Any]:
    """Tell all of a rollout; `people`: with what names people out of the log."""
    rollout, stages = kept.rollout, kept.rollout.stages
    return {
        **summary(rollout),
        "settings": rollout.settings.to_json(),
        "approvals": [
            {
                "by": each.by.to_json(),
                "dateTime": moment(each.at),
                "stage": stages[each.stage].name,
            }
            for each in rollout.approvals
        ],
        "excuses": [
            {
                "userId": each.user,
                "by": each.by.to_json(),
                "dateTime": moment(each.at),
                "reason": each.reason,
            }
            for each in rollout.excuses
        ],
        "steps": [_step(each, stages, people=people) for each in rollout.steps],
        "original": normal_form(rollout.original, version),
        "written": normal_form(rollout.written, version),
    }


def told_gates(results: Iterable[GateResult], *, people: bool) -> list[dict[str, Any]]:
    """Tell what was found at gates."""
    return [
        {
            **each.to_json(),
            "details": list(each.details) if people or each.gate not in _ABOUT_PEOPLE else [],
            "overridable": each.gate in OVERRIDABLE,
        }
        for each in results
    ]


def _step(step: Step, stages: tuple[Stage, ...], *, people: bool) -> dict[str, Any]:
    return {
        "number": step.number,
        "action": step.action.value,
        "dateTime": moment(step.at),
        "by": step.by.to_json(),
        "from": stages[step.came_from].name,
        "stage": stages[step.stage].name,
        "reason": step.reason,
        "gates": told_gates(step.gates, people=people),
    }
