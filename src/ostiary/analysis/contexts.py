"""Under which circumstances a policy stays unsatisfied by the best that can be shown.

Controls read few circumstances: the kind of client, the flow, the state of the device, and how the
user stands to the tenant. For each combination of these the engine's own judgement is asked once,
and the answers are kept as sets of combinations, one for each policy.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product

from ostiary.analysis.boxes import Region, Space
from ostiary.analysis.circumstances import ANY_DEVICE, Facts, effect_of
from ostiary.analysis.columns import bits_where, transposed
from ostiary.analysis.shown import Demanded, Judge, Showable, Shown, best_without
from ostiary.analysis.world import impossible
from ostiary.conditions.authentication_flows import FLOWS
from ostiary.conditions.client_apps import WORDS
from ostiary.engine.policyset import PolicySet
from ostiary.engine.requirements import Demand
from ostiary.model.decision import ControlStatus, Judgement
from ostiary.model.directory import Directory
from ostiary.model.signin import Device, SignIn, TokenGrant

CONTEXT_AXES = ("clientAppTypes", "authenticationFlows", "devices")
_MET = Judgement(ControlStatus.MET)
_DEVICES = tuple(
    Device((("deviceid", ANY_DEVICE), ("iscompliant", compliant), ("trusttype", trust)))
    for compliant in (False, True)
    for trust in ("Workplace", "ServerAD")
)
_REQUESTS: Mapping[str, Iterable[Facts]] = {
    "clientAppTypes": (
        {},
        *({"client_app_type": word} for word in WORDS if word != "all"),
    ),
    "authenticationFlows": (
        {},
        {"authentication_flow": "deviceCodeFlow", "grant": TokenGrant.DEVICE_CODE},
        *({"original_transfer_method": flow} for flow in FLOWS),
    ),
    "devices": ({}, *({"device": device} for device in _DEVICES)),
}


def _effects(sign_in: SignIn, name: str) -> dict[Hashable, Facts]:
    """Give an example of every effect that one circumstance can have."""
    found: dict[Hashable, Facts] = {}
    for facts in _REQUESTS[name]:
        found.setdefault(effect_of(name, replace(sign_in, **facts)), facts)
    return found


class Contexts:
    """All combinations of what controls read of the circumstances, numbered."""

    def __init__(self, sign_in: SignIn, directory: Directory) -> None:
        """Find the effects and their combinations; `sign_in` lends everything else."""
        found = [_effects(sign_in, name) for name in CONTEXT_AXES]
        self.effects: tuple[tuple[Hashable, ...], ...] = tuple(map(tuple, found))
        self.facts: tuple[Facts, ...] = tuple(
            {key: value for facts in combined for key, value in facts.items()}
            for combined in product(*(each.values() for each in found))
        )
        self.impossible = bits_where(
            [bool(impossible(replace(sign_in, **facts), directory)) for facts in self.facts]
        )
        self._space = Space([len(each) for each in found])
        self._points = tuple(
            self._space.box([1 << number for number in numbers])
            for numbers in product(*(range(len(each)) for each in found))
        )
        self._parts: dict[int, tuple[tuple[int, ...], ...]] = {}

    def parts(self, combinations: int) -> tuple[tuple[int, ...], ...]:
        """Give a set of combinations as few products: sets of effects, one for each axis.

        Combinations that cannot occur are taken in or left out, so that what is *not* in the set
        comes in few products too: ways in are cut out of that.
        """
        known = self._parts.get(combinations)
        if known is None:
            known = self._parts[combinations] = self._products(combinations & ~self.impossible)
        return known

    def _products(self, combinations: int) -> tuple[tuple[int, ...], ...]:
        space, everything = self._space, (1 << len(self._points)) - 1
        free = self._region(everything & ~combinations)
        ignored = [
            point for number, point in enumerate(self._points) if self.impossible >> number & 1
        ]
        beside = space.cover(free, ignored)
        rest = space.whole()
        for box in beside:
            rest = space.without(rest, box)
        return tuple(
            tuple(space.part(box, axis) for axis in range(len(self.effects)))
            for box in space.cover(rest, ())
        )

    def _region(self, combinations: int) -> Region:
        region = self._space.whole()
        for number, point in enumerate(self._points):
            if not combinations >> number & 1:
                region = self._space.without(region, point)
        return region


class Unmet:
    """For one way to stand to the tenant: which policies each combination leaves unsatisfied.

    `upper` and `lower` give, by policy number, a set of combinations; they differ where this
    version does not know what a control asks for. `met`: what was asked about is met there, so
    that nothing has to be shown. What cannot occur leaves nothing unsatisfied and meets nothing.
    """

    def __init__(self, masks: Sequence[tuple[int, int]], met: int, count: int) -> None:
        """Take the policies left unsatisfied at most, and at least, in each combination."""
        self._masks = tuple(masks)
        self.met = met
        self.upper = transposed([upper for upper, _ in masks], count)
        self.lower = transposed([lower for _, lower in masks], count)

    def upper_mask(self, combination: int) -> int:
        """Give the policies that one combination may leave unsatisfied."""
        return self._masks[combination][0]

    @property
    def ever(self) -> int:
        """Give the policies that stay unsatisfied in some combination that counts."""
        found = 0
        for number, (upper, _) in enumerate(self._masks):
            if not self.met >> number & 1:
                found |= upper
        return found

    def within(self, other: Unmet) -> bool:
        """Tell whether nothing stands in the way here that does not in the other."""
        if self.met & ~other.met:
            return False
        pairs = zip(self._masks, other._masks, strict=True)
        return all(
            other.met >> number & 1 or not (ours[0] & ~theirs[0] or ours[1] & ~theirs[1])
            for number, (ours, theirs) in enumerate(pairs)
        )


def unmet_by(
    policies: PolicySet,
    contexts: Contexts,
    judge: Judge,
    sign_in: SignIn,
    showing: tuple[Showable, Shown],
    *,
    waived: int = 0,
) -> Unmet:
    """Ask the controls in every combination; `sign_in` says who signs in, and to what."""
    showable, shown = showing
    masks: list[tuple[int, int]] = []
    met = 0
    for number, facts in enumerate(contexts.facts):
        having = replace(sign_in, **facts)
        having = replace(having, proofs=shown.proofs(showable, having))
        if contexts.impossible >> number & 1:
            masks.append((0, 0))
        elif judge.met(having):
            met |= 1 << number
            masks.append((policies.everything, policies.everything))
        else:
            masks.append(unsatisfied(policies, having, waived=waived))
    return Unmet(masks, met, len(policies.policies))


def unsatisfied(policies: PolicySet, sign_in: SignIn, *, waived: int = 0) -> tuple[int, int]:
    """Give the policies that a sign-in may leave unsatisfied, and those that it surely does."""
    requirements = policies.requirements
    judged = requirements.judge(sign_in)
    upper = requirements.standing(judged, waived=waived).unsatisfied
    doubtful = [_is_unknown(policies, demand) for demand in requirements.demands]
    if not any(doubtful):
        return upper, upper
    doubtful += [False] * len(requirements.session_demands)
    kindly = [
        _MET if doubt else judgement for judgement, doubt in zip(judged, doubtful, strict=True)
    ]
    return upper, requirements.standing(kindly, waived=waived).unsatisfied


def _is_unknown(policies: PolicySet, demand: Demand) -> bool:
    """Tell whether nobody can say what a demand asks for: it is not known here, or not exported."""
    directory = policies.directory
    missing = {
        "unknownControl": True,
        "authenticationStrength": demand.argument not in directory.strengths,
        "termsOfUse": demand.argument not in directory.agreements,
    }
    return missing.get(demand.control.key, False)


def ways_to_show(
    policies: PolicySet, contexts: Contexts, demanded: Demanded, visitors: Sequence[SignIn]
) -> tuple[Showable, Judge, tuple[Shown, ...]]:
    """Give everything that is worth showing without meeting the demand, by whoever signs in."""
    directory = policies.directory
    showable = Showable(policies.policies, demanded, directory)
    judge = Judge(demanded, directory)
    found: dict[Shown, None] = {}
    for sign_in in visitors:
        answered: set[Hashable] = set()
        for number, facts in enumerate(contexts.facts):
            having = replace(sign_in, **facts)
            if contexts.impossible >> number & 1:
                continue
            key = _answers(policies, showable, judge, having)
            if key not in answered:
                answered.add(key)
                found.update(dict.fromkeys(best_without(showable, judge, having, directory)))
    return showable, judge, tuple(found)


def _answers(policies: PolicySet, showable: Showable, judge: Judge, sign_in: SignIn) -> Hashable:
    """Give what can be met here at best: where it is the same, so are the best things to show."""
    frames = showable.frames(sign_in, policies.directory)
    shown = (showable.proofs(showable.everything, each, sign_in) for each in frames)
    return tuple(judge.statuses(replace(sign_in, proofs=proofs)) for proofs in shown)
