"""Rollouts of policies on a server: each step and what it writes of the policy in one transaction.

What a step means is decided by `ostiary.rollout.machine`; here it is kept, behind the lockout
guard, audited, together with the policy, all of it or nothing (docs/decisions/0043).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ostiary.administration.guard import guarded
from ostiary.administration.policy_objects import state_of
from ostiary.administration.required_contexts import ProtectedAction
from ostiary.administration.rollout_looking import Kept, Looked, kept_rollout
from ostiary.directory.audit import Entry, Target
from ostiary.directory.documents import Stored
from ostiary.directory.errors import NoSuchObject, ObjectChanged
from ostiary.directory.protocols import SYSTEM, Actor, ActorKind
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Aggregates, Store
from ostiary.model.json_types import JsonObject
from ostiary.model.policy import PolicyState
from ostiary.rollout import machine
from ostiary.rollout.errors import NotSecondPerson
from ostiary.rollout.findings import Health
from ostiary.rollout.machine import Move
from ostiary.rollout.rings import resolved
from ostiary.rollout.settings import Settings
from ostiary.rollout.state import Rollout, Step, Who
from ostiary.schema.answers import timestamp
from ostiary.schema.materialise import stored_policy
from ostiary.schema.requests_policies import refuse_broken

STEPPED_BACK: Final = "policyRolloutStepBack"
"""The type of the alert that a policy was put back to report-only by itself."""
UPDATING: Final = ProtectedAction.UPDATE_POLICY
"""Whoever takes a step updates the policy: where that is protected, so is this."""
_CATEGORY: Final = "Policy"
_TEMPLATE: Final = "templateId"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rollout a step is asked of, by whom, and the version that he has seen (an etag)."""

    rollout_id: str
    by: Actor
    expected: str | None = None
    reason: str = ""


def start_rollout(
    store: Store,
    snapshots: Snapshots,
    policy_id: str,
    settings: Settings,
    *,
    by: Actor,
    expected: str | None = None,
    reason: str = "",
) -> Kept:
    """Begin a rollout of a policy that is Off or report-only; nothing of the policy is changed.

    Rings may name groups by name or id; `expected` is the etag of the policy.
    Raises NoSuchObject, InputError, ObjectChanged, ObjectExists where one is under way already.
    """
    directory = snapshots.refresh().policies.directory
    rings = resolved(settings.rings, directory)
    with store.transaction() as work, work.unit.recording(by):
        policy = work.policies.need(policy_id)
        if expected is not None and policy.etag != expected:
            raise ObjectChanged("the policy was changed since it was read", hint="look at it again")
        made = machine.start(
            store.means.new_id(),
            policy.document,
            tenant_id=directory.tenant_id,
            by=who(by),
            at=store.means.clock.now(),
            settings=replace(settings, rings=rings),
            reason=reason,
        )
        stored = work.rollouts.create(made.to_json(), by=by)
        _record(work, made, by)
        return Kept(made, stored.etag)


def advance(
    store: Store,
    snapshots: Snapshots,
    looked: Looked,
    *,
    by: Actor,
    override: str | None = None,
) -> Kept:
    """Go to the next stage by what was found at its gates; `override` opens what a reason can.

    Raises ObjectChanged where rollout, policy or other policies changed since they were looked at,
    and what `machine.advance` and the lockout guard raise.
    """
    with guarded(store, snapshots, by=by) as work:
        kept = _need(work, Asked(looked.kept.rollout.id, by, looked.kept.etag))
        policy = work.policies.need(kept.rollout.policy_id)
        # A gate that was found open stays so only as long as the policies stay what they were.
        if policy.etag != looked.policy.etag or work.policies.state() != looked.policies:
            raise ObjectChanged(
                "the policies were changed while the gates were being looked at",
                hint="look at the rollout again and repeat the step",
            )
        move = machine.advance(
            kept.rollout,
            current=policy.document,
            results=looked.results,
            by=who(by),
            at=store.means.clock.now(),
            members=looked.members,
            override=override,
        )
        return _taken(work, kept, policy, move, by, judged=True)


