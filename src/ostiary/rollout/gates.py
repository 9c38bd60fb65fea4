"""The gates between stages, and what was found at each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from ostiary.model.errors import InputError
from ostiary.model.json_types import as_strings, is_object
from ostiary.rollout.stages import Stage, StageKind


class Gate(Enum):
    """What has to hold before a stage begins, in the order in which people read it."""

    LOCKOUT = "lockout"
    """Emergency access accounts and another administrator get in, with the policy On."""
    GAPS = "gaps"
    """Nobody gets around more than before."""
    IMPACT = "impact"
    """What the log says of it is within the budget: blocked, silent breaks, prompts."""
    EVIDENCE = "evidence"
    """The log is long enough, and has enough of the people, and every administrator."""
    HEALTH = "health"
    """Few enough of the sign-ins that meet the policy in the present stage fail."""
    TIME = "time"
    """The present stage has stood for long enough."""
    APPROVAL = "approval"
    """A second person has agreed."""


OVERRIDABLE: Final = frozenset({Gate.IMPACT, Gate.EVIDENCE, Gate.HEALTH, Gate.TIME})
"""Gates that somebody may pass by a reason, which is kept.

INVARIANT: never those that a person in a hurry must not pass: lockout, gaps, a second person.
"""


class Outcome(Enum):
    """What came of a gate."""

    PASSED = "passed"
    CLOSED = "closed"
    UNKNOWN = "unknown"
    """Nobody can tell, a log is missing for instance: closed as well (fail closed)."""
    OVERRIDDEN = "overridden"


@dataclass(frozen=True, slots=True)
class GateResult:
    """What was found at one gate: a sentence, and single findings in `details`."""

    gate: Gate
    outcome: Outcome
    sentence: str
    details: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """Whether the way is free as far as this gate goes."""
        return self.outcome in {Outcome.PASSED, Outcome.OVERRIDDEN}

    def to_json(self) -> dict[str, Any]:
        """Give all of it."""
        return {
            "gate": self.gate.value,
            "outcome": self.outcome.value,
            "sentence": self.sentence,
            "details": list(self.details),
        }


def gate_result_from_json(raw: object) -> GateResult:
    """Read what `GateResult.to_json` wrote. Raises InputError."""
    if not is_object(raw):
        raise InputError("expected the result of a gate as an object")
    try:
        gate, outcome = Gate(raw.get("gate")), Outcome(raw.get("outcome"))
    except ValueError as error:
        raise InputError(f"expected the result of a gate: {error}") from None
    return GateResult(gate, outcome, str(raw.get("sentence", "")), as_strings(raw.get("details")))


def gates_of(stage: Stage, present: Stage, *, approval: bool) -> tuple[Gate, ...]:
    """Tell which gates stand before `stage`, coming from `present`.

    Report-only meets nobody: it needs the proofs only, so that what cannot be turned on anyway is
    told before the weeks of waiting.
    """
    if stage.kind is StageKind.DRAFT:
        return ()
    asked = [Gate.LOCKOUT, Gate.GAPS]
    if stage.kind.enforces:
        asked += [Gate.IMPACT, Gate.EVIDENCE]
        asked += [Gate.HEALTH] if present.kind.enforces else []
        asked += [Gate.TIME]
        asked += [Gate.APPROVAL] if approval else []
    return tuple(asked)


def closed(results: Iterable[GateResult]) -> tuple[GateResult, ...]:
    """Give the gates that are in the way."""
    return tuple(each for each in results if not each.open)


def overridden(results: Iterable[GateResult], reason: str) -> tuple[GateResult, ...]:
    """Open by a reason what a reason can open."""
    return tuple(
        GateResult(
            each.gate, Outcome.OVERRIDDEN, each.sentence, (*each.details, f"overridden: {reason}")
        )
        if not each.open and each.gate in OVERRIDABLE
        else each
        for each in results
    )
