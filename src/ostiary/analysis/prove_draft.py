"""What a policy that is not in force yet would do to the gaps: closed, left, or opened.

Two kinds of questions are asked, each without the draft and with it: those that every tenant is
asked (`analysis.concerns`), and the draft's own: whom it is about, where it is about them, without
what it requires. The own question leaves out what the draft excludes, so that what it spares shows
as a gap it leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ostiary.analysis.concerns import concerns
from ostiary.analysis.identities import workloads
from ostiary.analysis.naming import Names
from ostiary.analysis.prove_gaps import answered, gaps
from ostiary.analysis.prove_moves import Moves, moves
from ostiary.analysis.prove_results import Answer, Statement, Verdict
from ostiary.analysis.questions import Matter, matters
from ostiary.analysis.shown import Demanded
from ostiary.analysis.targets import Aim, aims_at, all_apps, other_aims
from ostiary.conditions.users import ALL
from ostiary.engine.policyset import PolicySet
from ostiary.model.policy import Policy, PolicyState
from ostiary.model.setting import Setting

OWN = "own"
ASKED = ("managementMfa", "administratorsMfa", "everybodyMfa")
"""Which of the tenant's questions are asked of a draft, while somebody is writing it."""
MOST_TOLD = 5
_TARGETS = frozenset({"userActions", "authenticationContexts"})
_WORKLOAD = "workloadIdentities"
_OWN_QUESTION = "can whom this policy is about get in without what it requires?"


class Change(Enum):
    """What becomes of a gap."""

    CLOSED = "closed"
    NARROWED = "narrowed"
    LEFT = "left"
    OPENED = "opened"
    WIDENED = "widened"
    """Something is more open than it was, though something else may be less so."""
    NONE = "none"
    """There was no gap, and there is none."""
    UNDECIDED = "undecided"
    """Nobody can tell whether there is a gap with the draft, or which of both is the wider."""


@dataclass(frozen=True, slots=True)
class GapChange:
    """One question without the draft and with it; `moves` where there is a gap in either case."""

    name: str
    before: Answer
    after: Answer
    moves: Moves | None = None

    @property
    def change(self) -> Change:
        """Tell what becomes of it."""
        was, now = self.before.verdict, self.after.verdict
        if now is Verdict.UNDECIDED:
            return Change.UNDECIDED
        if now is Verdict.PROVED:
            return Change.NONE if was is Verdict.PROVED else Change.CLOSED
        if was is not Verdict.BROKEN:
            return Change.OPENED
        if self.moves is None:
            return Change.UNDECIDED
        if self.moves.wider:
            return Change.WIDENED
        return Change.NARROWED if self.moves.narrower else Change.LEFT

    def to_json(self) -> dict[str, Any]:
        """Give the members that answers print; the widest ways in, with their witnesses."""
        return {
            "name": self.name,
            "question": self.after.question,
            "change": self.change.value,
            "before": self.before.verdict.value,
            "after": self.after.verdict.value,
            "waysBefore": len(self.before.open),
            "waysAfter": len(self.after.open),
            "leaves": [each.to_json() for each in _first(self.after.open)],
            "closes": [] if self.change is not Change.CLOSED else _told(self.before),
            "undecided": [each.to_json() for each in _first(self.after.undecided)],
            "unknown": [*self.after.refused, *self.after.unknown],
        }


def _first(statements: Sequence[Statement]) -> list[Statement]:
    return list(statements[:MOST_TOLD])


def _told(answer: Answer) -> list[dict[str, Any]]:
    return [each.to_json() for each in _first(answer.open)]


@dataclass(frozen=True, slots=True)
class Sides:
    """The policies without the draft and with it, compiled for one directory."""

    old: PolicySet
    new: PolicySet
    names: Names

    def change(
        self, name: str, before: Answer, after: Answer, about: Iterable[Matter]
    ) -> GapChange:
        """Tell what becomes of a gap; `about` is what was asked."""
        if not before.verdict is after.verdict is Verdict.BROKEN:
            return GapChange(name, before, after)
        found = moves(self.old.policies, self.new.policies, self.new, about)
        return GapChange(name, before, after, found)


def gap_changes(
    before: Sequence[Answer], sides: Sides, draft: Policy, own: Answer | None
) -> tuple[GapChange, ...]:
    """Ask every question again with the draft; `before` and `own` are the answers without it."""
    found = standing_changes(before, standing(sides.new, sides.names), sides)
    ours = own_change(sides, draft, own)
    return found if ours is None else (ours, *found)


def standing_changes(
    before: Sequence[Answer], after: Sequence[Answer], sides: Sides
) -> tuple[GapChange, ...]:
    """Tell what becomes of the gaps that `standing` told of either side."""
    asked = {each.name: each.asked for each in concerns(sides.names)}
    return tuple(
        sides.change(old.name, old, new, matters(asked[old.name], sides.names))
        for old, new in zip(before, after, strict=True)
    )


def own_change(sides: Sides, draft: Policy, before: Answer | None) -> GapChange | None:
    """Tell what becomes of the draft's own gap; None where it requires nothing."""
    after = own_gaps(sides.new, draft, sides.names)
    if before is None or after is None:
        return None
    return sides.change(OWN, before, after, [_matter(sides.new, draft, Demanded.of(draft))])


def standing(policies: PolicySet, names: Names) -> tuple[Answer, ...]:
    """Answer the questions of `ASKED` for the policies that are on."""
    return tuple(
        gaps(policies, each.asked, names, name=each.name) for each in concerns(names, ASKED)
    )


def own_gaps(policies: PolicySet, draft: Policy, names: Names) -> Answer | None:
    """Ask the draft's own question; None where it requires nothing that anybody could lack."""
    demanded = Demanded.of(draft)
    if not demanded.anything:
        return None
    matter = _matter(policies, draft, demanded)
    return answered(policies, [matter], names, question=_OWN_QUESTION, name=OWN)


def _matter(policies: PolicySet, draft: Policy, demanded: Demanded) -> Matter:
    """Turn a policy into the question whether anything gets past it, its exclusions included."""
    settings = {key: Setting(each.include) for key, each in draft.settings.items() if each.include}
    spared = policies.directory.settings.emergency_access
    directory = policies.directory
    users = settings.get("users")
    if users is not None:
        tags = (f"group:{each}" if each in directory.groups else each for each in spared)
        settings["users"] = Setting.of(users.include, tags)
    asking = Policy("question", "question", PolicyState.DISABLED, settings, draft.grant, {}, {})
    principals = None
    if _WORKLOAD in draft.settings:
        principals = tuple(each.id for each in workloads(directory))
    elif users is None:
        settings["users"] = Setting.of([ALL])
    return Matter(asking, demanded, _aims(policies, draft), principals)


def _aims(policies: PolicySet, draft: Policy) -> tuple[Aim, ...] | None:
    if not _TARGETS & draft.settings.keys():
        return None
    named = policies.with_policies([*policies.policies, draft])
    return (*aims_at(all_apps(policies)), *other_aims(named))
