"""What a rollout refuses, one class for each thing a caller would handle."""

from __future__ import annotations

from collections.abc import Sequence

from ostiary.model.errors import OstiaryError
from ostiary.rollout.gates import GateResult


class RolloutError(OstiaryError):
    """A step that cannot be taken now: none is under way, it is over, or at its end (409)."""

    code = "rolloutState"


class GateClosed(OstiaryError):
    """Gates stand in the way of the next stage; `results` has all of them (409)."""

    code = "gateClosed"

    def __init__(self, stage: str, results: Sequence[GateResult]) -> None:
        """Say which, each in its sentence."""
        self.results = tuple(results)
        self.closed = tuple(each for each in results if not each.open)
        super().__init__(
            f"the policy cannot go to {stage} yet: "
            + "; ".join(each.sentence for each in self.closed),
            hint="mend it, or override what a reason may override",
        )


class PolicyMoved(OstiaryError):
    """Somebody changed the policy since the rollout wrote it; `changes` says what, in words."""

    code = "policyMoved"

    def __init__(self, changes: Sequence[str]) -> None:
        """Say what is different."""
        self.changes = tuple(changes)
        super().__init__(
            "somebody has changed the policy since the rollout wrote it: " + "; ".join(changes),
            hint="change it back, or end this rollout with `stop` and start a new one",
        )


class NotSecondPerson(OstiaryError):
    """Whoever started a rollout, or wants to take its next step, cannot approve it (403)."""

    code = "notSecondPerson"


class StepUnfinished(OstiaryError):
    """A step was begun and nobody knows whether it was finished: it has to be resumed first."""

    code = "stepUnfinished"


class JournalTaken(OstiaryError):
    """Somebody else wrote the next step of a rollout into the same journal at the same time."""

    code = "journalTaken"
