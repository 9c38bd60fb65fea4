"""How `ostiary rollout` shows a rollout to people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ostiary.cli.output import answer
from ostiary.cli.tables import Row, console, print_rows
from ostiary.rollout.errors import GateClosed
from ostiary.rollout.findings import Health
from ostiary.rollout.gates import OVERRIDABLE, Gate, GateResult, Outcome
from ostiary.rollout.state import Action, Rollout, Status

_GATES: Final = {
    Gate.LOCKOUT: "Lockout",
    Gate.GAPS: "Gaps",
    Gate.IMPACT: "Impact",
    Gate.EVIDENCE: "Evidence",
    Gate.HEALTH: "Health",
    Gate.TIME: "Time",
    Gate.APPROVAL: "Approval",
}
_OUTCOMES: Final = {
    Outcome.PASSED: "open",
    Outcome.CLOSED: "closed",
    Outcome.UNKNOWN: "closed: unknown",
    Outcome.OVERRIDDEN: "overridden",
}
_ACTIONS: Final = {
    Action.START: "started",
    Action.ADVANCE: "advanced",
    Action.APPROVE: "approved",
    Action.EXCUSE: "excused",
    Action.STEP_BACK: "stepped back",
    Action.UNDO: "undone",
    Action.STOP: "stopped",
}
_OVER: Final = {Status.UNDONE: "undone", Status.STOPPED: "stopped"}


def show_stage(rollout: Rollout) -> None:
    """Tell where a rollout stands, in two lines."""
    answer(f"{rollout.name}: {way(rollout)}")
    if rollout.status in _OVER:
        answer(f"The rollout is over: {_OVER[rollout.status]}.")
    elif rollout.next_stage is None:
        answer("On for everybody whom it is about.")
    else:
        answer(f"Next: {rollout.next_stage.name}")
    if rollout.attention:
        answer(f"Stepped back by itself: {rollout.attention}")


def way(rollout: Rollout) -> str:
    """Give the stages in a line, the present one in brackets."""
    names = [each.name for each in rollout.stages]
    names[rollout.place] = f"[{names[rollout.place]}]"
    return " \N{RIGHTWARDS ARROW} ".join(names)


def show_status(rollout: Rollout, results: Sequence[GateResult]) -> None:
    """Tell where a rollout stands and what its gates say."""
    show_stage(rollout)
    answer(
        f"Since {rollout.entered:%Y-%m-%d %H:%M}Z; started by"
        f" {rollout.started_by.name or rollout.started_by.id} {rollout.started:%Y-%m-%d}"
    )
    if results:
        show_gates(results)


def show_gates(results: Sequence[GateResult]) -> None:
    """Tell what was found at each gate."""
    rows = (
        Row(_GATES[each.gate], (_OUTCOMES[each.outcome],), (each.sentence, *each.details))
        for each in results
    )
    print_rows(console(), ("Gate", "State", "Found"), rows)


def show_closed(refusal: GateClosed) -> None:
    """Tell of the gates in the way, and whether a reason would open them."""
    show_gates(refusal.results)
    answer(f"Not taken: {len(refusal.closed)} of {len(refusal.results)} gates are closed.")
    fast = [_GATES[each.gate] for each in refusal.closed if each.gate not in OVERRIDABLE]
    if fast:
        answer(f"No reason opens {' and '.join(fast)}.")
    else:
        answer("Mend what is told there, or give a reason with --override.")


def show_history(rollout: Rollout) -> None:
    """Tell every step."""
    rows = (
        Row(
            f"{each.at:%Y-%m-%d %H:%M}Z",
            (_ACTIONS[each.action], rollout.stages[each.stage].name, each.by.name or each.by.id),
            (each.reason,),
        )
        for each in rollout.steps
    )
    print_rows(console(), ("When", "Step", "Stage", "Who", "Reason"), rows)


def show_list(rollouts: Sequence[Rollout]) -> None:
    """Tell of all rollouts."""
    if not rollouts:
        answer("There are no rollouts.")
        return
    rows = (
        Row(
            each.name,
            (
                _OVER.get(each.status, each.stage.name),
                f"{each.entered:%Y-%m-%d %H:%M}Z",
            ),
            (each.policy_id, *([each.attention] if each.attention else [])),
        )
        for each in rollouts
    )
    print_rows(console(), ("Policy", "Stage", "Since", "Id"), rows)


def show_check(rollout: Rollout, health: Health | None) -> None:
    """Tell how a stage does."""
    if health is None:
        answer(f"{rollout.name}: {rollout.stage.name}; there is nothing to check.")
        return
    answer(f"{rollout.name}: {health.sentence(rollout.settings)}")
    if rollout.attention:
        answer("Stepped back to report-only.")
