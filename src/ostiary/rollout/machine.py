"""The steps of a rollout. Each gives the rollout as it is afterwards, and what is to be written.

`current` is always the policy as it is now, as Graph writes it. Whoever calls writes the document
of a `Move` where the policy still is what was handed in (an etag, a transaction), and keeps the
rollout with it, both or none; `ostiary.rollout.journal` does so where there is no transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from ostiary.analysis.policy_difference import Difference, sentence
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_object, as_strings
from ostiary.model.policy import PolicyState
from ostiary.policycode.changes import Kind
from ostiary.policycode.fingerprints import fingerprint
from ostiary.rollout.documents import (
    Members,
    change_to,
    document_at,
    moved,
    state_of,
    with_exclusions_of,
)
from ostiary.rollout.errors import GateClosed, NotSecondPerson, PolicyMoved, RolloutError
from ostiary.rollout.gates import Gate, GateResult, Outcome, closed, gates_of, overridden
from ostiary.rollout.settings import Settings
from ostiary.rollout.stages import REPORT_ONLY_PLACE, Stage, StageKind, stages_of
from ostiary.rollout.state import Action, Approval, Excuse, Rollout, Status, Step, Who

SHORTEST_REASON: Final = 10
"""As the lockout guard demands of who overrides it."""


@dataclass(frozen=True, slots=True)
class Move:
    """A step: the rollout after it, and the policy to be written, whole.

    `document` None: the policy is as it is to be already.
    """

    rollout: Rollout
    document: JsonObject | None = None

    def body(self, current: JsonObject) -> JsonObject:
        """Give the members to be sent in a PATCH; empty where nothing is to be written."""
        return {} if self.document is None else change_to(current, self.document)


def start(
    identifier: str,
    policy: JsonObject,
    *,
    tenant_id: str,
    by: Who,
    at: datetime,
    settings: Settings | None = None,
    reason: str = "",
) -> Rollout:
    """Begin a rollout of a policy that is Off or report-only; nothing is to be written.

    Raises InputError for a policy that is On already, whose people would be without it meanwhile,
    and for rings of one on workload identities.
    """
    asked = settings or Settings()
    state = state_of(policy)
    name = str(policy.get("displayName") or policy.get("id") or "")
    if state is None or state is PolicyState.ENABLED:
        raise InputError(
            f"expected a policy that is Off or report-only, came `{name}`, which is "
            + ("On" if state else f"in the state `{policy.get('state')}`"),
            hint="to change a policy that is On, roll out a changed copy of it, and turn the old"
            " one off when the copy is On",
        )
    if asked.rings and _about_workloads(policy):
        raise InputError(
            f"expected a policy on users for rings of people, came `{name}`, which is about"
            " workload identities",
            hint="roll it out without rings",
        )
    place = 0 if state is PolicyState.DISABLED else REPORT_ONLY_PLACE
    first = Step(1, Action.START, at, by, place, place, reason.strip())
    return Rollout(
        id=identifier,
        policy_id=str(policy["id"]),
        name=name,
        tenant_id=tenant_id,
        started_by=by,
        settings=asked,
        stages=stages_of(asked.rings),
        place=place,
        entered=at,
        original=policy,
        desired=policy,
        written=policy,
        steps=(first,),
    )


def desired_now(rollout: Rollout, current: JsonObject) -> JsonObject:
    """Give what the policy is to be, with every exclusion that somebody added meanwhile.

    Raises PolicyMoved where anything else was changed.
    """
    found = moved(rollout.written, current)
    if found.others:
        raise PolicyMoved(told(found.others))
    return with_exclusions_of(rollout.desired, current) if found.excluded else rollout.desired


def agreed_on(document: JsonObject) -> str:
    """Give the fingerprint of what somebody approves: the policy whatever its state."""
    return fingerprint(Kind.POLICY, {**document, "state": ""})


def advance(
    rollout: Rollout,
    *,
    current: JsonObject,
    results: Sequence[GateResult],
    by: Who,
    at: datetime,
    members: Members | None = None,
    override: str | None = None,
) -> Move:
    """Go to the next stage; `members` of its ring where it is one, `results` of all its gates.

    Raises RolloutError at the end, PolicyMoved, and GateClosed where a gate is in the way that
    `override` (a reason) does not open.
    """
    stage = _next(rollout)
    desired = desired_now(rollout, current)
    judged = _complete(rollout, results)
    if override is not None:
        judged = overridden(judged, _reason(override))
    if closed(judged):
        raise GateClosed(stage.name, judged)
    if stage.kind is StageKind.RING and not members:
        raise InputError(
            f"expected people in the ring `{stage.name}`, came none whom the policy is about",
            hint="look at its groups, or at who is excluded",
        )
    place = rollout.place + 1
    document = document_at(desired, stage, members if stage.kind is StageKind.RING else None)
    step = _step(rollout, Action.ADVANCE, place, by, at, override or "")
    return Move(
        replace(
            rollout,
            place=place,
            entered=at,
            desired=desired,
            written=document,
            status=Status.DONE if place == len(rollout.stages) - 1 else Status.RUNNING,
            steps=(*rollout.steps, replace(step, before=current, after=document, gates=judged)),
            attention="",
        ),
        document,
    )


def approve(
    rollout: Rollout, *, current: JsonObject, by: Who, at: datetime, reason: str = ""
) -> Rollout:
    """Agree to the next stage; ends to count when an exclusion is added.

    Raises NotSecondPerson, RolloutError, PolicyMoved.
    """
    stage = _next(rollout)
    if by.same(rollout.started_by):
        raise NotSecondPerson(
            f"`{by.name or by.id}` has started this rollout and cannot approve it",
            hint="ask another administrator",
        )
    place = rollout.place + 1
    agreed = Approval(by, at, place, agreed_on(desired_now(rollout, current)))
    others = [each for each in rollout.approvals if each.stage != place or not each.by.same(by)]
    step = _step(rollout, Action.APPROVE, rollout.place, by, at, reason or stage.name)
    return replace(rollout, approvals=(*others, agreed), steps=(*rollout.steps, step))


def excuse(rollout: Rollout, user: str, *, by: Who, at: datetime, reason: str) -> Rollout:
    """Let an administrator (by id) be missing in the log. Raises RolloutError, InputError."""
    _require_under_way(rollout)
    given = Excuse(user.casefold(), by, at, _reason(reason))
    others = [each for each in rollout.excuses if each.user != given.user]
    step = _step(rollout, Action.EXCUSE, rollout.place, by, at, f"{user}: {given.reason}")
    return replace(rollout, excuses=(*others, given), steps=(*rollout.steps, step))


def step_back(
    rollout: Rollout,
    *,
    current: JsonObject,
    by: Who,
    at: datetime,
    reason: str,
    attention: str = "",
) -> Move:
    """Go back to report-only, whatever anybody else has changed: nobody is kept out any longer.

    `attention` says why where it happened by itself. Raises RolloutError where no stage that
    enforces is reached.
    """
    _require_under_way(rollout)
    if not rollout.stage.kind.enforces:
        raise RolloutError(
            f"expected a policy that is On, the rollout stands at {rollout.stage.name}",
            hint="`undo` gives the policy back the form that it had before",
        )
    found = moved(rollout.written, current)
    stage = rollout.stages[REPORT_ONLY_PLACE]
    desired = with_exclusions_of(rollout.desired, current)
    wanted = document_at(desired, stage)
    # What others changed is theirs: then the state alone is taken back, unless it is back already.
    document: JsonObject | None = document_at(current, stage) if found.others else wanted
    if state_of(current) is not PolicyState.ENABLED:
        document = None
    step = _step(rollout, Action.STEP_BACK, REPORT_ONLY_PLACE, by, at, reason)
    return Move(
        replace(
            rollout,
            place=REPORT_ONLY_PLACE,
            entered=at,
            desired=desired,
            written=wanted,
            status=Status.RUNNING,
            approvals=(),
            steps=(*rollout.steps, replace(step, before=current, after=document)),
            attention=attention,
        ),
        document,
    )


def undo(rollout: Rollout, *, current: JsonObject, by: Who, at: datetime, reason: str = "") -> Move:
    """Give the policy back the form it had before the rollout, and every exclusion added since.

    Raises RolloutError, and PolicyMoved where others changed anything but exclusions.
    """
    _require_under_way(rollout)
    found = moved(rollout.written, current)
    if found.others:
        raise PolicyMoved(told(found.others))
    kept = {name: value for name, value in rollout.original.items() if name != "modifiedDateTime"}
    document = with_exclusions_of(kept, current)
    step = _step(rollout, Action.UNDO, 0, by, at, reason)
    return Move(
        replace(
            rollout,
            place=_place_of(document),
            entered=at,
            written=document,
            status=Status.UNDONE,
            approvals=(),
            steps=(*rollout.steps, replace(step, before=current, after=document)),
            attention="",
        ),
        document,
    )


def stop(rollout: Rollout, *, by: Who, at: datetime, reason: str = "") -> Rollout:
    """End a rollout and leave the policy as it is. Raises RolloutError where it is over."""
    _require_under_way(rollout)
    step = _step(rollout, Action.STOP, rollout.place, by, at, reason)
    return replace(rollout, status=Status.STOPPED, steps=(*rollout.steps, step))


def approval_result(rollout: Rollout, current: JsonObject) -> GateResult:
    """Tell whether a second person has agreed to the next stage of the policy as it is to be."""
    asked = agreed_on(desired_now(rollout, current))
    place = rollout.place + 1
    agreed = [
        each
        for each in rollout.approvals
        if each.stage == place and not each.by.same(rollout.started_by)
    ]
    valid = [each for each in agreed if each.fingerprint == asked]
    if valid:
        by = valid[-1].by
        return GateResult(Gate.APPROVAL, Outcome.PASSED, f"{by.name or by.id} has approved it")
    if agreed:
        said = "the policy is another one since it was approved: it has to be approved again"
        return GateResult(Gate.APPROVAL, Outcome.CLOSED, said)
    said = "a second person has to approve it (`ostiary rollout approve`)"
    return GateResult(Gate.APPROVAL, Outcome.CLOSED, said)


def _complete(rollout: Rollout, results: Sequence[GateResult]) -> tuple[GateResult, ...]:
    """Give a result for every gate that stands there; one that nobody looked at is closed."""
    stage = rollout.stages[rollout.place + 1]
    found = {each.gate: each for each in results}
    return tuple(
        found.get(gate) or GateResult(gate, Outcome.UNKNOWN, f"{gate.value}: nobody looked at it")
        for gate in gates_of(stage, rollout.stage, approval=rollout.settings.approval)
    )


def _next(rollout: Rollout) -> Stage:
    _require_under_way(rollout)
    stage = rollout.next_stage
    if stage is None:
        raise RolloutError(f"`{rollout.name}` is On for everybody: there is no stage after it")
    return stage


def _require_under_way(rollout: Rollout) -> None:
    if rollout.status.over:
        raise RolloutError(
            f"the rollout of `{rollout.name}` is over ({rollout.status.value})",
            hint="start a new one",
        )


def _reason(written: str) -> str:
    if len(written.strip()) < SHORTEST_REASON:
        raise InputError(
            f"expected a reason of at least {SHORTEST_REASON} characters, came `{written.strip()}`"
        )
    return written.strip()


def _step(rollout: Rollout, action: Action, place: int, by: Who, at: datetime, reason: str) -> Step:
    return Step(len(rollout.steps) + 1, action, at, by, rollout.place, place, reason.strip())


def _about_workloads(policy: JsonObject) -> bool:
    held = as_object(as_object(policy.get("conditions")).get("clientApplications"))
    return any(as_strings(value) for value in held.values())


def _place_of(document: JsonObject) -> int:
    return 0 if state_of(document) is PolicyState.DISABLED else REPORT_ONLY_PLACE


def told(found: Sequence[Difference]) -> list[str]:
    """Tell differences of a policy in words, ids as they are."""
    return [sentence(each, lambda _, identifier: identifier) for each in found]