def approve(store: Store, asked: Asked) -> Kept:
    """Agree to the next stage, as a second person.

    Raises NotSecondPerson for whoever started it and for whoever cannot be told from him, and what
    `machine.approve` raises.
    """

    def step(rollout: Rollout, policy: Stored) -> Rollout:
        _require_second(rollout, asked.by)
        return machine.approve(
            rollout,
            current=policy.document,
            by=who(asked.by),
            at=store.means.clock.now(),
            reason=asked.reason,
        )

    return _noted(store, asked, step)


def excuse(store: Store, asked: Asked, user_id: str) -> Kept:
    """Let an administrator be missing in the log, for a reason. Raises NoSuchObject, InputError."""
    user = store.users.need(user_id)
    at = store.means.clock.now()
    return _noted(
        store,
        asked,
        lambda rollout, _: machine.excuse(
            rollout, user.id, by=who(asked.by), at=at, reason=asked.reason
        ),
    )


def stop(store: Store, asked: Asked) -> Kept:
    """End a rollout and leave the policy as it is, also one that was deleted."""
    with store.transaction() as work, work.unit.recording(asked.by):
        kept = _need(work, asked)
        now = store.means.clock.now()
        made = machine.stop(kept.rollout, by=who(asked.by), at=now, reason=asked.reason)
        return _keep(work, kept, made, asked.by)


def step_back(store: Store, snapshots: Snapshots, asked: Asked) -> Kept:
    """Put the policy back to report-only. Raises RolloutError where it is not On by the rollout."""
    return _moved(store, snapshots, asked, machine.step_back)


def undo(store: Store, snapshots: Snapshots, asked: Asked) -> Kept:
    """Give the policy back the form of before, with the exclusions that were added since.

    Raises PolicyMoved where others changed more than that, Refusal where it breaks a rule by now.
    """
    return _moved(store, snapshots, asked, machine.undo, judged=True)


def step_back_by_itself(
    store: Store, snapshots: Snapshots, kept: Kept, health: Health
) -> Kept | None:
    """Put a policy back to report-only because too many sign-ins fail, and alert.

    None where there is nothing to put back: somebody took a step, deleted the policy or turned it
    off meanwhile.
    """
    why = health.sentence(kept.rollout.settings)
    with guarded(store, snapshots, by=SYSTEM) as work:
        now = kept_rollout(work, kept.rollout.id)
        policy = work.policies.get(kept.rollout.policy_id)
        if now.etag != kept.etag or policy is None:
            return None
        if policy.document.get("state") != PolicyState.ENABLED.value:
            return None
        move = machine.step_back(
            now.rollout,
            current=policy.document,
            by=who(SYSTEM),
            at=store.means.clock.now(),
            reason=why,
            attention=why,
        )
        made = _taken(work, now, policy, move, SYSTEM)
        alert_id = store.means.new_id()
        work.alerts.queue(alert_id, _alert(alert_id, made.rollout, health))
        return made


def who(actor: Actor) -> Who:
    """Name whoever acts as a rollout keeps it."""
    host = actor.kind is ActorKind.HOST
    return Who(f"host:{actor.id}" if host else actor.id or actor.kind.value, actor.name)


def _require_second(rollout: Rollout, by: Actor) -> None:
    """Refuse whoever is nobody, or may be the one who started it."""
    if by.kind is ActorKind.USER:
        return
    # The host's user may be the administrator who started it in the admin center.
    if by.kind is ActorKind.HOST and rollout.started_by.id.startswith("host:"):
        return
    raise NotSecondPerson(
        "expected an administrator who is signed in, came"
        + (" the user of the host" if by.kind is ActorKind.HOST else " an application"),
        hint="approve it in the admin center, or over Graph with a user's token",
    )


def _noted(store: Store, asked: Asked, step: Callable[[Rollout, Stored], Rollout]) -> Kept:
    """Keep a step that writes nothing of the policy."""
    with store.transaction() as work, work.unit.recording(asked.by):
        kept = _need(work, asked)
        return _keep(work, kept, step(kept.rollout, _policy(work, kept)), asked.by)


