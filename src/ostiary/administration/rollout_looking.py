"""What a server looks at before a step of a rollout: the tenant as it is, and its own log.

It takes seconds and holds no lock; the step itself makes sure that nothing moved meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from ostiary.administration.required_contexts import contexts_for_policies
from ostiary.analysis.administrators import administrators, emergency_accounts
from ostiary.directory.documents import Stored
from ostiary.directory.errors import NoSuchObject
from ostiary.directory.policy_health import PolicyHealth
from ostiary.directory.policy_impact import Impacts, NoAnalysis, Period, require_analysis
from ostiary.directory.sign_in_events import (
    INTERACTIVE,
    MANAGED_IDENTITY,
    NON_INTERACTIVE,
    SERVICE_PRINCIPAL,
)
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Aggregates, Store
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject
from ostiary.model.policy import Policy
from ostiary.rollout.documents import Members
from ostiary.rollout.findings import Health, judge
from ostiary.rollout.gates import GateResult
from ostiary.rollout.looking import Outlook, findings, outlook
from ostiary.rollout.machine import desired_now
from ostiary.rollout.state import Rollout
from ostiary.rollout.state_json import rollout_from_json
from ostiary.signin.deciding import risks_of
from ostiary.tenant.proofs import names_of

if TYPE_CHECKING:
    from ostiary.analysis.impact import Impact

LOOKS_BACK: Final = 30
"""Days of the log that are looked at, or those that a rollout demands where they are more."""
_KINDS: Final = (INTERACTIVE, NON_INTERACTIVE, SERVICE_PRINCIPAL, MANAGED_IDENTITY)


@dataclass(frozen=True, slots=True)
class Kept:
    """A rollout as it is kept; `etag` changes with each step."""

    rollout: Rollout
    etag: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found before the next stage, and of which versions.

    `policies` is the state of all policies then (`Documents.state`); `results` are empty at the
    end. `members` are those of the next stage where it is a ring.
    """

    kept: Kept
    policy: Stored
    policies: tuple[int, int]
    results: tuple[GateResult, ...]
    members: Members | None = None


def kept_rollout(work: Aggregates, rollout_id: str) -> Kept:
    """Read a rollout. Raises NoSuchObject."""
    return kept_of(work.rollouts.need(rollout_id))


def kept_of(found: Stored) -> Kept:
    """Read a rollout as it is kept. Raises InputError where another version wrote it."""
    return Kept(rollout_from_json(found.document), found.etag)


@dataclass(frozen=True)
class Eyes:
    """What is looked with."""

    store: Store
    snapshots: Snapshots
    impacts: Impacts
    health: PolicyHealth


def look(eyes: Eyes, rollout_id: str) -> Looked:
    """Judge every gate before the next stage of a rollout.

    Raises NoSuchObject, PolicyMoved, InputError where the policy cannot be used, and
    AnalysisPostponed.
    """
    store, now = eyes.store, eyes.store.means.clock.now()
    # INVARIANT: what a step compares with is read first: a change after that makes it be refused.
    with store.reading() as work:
        kept = kept_rollout(work, rollout_id)
        rollout = kept.rollout
        policy = work.policies.get(rollout.policy_id)
        state = work.policies.state()
    if policy is None:
        raise NoSuchObject(f"the policy `{rollout.name}` was deleted")
    if rollout.next_stage is None:
        return Looked(kept, policy, state, ())
    snapshot = eyes.snapshots.refresh()
    directory = snapshot.policies.directory
    with store.reading() as work:
        contexts = contexts_for_policies(work)
        asked = {*emergency_accounts(directory).ids, *administrators(directory).ids}
        risks = risks_of(work, sorted(asked))
    desired = _read(eyes, desired_now(rollout, policy.document))
    seen = outlook(rollout, snapshot.policies, desired)
    found = findings(
        rollout,
        seen,
        names_of(snapshot.tenant),
        original=_read(eyes, rollout.original),
        impact=_impact(eyes, seen, rollout, now),
        health=health_of(eyes.health, rollout),
        contexts=contexts,
        risks=risks,
    )
    results = judge(rollout, found, current=policy.document, now=now)
    return Looked(kept, policy, state, results, seen.members)


def health_of(health: PolicyHealth, rollout: Rollout) -> Health | None:
    """Count how the sign-ins of the present stage came out; None where it enforces nothing."""
    if not rollout.stage.kind.enforces:
        return None
    return Health(*health.since(rollout.policy_id, rollout.entered))


def _impact(eyes: Eyes, seen: Outlook, rollout: Rollout, now: datetime) -> Impact | None:
    """Compare the policies without it and with its next stage; None without the packages."""
    if rollout.next_stage is None or not rollout.next_stage.kind.enforces:
        return None
    try:
        require_analysis()
    except NoAnalysis:
        return None
    from ostiary.analysis.impact import impact_of_kept

    days = max(LOOKS_BACK, rollout.settings.days)
    period = Period(now - timedelta(days=days), now + timedelta(minutes=1), _KINDS)
    with eyes.impacts.turn() as check:
        log = eyes.impacts.log(period, check)
        return impact_of_kept(
            seen.without,
            log,
            draft=seen.drafted,
            progress=lambda share, done: check(share, f"{done} sign-ins were judged"),
        )


def _read(eyes: Eyes, document: JsonObject) -> Policy:
    """Read a policy as the engine does, with the directory as it is now. Raises InputError."""
    parts = eyes.snapshots.drafted(document)
    if parts.refused:
        raise InputError(
            "expected a policy that can be used, came one that cannot: "
            + "; ".join(str(each.message) for each in parts.refused[0].problems[:3]),
            hint="change it, or stop the rollout",
        )
    return parts.policies[0]
