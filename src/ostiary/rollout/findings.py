"""What was looked at before a step, and what the gates make of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from ostiary.analysis.impact_results import Named, PolicyImpact
from ostiary.analysis.prove_draft import Change, GapChange
from ostiary.analysis.prove_lockout import Lockout
from ostiary.model.json_types import JsonObject
from ostiary.rollout.gates import Gate, GateResult, Outcome, gates_of
from ostiary.rollout.machine import approval_result
from ostiary.rollout.settings import Limit, Settings
from ostiary.rollout.state import Rollout

MOST_TOLD: Final = 10
"""Names told beside a sentence."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What the next stage would do to the people and workloads of a log, and of how many."""

    blocked: int
    silent_breaks: int
    prompts: int
    of: int
    people: tuple[str, ...] = ()
    """Some who are worst off, in words."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How much of those whom the next stage is about is in the log.

    `unseen_administrators` are about whom the policy is, and who are neither in it nor excused;
    None: nobody knows who is an administrator. `last`: when the log ends.
    """

    days: int
    targeted: int
    seen: int
    unseen_administrators: tuple[Named, ...] | None = ()
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """Sign-ins that met the policy in its present stage, and how many of them failed by it.

    Nobody who is merely asked for something has failed; in the background there is nobody to ask.
    """

    sign_ins: int
    failed: int

    @property
    def share(self) -> float:
        """The share that failed."""
        return self.failed / self.sign_ins if self.sign_ins else 0.0

    def sick(self, settings: Settings) -> bool:
        """Whether so many fail that the rollout has to step back."""
        enough = self.failed >= max(1, settings.failed_least)
        return enough and self.share > settings.failed_share

    def sentence(self, settings: Settings) -> str:
        """Tell it."""
        if not self.sign_ins:
            return "no sign-in has met the policy in this stage yet"
        return (
            f"{self.failed} of {self.sign_ins} sign-ins that met the policy failed"
            f" ({100 * self.share:.1f} %, at most {100 * settings.failed_share:g} %)"
        )


def health_of(impact: PolicyImpact) -> Health:
    """Read off what a policy came to in the sign-ins since its stage began."""
    failed = met = 0
    for category, results in impact.by_category.items():
        failed += results.failure + (0 if category == _WATCHED else results.interrupted)
        met += results.success + results.failure + results.interrupted
    return Health(met, failed)


