"""Looks at a tenant before a step: proofs, what a log says, and who is in it.

`outlook` gives the policies that are compared; `findings` puts the questions. Who keeps the log
runs the two analyses between them: `impact(outlook.without, log, draft=outlook.drafted)` for the
budget and the evidence, and the policies as they are over the log of the present stage for health.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from ostiary.analysis.impact_results import AffectedPerson, DraftImpact, Named
from ostiary.analysis.lint_words import counted
from ostiary.analysis.naming import Names
from ostiary.analysis.prove_draft import (
    GapChange,
    Sides,
    own_change,
    own_gaps,
    standing,
    standing_changes,
)
from ostiary.analysis.prove_lockout import lockout
from ostiary.engine.policyset import PolicySet
from ostiary.model.directory import Directory
from ostiary.model.errors import InputError
from ostiary.model.policy import Policy, PolicyState
from ostiary.rollout.documents import Members
from ostiary.rollout.errors import RolloutError
from ostiary.rollout.findings import Budget, Evidence, Findings, Health
from ostiary.rollout.rings import members_at, policy_at, targeted
from ostiary.rollout.state import Rollout

if TYPE_CHECKING:
    from ostiary.analysis.impact import Impact

_BLOCKED, _BROKEN, _PROMPTED = "newlyBlocked", "silentBackgroundBreak", "newlyPrompted"
_WORSE: Final[Mapping[str, str]] = {
    _BLOCKED: "blocked",
    _BROKEN: "broken in the background",
    _PROMPTED: "prompted",
}


@dataclass(frozen=True)
class Outlook:
    """The policies as they are, without the one that is rolled out, and with its next stage.

    `on` is that policy On for everybody, `following` as it is in the next stage, `members` whom the
    ring of that stage holds.
    """

    now: PolicySet
    without: PolicySet
    on: Policy
    following: Policy
    members: Members | None

    @property
    def drafted(self) -> tuple[Policy, ...]:
        """The policies with the next stage as if it were in force: report-only meets nobody."""
        return (*self.without.policies, replace(self.following, state=PolicyState.ENABLED))


def outlook(rollout: Rollout, policies: PolicySet, desired: Policy) -> Outlook:
    """Give what is compared for the next stage; `desired` is the policy as the engine reads it.

    Raises RolloutError at the end of a rollout.
    """
    stage = rollout.next_stage
    if stage is None:
        raise RolloutError(f"`{rollout.name}` has no stage after {rollout.stage.name}")
    members = members_at(rollout.stages, rollout.place + 1, policies, desired)
    others = [each for each in policies.policies if each.id.casefold() != desired.id.casefold()]
    return Outlook(
        now=policies,
        without=policies.with_policies(others),
        on=replace(desired, state=PolicyState.ENABLED),
        following=policy_at(desired, stage, members),
        members=members,
    )


def findings(
    rollout: Rollout,
    seen: Outlook,
    names: Names,
    *,
    original: Policy,
    impact: Impact | None = None,
    health: Health | None = None,
    contexts: Sequence[str] = (),
    risks: Mapping[str, str] | None = None,
) -> Findings:
    """Put every question; `original` is the policy as it was at the start, for what it excluded.

    `impact` compares `seen.without` with `seen.drafted`; None: there is no log. `contexts` and
    `risks` are as `prove_lockout.lockout` takes them. Raises InputError for another impact.
    """
    others = seen.without.policies
    with_on = seen.without.with_policies((*others, seen.on))
    asked = [
        lockout(each, names, contexts=contexts, risks=risks, examples=False)
        for each in (seen.without, with_on)
    ]
    return Findings(
        lockout=(asked[0], asked[1]),
        gaps=_gap_changes(seen, with_on, names, original),
        budget=None if impact is None else budget_of(impact),
        evidence=None if impact is None else evidence_of(rollout, seen, impact),
        health=health,
    )


def _gap_changes(
    seen: Outlook, with_on: PolicySet, names: Names, original: Policy
) -> tuple[GapChange, ...]:
    """Ask what every tenant is asked now and after the step; and what an exclusion has opened.

    The step itself can open nothing; what others excluded since the start can, of what the policy
    was to be: that is asked of the policy On, as it was and as it has become.
    """
    after = seen.without.with_policies((*seen.without.policies, seen.following))
    sides = Sides(seen.now, after, names)
    found = standing_changes(standing(seen.now, names), standing(after, names), sides)
    if original.settings == seen.on.settings:
        return found
    as_it_was = replace(original, state=PolicyState.ENABLED)
    begun = seen.without.with_policies((*seen.without.policies, as_it_was))
    own = own_change(Sides(begun, with_on, names), as_it_was, own_gaps(begun, as_it_was, names))
    return found if own is None else (own, *found)


def budget_of(impact: Impact) -> Budget:
    """Read off whom the next stage would block, break and prompt. Raises InputError."""
    change = _changed(impact)
    people = [each for each in change.people if any(each.counts.get(name) for name in _WORSE)]
    return Budget(
        blocked=change.users.get(_BLOCKED, 0),
        silent_breaks=change.users.get(_BROKEN, 0),
        prompts=change.users.get(_PROMPTED, 0),
        of=max(len(impact.seen), change.people_affected),
        people=tuple(_told(each) for each in sorted(people, key=_worst)),
    )


def evidence_of(rollout: Rollout, seen: Outlook, impact: Impact) -> Evidence:
    """Tell how many of those whom the next stage is about are in the log."""
    about = targeted(seen.now, seen.following)
    return Evidence(
        days=impact.days,
        targeted=len(about),
        seen=len(about & impact.seen),
        unseen_administrators=_unseen_administrators(
            seen.now.directory, about, impact.seen | {each.user for each in rollout.excuses}
        ),
        last=impact.last,
    )


def _unseen_administrators(
    directory: Directory, about: frozenset[str], known: frozenset[str]
) -> tuple[Named, ...] | None:
    from ostiary.analysis.evidence import administrators  # needs the extra `analysis`

    if directory.role_assignments is None:
        return None
    missing = (administrators(directory) & about) - known
    users = [directory.users[each] for each in sorted(missing)]
    return tuple(Named(each.id, each.principal_name or each.display_name) for each in users)


def _changed(impact: Impact) -> DraftImpact:
    if impact.change is None:
        raise InputError("expected the impact of a draft, came one of the policies as they are")
    return impact.change


def _told(each: AffectedPerson) -> str:
    done = (
        f"{word} {counted(each.counts[name], 'time')}"
        for name, word in _WORSE.items()
        if each.counts.get(name)
    )
    return f"{each.person.name or each.person.id}: {', '.join(done)}"


def _worst(each: AffectedPerson) -> tuple[int, ...]:
    return tuple(-each.counts.get(name, 0) for name in _WORSE)
