"""Rollouts in a tenant without a store of ours: a journal beside the code, Graph, an export, a log.

The steps are those of `machine`; here they are looked for by name, judged and carried out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

from ostiary.model.json_types import JsonObject
from ostiary.rollout import machine
from ostiary.rollout.carrying import Desk, Target, require_finished
from ostiary.rollout.findings import Health
from ostiary.rollout.gates import GateResult
from ostiary.rollout.journal import Record
from ostiary.rollout.looking_up import the_one
from ostiary.rollout.policy_names import policy_called
from ostiary.rollout.settings import Settings
from ostiary.rollout.source import Source
from ostiary.rollout.state import Rollout, Who

UNFINISHED: Final = "this step was begun and not finished; `ostiary rollout resume` finishes it"


class Tenancy(Target, Protocol):
    """A target whose policies can be listed."""

    def policies(self) -> Iterable[JsonObject]:
        """Give all policies as Graph's beta writes them."""
        ...


@dataclass(frozen=True)
class Remote:
    """What a step needs beside its name; `source` is read when something is to be judged."""

    desk: Desk
    tenancy: Tenancy
    source: Callable[[], Source]
    tenant_id: str
    who: Who
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    def rollouts(self) -> list[Rollout]:
        """Give every rollout, the earliest first; a step that was begun stands as `attention`."""
        return [
            each.rollout if each.done else replace(each.rollout, attention=UNFINISHED)
            for each in self.desk.journal.latest()
        ]

    def record(self, name: str) -> Record:
        """Find a rollout as it is named. Raises InputError."""
        return the_one(self.desk.journal.latest(), name, lambda each: each.rollout)

    def start(self, name: str, settings: Settings, reason: str = "") -> Rollout:
        """Begin a rollout of a policy, by name or id. Raises InputError, RolloutError."""
        policy = policy_called(name, self.tenancy.policies())
        settled = self.source().settled(settings) if settings.rings else settings
        rollout = machine.start(
            self.new_id(),
            policy,
            tenant_id=self.tenant_id,
            by=self.who,
            at=self.now(),
            settings=settled,
            reason=reason,
        )
        return self.desk.begin(rollout)

    def gates(self, name: str) -> tuple[Rollout, tuple[GateResult, ...]]:
        """Give a rollout and what stands before its next stage; nothing is changed."""
        record = self._finished(name)
        rollout = record.rollout
        if rollout.next_stage is None:
            return rollout, ()
        current = self.tenancy.policy(rollout.policy_id)
        return rollout, self.source().look(rollout, current, now=self.now()).results

    def advance(self, name: str, *, override: str | None = None) -> Rollout:
        """Go to the next stage. Raises GateClosed, PolicyMoved, and as `Desk.take`."""
        record = self._finished(name)
        current = self.tenancy.policy(record.rollout.policy_id)
        at = self.now()
        looked = self.source().look(record.rollout, current, now=at)
        move = machine.advance(
            record.rollout,
            current=current,
            results=looked.results,
            by=self.who,
            at=at,
            members=looked.seen.members,
            override=override,
        )
        return self.desk.take(record, move, current)

    def approve(self, name: str, reason: str = "") -> Rollout:
        """Agree to the next stage. Raises NotSecondPerson, PolicyMoved, RolloutError."""
        record = self._finished(name)
        current = self.tenancy.policy(record.rollout.policy_id)
        agreed = machine.approve(
            record.rollout, current=current, by=self.who, at=self.now(), reason=reason
        )
        return self.desk.keep(record, agreed)

    def excuse(self, name: str, user: str, reason: str) -> Rollout:
        """Let an administrator be missing in the log. Raises InputError, RolloutError."""
        record = self._finished(name)
        identifier = self.source().users_named(user)
        excused = machine.excuse(
            record.rollout, identifier, by=self.who, at=self.now(), reason=reason
        )
        return self.desk.keep(record, excused)

    def step_back(self, name: str, reason: str = "") -> Rollout:
        """Go back to report-only. Raises RolloutError."""
        return self._back(self._finished(name), reason, attention="")

    def check(self, name: str) -> tuple[Rollout, Health | None]:
        """Step back where too many sign-ins of the present stage fail; for a schedule."""
        record = self._finished(name)
        rollout = record.rollout
        if rollout.status.over or not rollout.stage.kind.enforces:
            return rollout, None
        current = self.tenancy.policy(rollout.policy_id)
        health = self.source().health(rollout, current)
        if health is None or not health.sick(rollout.settings):
            return rollout, health
        said = health.sentence(rollout.settings)
        return self._back(record, said, attention=said), health

    def undo(self, name: str, reason: str = "") -> Rollout:
        """Give the policy back its form before the rollout. Raises PolicyMoved, RolloutError."""
        record = self._finished(name)
        current = self.tenancy.policy(record.rollout.policy_id)
        move = machine.undo(
            record.rollout, current=current, by=self.who, at=self.now(), reason=reason
        )
        return self.desk.take(record, move, current)

    def stop(self, name: str, reason: str = "") -> Rollout:
        """End a rollout and leave the policy as it is. Raises RolloutError."""
        record = self._finished(name)
        ended = machine.stop(record.rollout, by=self.who, at=self.now(), reason=reason)
        return self.desk.keep(record, ended)

    def resume(self, name: str) -> Rollout:
        """Finish a step that was interrupted. Raises PolicyMoved, and as `Desk.resume`."""
        return self.desk.resume(self.record(name))

    def _back(self, record: Record, reason: str, *, attention: str) -> Rollout:
        current = self.tenancy.policy(record.rollout.policy_id)
        move = machine.step_back(
            record.rollout,
            current=current,
            by=self.who,
            at=self.now(),
            reason=reason,
            attention=attention,
        )
        return self.desk.take(record, move, current)

    def _finished(self, name: str) -> Record:
        record = self.record(name)
        require_finished(record)
        return record