def _moved(
    store: Store,
    snapshots: Snapshots,
    asked: Asked,
    step: Callable[..., Move],
    *,
    judged: bool = False,
) -> Kept:
    with guarded(store, snapshots, by=asked.by) as work:
        kept = _need(work, asked)
        policy = _policy(work, kept)
        move = step(
            kept.rollout,
            current=policy.document,
            by=who(asked.by),
            at=store.means.clock.now(),
            reason=asked.reason,
        )
        return _taken(work, kept, policy, move, asked.by, judged=judged)


def _taken(
    work: Aggregates, kept: Kept, policy: Stored, move: Move, by: Actor, *, judged: bool = False
) -> Kept:
    """Write what a step makes of the policy, and the rollout with it.

    `judged`: by the rules for policies. What only stops being enforced is not held up by them.
    """
    if move.document is not None:
        document = _document(move.document, policy.document, work)
        if judged:
            refuse_broken(document, "beta", state_of(work))
        work.policies.replace(policy.id, document, by=by, expected=policy.etag)
    return _keep(work, kept, move.rollout, by)


def _document(wanted: JsonObject, current: JsonObject, work: Aggregates) -> JsonObject:
    """Give the document that is kept: id, times and template are no part of a step."""
    template = {_TEMPLATE: current[_TEMPLATE]} if _TEMPLATE in current else {}
    return stored_policy(
        {**wanted, **template},
        identifier=str(current["id"]),
        created=current.get("createdDateTime"),
        modified=timestamp(work.unit.means.clock.now()),
    )


def _keep(work: Aggregates, kept: Kept, rollout: Rollout, by: Actor) -> Kept:
    stored = work.rollouts.replace(rollout.id, rollout.to_json(), by=by, expected=kept.etag)
    _record(work, rollout, by)
    return Kept(rollout, stored.etag)


def _need(work: Aggregates, asked: Asked) -> Kept:
    kept = kept_rollout(work, asked.rollout_id)
    if asked.expected is not None and asked.expected != kept.etag:
        raise ObjectChanged(
            f"the rollout of `{kept.rollout.name}` was changed since it was read",
            hint="look at it again and repeat the step",
        )
    return kept


def _policy(work: Aggregates, kept: Kept) -> Stored:
    found = work.policies.get(kept.rollout.policy_id)
    if found is None:
        raise NoSuchObject(
            f"the policy `{kept.rollout.name}` was deleted",
            hint="restore it, or end its rollout with `stop`",
        )
    return found


_VERBS: Final[Mapping[str, str]] = {
    "start": "Start rollout of policy",
    "advance": "Advance rollout of policy",
    "approve": "Approve rollout of policy",
    "excuse": "Excuse administrator in rollout of policy",
    "stepBack": "Step rollout of policy back",
    "undo": "Undo rollout of policy",
    "stop": "Stop rollout of policy",
}


def _record(work: Aggregates, rollout: Rollout, by: Actor) -> None:
    """Tell the last step of the policy, beside the rows of what it wrote."""
    step = rollout.steps[-1]
    target = Target("conditional access policy", rollout.policy_id, rollout.name)
    detail = _told(rollout, step)
    work.audit.record(Entry(_VERBS[step.action.value], _CATEGORY, target, detail=detail), by=by)


def _told(rollout: Rollout, step: Step) -> dict[str, Any]:
    return {
        "rolloutId": rollout.id,
        "from": rollout.stages[step.came_from].name,
        "stage": rollout.stages[step.stage].name,
        "reason": step.reason,
        "gates": {each.gate.value: each.outcome.value for each in step.gates},
    }


def _alert(alert_id: str, rollout: Rollout, health: Health) -> dict[str, Any]:
    return {
        "id": alert_id,
        "type": STEPPED_BACK,
        "createdDateTime": rollout.entered.isoformat(),
        "policy": {"id": rollout.policy_id, "displayName": rollout.name},
        "rolloutId": rollout.id,
        "signIns": health.sign_ins,
        "failed": health.failed,
        "reason": rollout.attention,
    }
