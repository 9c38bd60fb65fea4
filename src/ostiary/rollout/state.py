"""A rollout as it is kept: where it stands, how it got there, and every form of the policy.

`Rollout.to_json` and `rollout_from_json` are inverse; the JSON is what a journal and a store keep.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from ostiary.model.json_types import JsonObject
from ostiary.rollout.gates import GateResult
from ostiary.rollout.settings import Settings
from ostiary.rollout.stages import Stage


class Status(Enum):
    """Whether a rollout is under way."""

    RUNNING = "running"
    DONE = "done"
    """The policy is On for everybody; it can still be stepped back and undone."""
    UNDONE = "undone"
    """The policy is as it was before."""
    STOPPED = "stopped"
    """The policy stays as it is, and this rollout looks after it no more."""

    @property
    def over(self) -> bool:
        """Whether no step can be taken any more."""
        return self in {Status.UNDONE, Status.STOPPED}


class Action(Enum):
    """A kind of step."""

    START = "start"
    ADVANCE = "advance"
    APPROVE = "approve"
    EXCUSE = "excuse"
    STEP_BACK = "stepBack"
    UNDO = "undo"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Who:
    """Who did something: an id that stays the same, and a name for people."""

    id: str
    name: str = ""

    def same(self, other: Who) -> bool:
        """Whether both are one person; ids are so in any case of their letters."""
        return self.id.casefold() == other.id.casefold()

    def to_json(self) -> dict[str, str]:
        """Give both."""
        return {"id": self.id, "name": self.name}


@dataclass(frozen=True, slots=True)
class Approval:
    """That somebody agrees to the stage at place `stage`, for the policy of this fingerprint."""

    by: Who
    at: datetime
    stage: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Excuse:
    """That an administrator need not be in the log; `user` is an id, `reason` is kept."""

    user: str
    by: Who
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step that was taken.

    `before` and `after` are the whole policy where the step wrote it, otherwise None. `stage` and
    `came_from` are places among the stages of the rollout.
    """

    number: int
    action: Action
    at: datetime
    by: Who
    came_from: int
    stage: int
    reason: str = ""
    before: JsonObject | None = None
    after: JsonObject | None = None
    gates: tuple[GateResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Rollout:
    """One rollout of one policy.

    `original` is the policy as it was at the start, which `undo` gives back; `desired` what it is
    to be when it is On for everybody, with every exclusion that was added meanwhile; `written` what
    the rollout wrote last (or found, at the start). `entered` is when the present stage began;
    `attention` says why the policy was stepped back, '' where all is well.
    """

    id: str
    policy_id: str
    name: str
    tenant_id: str
    started_by: Who
    settings: Settings
    stages: tuple[Stage, ...]
    place: int
    entered: datetime
    original: JsonObject
    desired: JsonObject
    written: JsonObject
    status: Status = Status.RUNNING
    approvals: tuple[Approval, ...] = ()
    excuses: tuple[Excuse, ...] = ()
    steps: tuple[Step, ...] = ()
    attention: str = ""

    @property
    def stage(self) -> Stage:
        """The stage it stands in."""
        return self.stages[self.place]

    @property
    def next_stage(self) -> Stage | None:
        """The stage that would come next, None at the end and when it is over."""
        if self.status.over or self.place + 1 >= len(self.stages):
            return None
        return self.stages[self.place + 1]

    @property
    def started(self) -> datetime:
        """When it began."""
        return self.steps[0].at if self.steps else self.entered

    def to_json(self) -> dict[str, Any]:
        """Give everything; `rollout_from_json` reads it."""
        from ostiary.rollout.state_json import rollout_to_json

        return rollout_to_json(self)

    def summary(self) -> dict[str, Any]:
        """Give what lists show: no documents, no steps."""
        following = self.next_stage
        return {
            "id": self.id,
            "policyId": self.policy_id,
            "displayName": self.name,
            "status": self.status.value,
            "stage": self.stage.to_json(),
            "place": self.place,
            "stages": [each.to_json() for each in self.stages],
            "nextStage": following.to_json() if following else None,
            "startedBy": self.started_by.to_json(),
            "started": self.started.isoformat(),
            "entered": self.entered.isoformat(),
            "attention": self.attention,
        }
