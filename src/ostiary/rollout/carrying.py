"""Carries steps out in a tenant that is asked over a network: journal, change, journal.

Whatever happens between two of these (the computer dies, the answer is lost, somebody else changes
the policy), the journal says what was about to be done, and the policy whether it was: `resume`
finishes it. The change is one request for one policy, so that it is made whole or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ostiary.analysis.policy_difference import differences
from ostiary.entra.errors import AnswerLost
from ostiary.model.errors import OstiaryError
from ostiary.model.json_types import JsonObject
from ostiary.rollout.documents import change_to, moved
from ostiary.rollout.errors import PolicyMoved, RolloutError, StepUnfinished
from ostiary.rollout.journal import Journal, Record
from ostiary.rollout.machine import Move, told
from ostiary.rollout.state import Rollout


class Target(Protocol):
    """A tenant in which policies can be read and changed."""

    def policy(self, policy_id: str) -> JsonObject:
        """Give a policy as Graph's beta writes it."""
        ...

    def change(self, policy_id: str, body: Mapping[str, Any], current: JsonObject) -> None:
        """Change members of a policy that still is what was read.

        Raises AnswerLost where nobody knows whether it was done.
        """
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """A journal, and the tenant that it is about."""

    journal: Journal
    target: Target

    def begin(self, rollout: Rollout) -> Rollout:
        """Keep a rollout that has just started. Raises RolloutError where one is under way."""
        for each in self.journal.latest():
            same = each.rollout.policy_id.casefold() == rollout.policy_id.casefold()
            if same and not each.rollout.status.over:
                raise RolloutError(
                    f"a rollout of `{rollout.name}` is under way already",
                    hint="go on with that one, or end it with `ostiary rollout stop`",
                )
        self.journal.append(Record(1, rollout))
        return rollout

    def keep(self, before: Record, rollout: Rollout) -> Rollout:
        """Keep a step that changes nothing in the tenant. Raises JournalTaken, StepUnfinished."""
        require_finished(before)
        self.journal.append(Record(before.number + 1, rollout))
        return rollout

    def take(self, before: Record, move: Move, current: JsonObject) -> Rollout:
        """Take a step; `current` is the policy of which the move was made.

        Raises JournalTaken, StepUnfinished, AnswerLost, and what the target raises.
        """
        if move.document is None:
            return self.keep(before, move.rollout)
        require_finished(before)
        begun = Record(before.number + 1, move.rollout, done=False)
        self.journal.append(begun)
        return self._write(begun, current)

    def resume(self, record: Record) -> Rollout:
        """Finish a step that was begun; one that was finished already is left as it is.

        Raises PolicyMoved where the policy is neither what it was nor what it was to be: then the
        step is taken back in the journal, and it is for people to look.
        """
        if record.done:
            return record.rollout
        step = record.rollout.steps[-1]
        before, after = step.before or {}, step.after or {}
        current = self.target.policy(record.rollout.policy_id)
        # An exclusion that somebody added after the step is carried on by the next one; one that
        # was added before the step was written would be lost by writing it now.
        if not moved(after, current).others:
            return self._done(record)
        if differences(before, current):
            self._take_back(record)
            raise PolicyMoved(told(differences(before, current)))
        return self._write(record, current)

    def _write(self, begun: Record, current: JsonObject) -> Rollout:
        rollout = begun.rollout
        wanted = rollout.steps[-1].after or {}
        body = change_to(current, wanted) if differences(current, wanted) else {}
        if body:
            try:
                self.target.change(rollout.policy_id, body, current)
            except AnswerLost:
                # It was made, or it was not: the policy tells.
                if differences(wanted, self.target.policy(rollout.policy_id)):
                    raise
            except OstiaryError:
                self._take_back(begun)
                raise
        return self._done(begun)

    def _done(self, begun: Record) -> Rollout:
        self.journal.append(Record(begun.number + 1, begun.rollout))
        return begun.rollout

    def _take_back(self, begun: Record) -> None:
        """Leave the rollout as it was before a step that was surely not taken."""
        before = self.journal.read(begun.rollout.id, begun.number - 1)
        self.journal.append(Record(begun.number + 1, before.rollout))


def require_finished(record: Record) -> None:
    """Refuse to go on after a step that may be half done. Raises StepUnfinished."""
    if not record.done:
        action = record.rollout.steps[-1].action.value
        raise StepUnfinished(
            f"a step of the rollout of `{record.rollout.name}` was begun and not finished"
            f" ({action})",
            hint="finish it with `ostiary rollout resume`",
        )
