"""Every sign-in of a small world at once: what applies, what can be satisfied, what can occur.

The values of each circumstance stand along one axis of an array. Values that the oracle's policies
tell from each other, or that the prover puts into different classes, are kept apart; of the others
one is enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import product
from random import Random

import numpy as np
from numpy.typing import NDArray

from ostiary.analysis.answering import WayIn
from ostiary.analysis.locating import Locator
from ostiary.analysis.terrain import Terrain
from ostiary.analysis.uncovered import Opening
from ostiary.schema.signin_json import read_decision_request
from ostiary.schema.signin_writing import write_decision_request
from tests.analysis.prove_entries import (
    BROWSER,
    FACTS,
    MEMBERS,
    PLACE,
    WINDOWS,
    Entry,
    NotLookedAt,
    alike,
    answer_of,
    distinct,
    kind_of,
    largest,
    reaches_teams,
    written,
)
from tests.analysis.prove_proofs import Proofs, Satisfied
from tests.analysis.prove_world import LEGACY, Someone, Value, request, seen_by_oracle
from tests.oracle import names
from tests.oracle.shapes import Json, part, texts
from tests.oracle.strengths import strength_of
from tests.oracle.targets import names_action

Truths = NDArray[np.bool_]
Masks = NDArray[np.uint32]
MOST_CELLS = 1_500_000
_REGISTERING = "registerSecurityInformation"


class Grid:
    """All sign-ins of some people to some targets, beside the prover's terrain."""

    def __init__(  # what a world is made of
        self,
        terrain: Terrain,
        policies: Sequence[Json],
        people: Sequence[Someone],
        targets: Sequence[Value],
        values: dict[str, list[Value]],
        rng: Random,
        *,
        proofs: Proofs | None = None,
    ) -> None:
        """Place every value. Raises NotLookedAt where the prover has forgotten one."""
        self.terrain = terrain
        self.policies = policies
        self._locator = Locator(terrain)
        tenant = people[0].tenant
        self.proofs = proofs or Proofs(tenant, policies)
        self.thinned = False
        own = [written(tenant, each.values[0]) for each in terrain.targets]
        if people[0].workload:  # they ask for whole applications
            own = [
                each
                for each in own
                if "includeApplications" in (each.context or {}) and not each.facts
            ]
        targets = [*targets, *own]
        self._base = self._somebody_located(people, targets)
        self.people = distinct(self._person(each, targets) for each in people)
        self._agents = any(each.someone and each.someone.agent for each in self.people)
        self.targets = distinct(self._target(each) for each in targets)
        self.axes = [
            distinct(self._circumstance(number, each) for each in self._values(number, values))
            for number in range(len(terrain.axes))
        ]
        self._thin(rng)

    def _values(self, number: int, values: dict[str, list[Value]]) -> list[Value]:
        """Give the values of the world, and one for every class of the prover's."""
        axis = self.terrain.axes[number]
        found = list(values[axis.name])
        bare = write_decision_request(self.terrain.everyday)
        for each in axis.classes:
            body = write_decision_request(replace(self.terrain.everyday, **each.values[0]))
            conditions = {
                key: body["signInConditions"].get(key)
                for key in MEMBERS[axis.name]
                if key in body["signInConditions"] or key in bare["signInConditions"]
            }
            facts = {k: v for k, v in part(body, "facts").items() if k in FACTS}
            found.append(Value(conditions, facts if axis.name == "authenticationFlows" else {}))
        return found

    def _somebody_located(
        self, people: Sequence[Someone], targets: Sequence[Value]
    ) -> tuple[Someone, Value]:
        for someone, target in product(people, targets):
            if not someone.eligible and self._spot(someone, target, ()) is not None:
                return someone, target
        raise NotLookedAt("nobody")

    def _spot(self, someone: Someone, target: Value, values: Iterable[Value]):
        everyday = () if someone.workload else (BROWSER, WINDOWS)
        body = request(someone, target, (PLACE, *everyday, *values))
        return self._locator.spot(read_decision_request(body))

    def _answers(self, key: str, someone: Someone, target: Value, values: Iterable[Value] = ()):
        sign_in = seen_by_oracle(someone, target, values)
        upper = lower = 0
        for number, policy in enumerate(self.policies):
            found = answer_of(key, part(policy, "conditions"), sign_in)
            upper |= (found is not False) << number
            lower |= (found is True) << number
        return upper, lower

    def _person(self, someone: Someone, targets: Sequence[Value]) -> Entry | None:
        target = self._base[1]
        if someone.eligible:
            there = [each for each in targets if reaches_teams(someone, each)]
            if not there:
                return None
            target = there[0]
        spot = self._spot(someone, target, ())
        if spot is None:
            if someone.doubted or someone.eligible:
                return None  # in a group that no policy names
            raise NotLookedAt(f"{someone.id}")
        upper, lower = self._answers("identity", someone, target)
        kind = self.proofs.context(someone, ()), someone.eligible, someone.agent, someone.doubted
        return Entry(Value(), upper, lower, spot.user, kind, someone)

    def _target(self, target: Value) -> Entry:
        spot = self._spot(self._base[0], target, ())
        if spot is None:
            raise NotLookedAt(f"{target}")
        upper, lower = self._answers("applications", self._base[0], target)
        context = target.context or {}
        kind = (
            names.EXCHANGE in texts(context, "includeApplications"),
            context.get("userAction") == _REGISTERING,
            reaches_teams(self._base[0], target),
        )
        return Entry(target, upper, lower, spot.target, kind)

    def _circumstance(self, number: int, value: Value) -> Entry | None:
        name = self.terrain.axes[number].name
        someone, target = self._base
        spot = self._spot(someone, target, (value,))
        if spot is None:
            if name == "agentIdRiskLevels" and not self._agents:
                return None
            raise NotLookedAt(f"{name}: {value}")
        upper, lower = self._answers(name, someone, target, (PLACE, value))
        place = self.terrain.space.part(spot.box, number)
        return Entry(value, upper, lower, place, kind_of(name, value))

    def _thin(self, rng: Random) -> None:
        def size() -> int:
            count = len(self.people) * len(self.targets)
            for axis in self.axes:
                count *= len(axis)
            return count

        while size() > MOST_CELLS:
            longest = max((self.people, self.targets, *self.axes), key=len)
            del longest[rng.randrange(len(longest))]
            self.thinned = True

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """How many values there are of everything."""
        return (len(self.people), len(self.targets), *map(len, self.axes))

    def _along(self, number: int, found: Sequence[int]) -> Masks:
        shape = [1] * len(self.shape)
        shape[number] = len(found)
        return np.array(found, dtype=np.uint32).reshape(shape)

    def _combined(self, masks: Iterable[Sequence[int]]) -> Masks:
        whole: Masks = np.full(self.shape, (1 << len(self.policies)) - 1, dtype=np.uint32)
        for number, found in enumerate(masks):
            whole &= self._along(number, found)
        return whole

    @property
    def _entries(self) -> list[list[Entry]]:
        return [self.people, self.targets, *self.axes]

    @cached_property
    def upper(self) -> Masks:
        """The policies that may apply."""
        return self._combined([each.upper for each in entries] for entries in self._entries)

    @cached_property
    def lower(self) -> Masks:
        """The policies that surely apply."""
        return self._combined([each.lower for each in entries] for entries in self._entries)

    @cached_property
    def doubted(self) -> Truths:
        """Where nobody can tell whether the person exists."""
        found = [bool(each.someone and each.someone.doubted) for each in self.people]
        return self._truths(0, found)

    def _truths(self, number: int, found: Sequence[bool]) -> Truths:
        return np.broadcast_to(self._along(number, [int(each) for each in found]) > 0, self.shape)

    def axis(self, name: str) -> int:
        """The place of a circumstance among all axes of the arrays."""
        return 2 + self.terrain.axis_number(name)

    def where(self, name: str, test: Callable[[Value], bool]) -> Truths:
        """Tell where a circumstance has a value of some kind."""
        number = self.axis(name)
        return self._truths(number, [test(each.value) for each in self.axes[number - 2]])

    @cached_property
    def possible(self) -> Truths:
        """What the printed world model lets occur."""
        legacy = self.where("clientAppTypes", lambda v: v.conditions.get("clientAppType") in LEGACY)
        sync = self.where(
            "clientAppTypes", lambda v: v.conditions.get("clientAppType") in LEGACY[:2]
        )
        device = self.where("devices", lambda v: bool(v.conditions.get("deviceInfo")))
        flow = self.where("authenticationFlows", lambda v: bool(v.facts or v.conditions))
        risky = self.where(
            "agentIdRiskLevels", lambda v: v.conditions.get("agentIdRiskLevel", "none") != "none"
        )
        exchange = self._truths(1, [bool(each.kind[0]) for each in self.targets])  # type: ignore[index]
        teams = self._truths(1, [bool(each.kind[2]) for each in self.targets])  # type: ignore[index]
        eligible = self._truths(0, [bool(e.someone and e.someone.eligible) for e in self.people])
        agent = self._truths(0, [bool(e.someone and e.someone.agent) for e in self.people])
        wrong = (
            (legacy & (device | flow)) | (sync & ~exchange) | (eligible & ~teams) | (risky & ~agent)
        )
        return ~wrong

    @cached_property
    def registering(self) -> Truths:
        """Where security information is registered, and strengths may give way."""
        return self._truths(1, [bool(each.kind[1]) for each in self.targets])  # type: ignore[index]

    @cached_property
    def leading(self) -> int:
        """Enabled policies whose strength goes before the others' at registration."""
        return sum(
            1 << number
            for number, policy in enumerate(self.policies)
            if policy["state"] == "enabled"
            and strength_of(policy)
            and names_action(part(part(policy, "conditions"), "applications"), _REGISTERING)
        )

    def exists(
        self, applying: Masks, fits: Callable[[Satisfied], tuple[int, int] | None]
    ) -> Truths:
        """Tell where something can be shown that satisfies all that applies.

        `fits` gives of one way to show something the policies it satisfies, usually and where
        strengths give way; None where it is not wanted.
        """
        found: Truths = np.zeros(self.shape, dtype=np.bool_)
        waived = self.registering & ((applying & np.uint32(self.leading)) > 0)
        yields = bool(waived.any())
        for here, someone, values in self._contexts():
            masks = {fit for way in self.proofs.ways(someone, values) if (fit := fits(way))}
            some = applying[here]
            true: Truths = np.zeros(some.shape, dtype=np.bool_)
            there: Truths = waived[here]
            for plain, yielding in largest(masks):
                usual: Truths = (some & np.uint32(~plain & 0xFFFFFFFF)) == 0
                if plain != yielding and yields:
                    other: Truths = (some & np.uint32(~yielding & 0xFFFFFFFF)) == 0
                    usual = (there & other) | (~there & usual)
                true |= usual
            found[here] = true
        return found

    def _contexts(self):
        """Give the parts of the world in which the controls read the same, with an example."""
        names_ = ("clientAppTypes", "authenticationFlows", "devices")
        numbers = [self.axis(each) for each in names_]
        sides = [alike(self.people)] + [alike(self.axes[each - 2]) for each in numbers]
        for chosen in product(*(side.values() for side in sides)):
            places: list[Sequence[int]] = [range(size) for size in self.shape]
            for number, part_ in zip((0, *numbers), chosen, strict=True):
                places[number] = part_
            someone = self.people[chosen[0][0]].someone
            assert someone is not None  # people have one
            values = [
                self.axes[number - 2][part_[0]].value
                for number, part_ in zip(numbers, chosen[1:], strict=True)
            ]
            yield np.ix_(*places), someone, values

    def inside(self, openings: Iterable[Opening | WayIn]) -> list[Truths]:
        """Tell for every rectangle what lies in it."""
        return [self._inside(e.opening if isinstance(e, WayIn) else e) for e in openings]

    def _inside(self, opening: Opening) -> Truths:
        space = self.terrain.space
        parts = [opening.users, opening.targets]
        parts += [space.part(opening.box, number) for number in range(len(self.axes))]
        whole: Truths = np.ones(self.shape, dtype=np.bool_)
        for number, (entries, wanted) in enumerate(zip(self._entries, parts, strict=True)):
            whole &= self._truths(number, [bool(each.spot & wanted) for each in entries])
        return whole

    def told(self, cells: Truths) -> str:
        """Tell one of some cells, for people."""
        if not cells.any():
            return "nothing"
        at = tuple(int(each[0]) for each in np.nonzero(cells))
        body = self.body(at)
        upper, lower = int(self.upper[at]), int(self.lower[at])
        return f"{int(cells.sum())} cells, as {body}; may apply {upper:b}, surely {lower:b}"

    def body(self, at: tuple[int, ...]) -> Json:
        """The request of one cell."""
        someone = self.people[at[0]].someone
        assert someone is not None  # people have one
        values = [axis[place].value for axis, place in zip(self.axes, at[2:], strict=True)]
        return request(someone, self.targets[at[1]].value, values)
