"""Two sets of policies: what is newly blocked, newly prompted and newly allowed; or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from html import escape
from typing import Any

from ostiary.analysis.answering import WayIn
from ostiary.analysis.boxes import TooManyBoxes
from ostiary.analysis.columns import bits
from ostiary.analysis.comparing import Comparison, Difference, Sides
from ostiary.analysis.describing import listed
from ostiary.analysis.limits import CONTROLS, Limits
from ostiary.analysis.naming import Names
from ostiary.analysis.prove_gaps import doubt_sentences
from ostiary.analysis.prove_results import MOST_ROWS, Judged, Statement, Statements, Verdict
from ostiary.analysis.shown import BLOCK, Demanded
from ostiary.analysis.solving import Prover
from ostiary.analysis.witness import Witnesses
from ostiary.analysis.witness_words import told
from ostiary.analysis.wording import Wording
from ostiary.analysis.world import world_json
from ostiary.controls import GRANT_CONTROLS
from ostiary.engine.policyset import PolicySet
from ostiary.model.policy import Operator, Policy

_GRANT = {each.key: each for each in GRANT_CONTROLS}
REGISTRATION = (
    "the registration of security information, where strengths of some policies give way to others"
)
_NONE = Statements(())


@dataclass(frozen=True)
class Compared(Judged):
    """What changes from the old policies to the new ones; all empty where nothing does.

    `limited` and `unlimited`: sessions that are limited more, or less, than before.
    """

    blocked: Statements = _NONE
    prompted: Statements = _NONE
    allowed: Statements = _NONE
    limited: Statements = _NONE
    unlimited: Statements = _NONE
    undecided: Statements = _NONE
    refused: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def kinds(self) -> dict[str, Statements]:
        """Give the certain differences by what they are called."""
        return {
            "newlyBlocked": self.blocked,
            "newlyPrompted": self.prompted,
            "newlyAllowed": self.allowed,
            "newlyLimited": self.limited,
            "noLongerLimited": self.unlimited,
        }

    @property
    def verdict(self) -> Verdict:
        """Give the verdict: proved if the two sets mean the same."""
        if any(self.kinds.values()):
            return Verdict.BROKEN
        unsure = self.undecided or self.refused or self.unknown
        return Verdict.UNDECIDED if unsure else Verdict.PROVED

    def to_json(self) -> dict[str, Any]:
        """Give the answer with the world it holds in."""
        return {
            "question": "what changes for whom?",
            "verdict": self.verdict.value,
            "counts": {kind: len(found) for kind, found in self.kinds.items()},
            **{kind: found.to_json() for kind, found in self.kinds.items()},
            "undecidedCount": len(self.undecided),
            "undecided": self.undecided.to_json(),
            "refused": list(self.refused),
            "unknown": list(self.unknown),
            "world": world_json(),
        }

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{kind}</td><td>{escape(each.text)}</td><td>{escape(each.note)}</td></tr>"
            for kind, found in (*self.kinds.items(), ("undecided", self.undecided))
            for each in found[:MOST_ROWS]
        )
        head = "<tr><th>Change</th><th>Statement</th><th>Policy</th></tr>"
        return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def compare(
    old: Sequence[Policy],
    new: Sequence[Policy],
    base: PolicySet,
    names: Names,
    *,
    refused: Sequence[str] = (),
) -> Compared:
    """Tell what changes from one set of policies to another, for the directory of `base`."""
    sides = Sides.of(old, new, base)
    comparison = Comparison(sides)
    teller = _Teller(comparison, len(old), names)
    unknown = (REGISTRATION,) if sides.strengths_yield and comparison.provers else ()
    try:
        lost, gained = list(comparison.lost()), list(comparison.gained())
        limits = [_limits(comparison, *each) for each in _limiting(sides)]
    except TooManyBoxes as error:
        return Compared(refused=tuple(refused), unknown=(*unknown, str(error)))
    certain = [(each, shut) for each, shut in lost if not each.way.doubts]
    doubted = [(each, True) for each, _ in lost if each.way.doubts]
    doubted += [(each, False) for each in gained if each.way.doubts]
    return Compared(
        blocked=teller.told([each for each, shut in certain if shut], lost=True),
        prompted=teller.told([each for each, shut in certain if not shut], lost=True),
        allowed=teller.told([each for each in gained if not each.way.doubts], lost=False),
        limited=teller.told(limits[0], lost=None),
        unlimited=teller.told(limits[1], lost=None),
        undecided=_joined(teller.told([each], lost=is_lost) for each, is_lost in doubted),
        refused=tuple(refused),
        unknown=unknown,
    )


def _joined(found: Iterable[Statements]) -> Statements:
    joined = _NONE
    for each in found:
        joined = joined + each
    return joined


def _limiting(sides: Sides) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """Give the changed policies of each side, those of the other side, those of their own."""
    old, new = sides.changed
    return (new, sides.old, sides.new), (old, sides.new, sides.old)


def _limits(comparison: Comparison, some: int, others: int, beside: int) -> list[Difference]:
    """Give the sessions that some policies limit more than the others do.

    Where the others, or those beside them, let nobody in there is no session.
    """
    found: list[Difference] = []
    for prover in comparison.provers:
        limits, shown = Limits(prover, prover.terrain), prover.ways.showings(BLOCK)[0].shown
        for number in bits(some & prover.terrain.telling):
            policy = prover.policies.policies[number]
            for key in policy.session.keys() - {key for key, _ in Demanded.of(policy).session}:
                for each in limits.all(number, key, others, beside):
                    found.append(Difference(prover, number, WayIn(each, shown), key))
    return found


class _Teller:
    """Turns differences into statements."""

    def __init__(self, comparison: Comparison, first_new: int, names: Names) -> None:
        self._comparison = comparison
        self._first_new = first_new
        self._names = names
        self._wordings: dict[tuple[Prover, int], Wording] = {}

    def told(self, found: Sequence[Difference], *, lost: bool | None) -> Statements:
        """Give statements, those that others hold left out, the widest first.

        `lost`: the old policies grant it; None: both do, and the session differs.
        """
        return Statements(
            [
                partial(self._statement, each, numbers, lost)
                for each, numbers in _fewest(found, self._comparison.sides.both.policies)
            ]
        )

    @cached_property
    def _sets(self) -> dict[Prover, tuple[PolicySet, PolicySet]]:
        found: dict[Prover, tuple[PolicySet, PolicySet]] = {}
        for prover in self._comparison.provers:
            policies = prover.policies.policies
            old, new = policies[: self._first_new], policies[self._first_new :]
            found[prover] = prover.policies.with_policies(old), prover.policies.with_policies(new)
        return found

    def _statement(
        self, difference: Difference, numbers: Sequence[int], lost: bool | None
    ) -> Statement:
        prover, way = difference.prover, difference.way
        old, new = self._sets[prover]
        policy = prover.policies.policies[difference.policy]
        demanded = BLOCK if lost is None else Demanded.of(policy)
        granting = new if lost is False else old
        witnesses = Witnesses(prover.terrain, prover.ways, demanded, granting=granting)
        witness = witnesses.difference(way, old, new)
        if lost is None:
            same = witness.before is not None and witness.before.session != witness.decision.session
            witness = replace(witness, confirmed=same)
        worded = self._wording(prover, difference.policy).worded(way)
        names = listed([f"`{prover.policies.policies[each].display_name}`" for each in numbers])
        verb = "no longer demanded by" if lost is False else "demanded by"
        note = f"{_demand(policy, difference.key, prover.policies)}, {verb} {names}"
        doubts = doubt_sentences(prover.terrain, way, witness.sign_in)
        return Statement(worded, witness, told(witness.sign_in, self._names), doubts, note)

    def _wording(self, prover: Prover, policy: int) -> Wording:
        known = self._wordings.get((prover, policy))
        if known is None:
            known = self._wordings[prover, policy] = Wording(prover.terrain, None, self._names)
        return known


def _fewest(
    found: Sequence[Difference], policies: Sequence[Policy]
) -> list[tuple[Difference, list[int]]]:
    """Leave out what a wider difference by the same demand holds, and note whose it is too."""
    kept: list[tuple[Difference, list[int]]] = []
    for each in sorted(found, key=_size, reverse=True):
        holder = next((other for other in kept if _held_by(each, other[0], policies)), None)
        if holder is None:
            kept.append((each, [each.policy]))
        elif each.policy not in holder[1]:
            holder[1].append(each.policy)
    return kept


def _size(difference: Difference) -> tuple[int, int, int]:
    opening = difference.way.opening
    return opening.box.bit_count(), opening.users.bit_count(), opening.targets.bit_count()


def _held_by(each: Difference, other: Difference, policies: Sequence[Policy]) -> bool:
    inner, outer = each.way.opening, other.way.opening
    same = Demanded.of(policies[each.policy]) == Demanded.of(policies[other.policy])
    return (
        each.prover is other.prover
        and each.key == other.key
        and same
        and not inner.users & ~outer.users
        and not inner.targets & ~outer.targets
        and not inner.box & ~outer.box
    )


def _demand(policy: Policy, key: str, policies: PolicySet) -> str:
    """Name what a policy demands, in the titles of its controls."""
    if key:
        return CONTROLS[key].title
    names = [
        _GRANT[each.control].name(each.argument, policies.directory) for each in policy.requirements
    ]
    both = policy.grant is not None and policy.grant.operator is Operator.AND
    titles = [(" and " if both else " or ").join(names)] if names else []
    titles += [CONTROLS[name].title for name, _ in Demanded.of(policy).session]
    return "; ".join(titles)