_WATCHED: Final = "interactiveUser"
"""The kind of sign-in (Graph's `signInEventTypes`) where somebody sits who can answer."""


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that was looked at for the next stage; None: it could not be looked at.

    `lockout` are the answers without the policy and with it On for everybody. `gaps` are told as
    they are now and with the next stage.
    """

    lockout: tuple[Lockout, Lockout] | None = None
    gaps: Sequence[GapChange] | None = None
    budget: Budget | None = None
    evidence: Evidence | None = None
    health: Health | None = None


def judge(
    rollout: Rollout, findings: Findings, *, current: JsonObject, now: datetime
) -> tuple[GateResult, ...]:
    """Judge every gate before the next stage; none at the end. Raises PolicyMoved."""
    stage = rollout.next_stage
    if stage is None:
        return ()
    asked = gates_of(stage, rollout.stage, approval=rollout.settings.approval)
    return tuple(_JUDGES[each](rollout, findings, current, now) for each in asked)


def judged_lockout(before: Lockout, after: Lockout) -> GateResult:
    """Judge as the lockout guard does: who could get in before has to get in afterwards."""
    could = {each.id for each in before.emergency if each.can}
    out = [each for each in after.emergency if not each.can and each.id in could]
    told = [f"{each.name}: {each.why}" for each in out]
    if before.other_can and not after.other_can:
        told.append("no administrator beside the emergency access accounts could get in")
    if told:
        said = "it would lock out who has to get back in"
        return GateResult(Gate.LOCKOUT, Outcome.CLOSED, said, tuple(told))
    if not after.emergency:
        said = "no emergency access account is declared, so nobody can prove that one stays in:"
        said += " declare them with `ostiary emergency`, or as `emergencyAccess` in `ostiary.yaml`"
        return GateResult(Gate.LOCKOUT, Outcome.UNKNOWN, said, after.unknown)
    stuck = [f"{each.name}: {each.why}" for each in after.emergency if not each.can]
    count = len(after.emergency) - len(stuck)
    if not count:
        said = "no emergency access account surely gets in, with the policy or without it"
        return GateResult(Gate.LOCKOUT, Outcome.UNKNOWN, said, tuple(stuck))
    said = f"{count} emergency access accounts" if count > 1 else "1 emergency access account"
    also = " and another administrator" if after.other_can else ""
    return GateResult(Gate.LOCKOUT, Outcome.PASSED, f"{said}{also} get in with it On", tuple(stuck))


def judged_gaps(changes: Sequence[GapChange]) -> GateResult:
    """Judge that nobody gets around more than before."""
    wider = [each for each in changes if each.change in {Change.OPENED, Change.WIDENED}]
    if wider:
        told = tuple(f"{each.after.question} {each.change.value}" for each in wider)
        said = "more could be got around than before"
        return GateResult(Gate.GAPS, Outcome.CLOSED, said, told)
    doubted = [
        each
        for each in changes
        if each.change is Change.UNDECIDED and each.before.verdict is not each.after.verdict
    ]
    if doubted:
        told = tuple(each.after.question for each in doubted)
        said = "whether more could be got around than before, nobody can tell"
        return GateResult(Gate.GAPS, Outcome.UNKNOWN, said, told)
    closes = sum(each.change in {Change.CLOSED, Change.NARROWED} for each in changes)
    said = "no gap gets wider" + (f", {closes} get closed or narrower" if closes else "")
    return GateResult(Gate.GAPS, Outcome.PASSED, said)


def judged_impact(budget: Budget, settings: Settings) -> GateResult:
    """Judge what the log says against the budget."""
    parts: Mapping[str, tuple[int, Limit]] = MappingProxyType(
        {
            "newly blocked": (budget.blocked, settings.blocked),
            "broken in the background": (budget.silent_breaks, settings.silent_breaks),
            "newly prompted": (budget.prompts, settings.prompts),
        }
    )
    said = ", ".join(f"{count} {word} ({limit.told})" for word, (count, limit) in parts.items())
    over = any(not limit.allows(count, budget.of) for count, limit in parts.values())
    outcome = Outcome.CLOSED if over else Outcome.PASSED
    sentence = f"of {budget.of} identities in the log {said}"
    return GateResult(Gate.IMPACT, outcome, sentence, budget.people[:MOST_TOLD])


def judged_evidence(evidence: Evidence, settings: Settings) -> GateResult:
    """Judge whether the log has enough of those whom the policy is about."""
    share = evidence.seen / evidence.targeted if evidence.targeted else 1.0
    until = f" to {evidence.last:%Y-%m-%d}" if evidence.last else ""
    said = (
        f"{evidence.days} days of log{until} (at least {settings.days}); {evidence.seen} of"
        f" {evidence.targeted} users seen ({100 * share:.0f} %, at least"
        f" {100 * settings.users_seen:g} %)"
    )
    unseen = evidence.unseen_administrators
    if settings.administrators and unseen is None:
        said += "; who is an administrator, nobody can tell"
        return GateResult(Gate.EVIDENCE, Outcome.UNKNOWN, said)
    missing = unseen if settings.administrators and unseen else ()
    if missing:
        said += f"; {len(missing)} administrators neither seen nor excused"
    enough = evidence.days >= settings.days and share >= settings.users_seen and not missing
    told = tuple(each.name or each.id for each in missing[:MOST_TOLD])
    outcome = Outcome.PASSED if enough else Outcome.CLOSED
    return GateResult(Gate.EVIDENCE, outcome, said, told)


def judged_health(health: Health, settings: Settings) -> GateResult:
    """Judge whether few enough of the sign-ins of the present stage fail."""
    outcome = Outcome.CLOSED if health.sick(settings) else Outcome.PASSED
    return GateResult(Gate.HEALTH, outcome, health.sentence(settings))


def judged_time(rollout: Rollout, now: datetime) -> GateResult:
    """Judge whether the present stage has stood for long enough."""
    wanted = timedelta(days=rollout.settings.stage_days)
    until = rollout.entered + wanted
    said = f"{rollout.stage.name} since {_day(rollout.entered)}"
    if now >= until:
        return GateResult(Gate.TIME, Outcome.PASSED, said)
    return GateResult(Gate.TIME, Outcome.CLOSED, f"{said}: the next stage may begin {_day(until)}")


def _day(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%MZ")


def _unknown(gate: Gate, said: str) -> GateResult:
    return GateResult(gate, Outcome.UNKNOWN, said)


_Judge = Callable[[Rollout, Findings, JsonObject, datetime], GateResult]


def _lockout(_: Rollout, found: Findings, _current: JsonObject, _now: datetime) -> GateResult:
    if found.lockout is None:
        return _unknown(Gate.LOCKOUT, "the tenant was not looked at for lockouts")
    return judged_lockout(*found.lockout)


def _gaps(_: Rollout, found: Findings, _current: JsonObject, _now: datetime) -> GateResult:
    if found.gaps is None:
        return _unknown(Gate.GAPS, "the tenant was not looked at for gaps")
    return judged_gaps(found.gaps)


def _impact(rollout: Rollout, found: Findings, _current: JsonObject, _now: datetime) -> GateResult:
    if found.budget is None:
        return _unknown(Gate.IMPACT, "there is no log to tell whom it would block or prompt")
    return judged_impact(found.budget, rollout.settings)


def _evidence(
    rollout: Rollout, found: Findings, _current: JsonObject, _now: datetime
) -> GateResult:
    if found.evidence is None:
        return _unknown(Gate.EVIDENCE, "there is no log of those whom the policy is about")
    return judged_evidence(found.evidence, rollout.settings)


def _health(rollout: Rollout, found: Findings, _current: JsonObject, _now: datetime) -> GateResult:
    if found.health is None:
        return _unknown(Gate.HEALTH, "there is no log of the present stage")
    return judged_health(found.health, rollout.settings)


def _time(rollout: Rollout, _: Findings, _current: JsonObject, now: datetime) -> GateResult:
    return judged_time(rollout, now)


def _approval(rollout: Rollout, _: Findings, current: JsonObject, _now: datetime) -> GateResult:
    return approval_result(rollout, current)


_JUDGES: Final[Mapping[Gate, _Judge]] = {
    Gate.LOCKOUT: _lockout,
    Gate.GAPS: _gaps,
    Gate.IMPACT: _impact,
    Gate.EVIDENCE: _evidence,
    Gate.HEALTH: _health,
    Gate.TIME: _time,
    Gate.APPROVAL: _approval,
}
