"""Where a sign-in stands on a terrain: its class on every axis."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

from ostiary.analysis.circumstances import ValueClass, accepted_on, effect_of
from ostiary.analysis.targets import Aim, accepted_target, effect_of_target
from ostiary.analysis.terrain import Terrain
from ostiary.analysis.uncovered import Opening
from ostiary.analysis.world import is_agent
from ostiary.model.signin import MISSING, SignIn, UserIdentity


@dataclass(frozen=True, slots=True)
class Spot:
    """One identity class, one target class and one class on each axis, as bits."""

    user: int
    target: int
    box: int

    def within(self, opening: Opening) -> bool:
        """Tell whether it lies in a rectangle."""
        return bool(
            self.user & opening.users
            and self.target & opening.targets
            and not self.box & ~opening.box
        )


class Locator:
    """Finds sign-ins on a terrain, by what policies accept of them."""

    def __init__(self, terrain: Terrain) -> None:
        """Index the classes."""
        self._terrain = terrain
        self._who = {
            (somebody.id, somebody.direct_connect): number
            for number, each in enumerate(terrain.people)
            for somebody in each.values
        }
        self._targets = _index(terrain.targets)
        self._axes = tuple(_index(axis.classes) for axis in terrain.axes)

    def spot(self, sign_in: SignIn) -> Spot | None:
        """Give where a sign-in stands; None where nothing like it was looked at."""
        if sign_in.agent_risk is MISSING and not is_agent(
            sign_in.identity, self._terrain.policies.directory
        ):
            sign_in = replace(sign_in, agent_risk="none")  # the world has no other (riskOfItsOwner)
        target = self._target(sign_in)
        user = None if target is None else self._user(sign_in, target)
        parts = [self._class(number, sign_in) for number in range(len(self._axes))]
        if user is None or target is None or None in parts:
            return None
        box = self._terrain.space.box([1 << each for each in parts if each is not None])
        return Spot(1 << user, 1 << target, box)

    def _user(self, sign_in: SignIn, target: int) -> int | None:
        restricted, where = self._terrain.restricted
        eligible = sign_in.direct_connect_eligible and bool(restricted and where >> target & 1)
        identity = sign_in.identity
        person = isinstance(identity, UserIdentity)
        known = identity.user_id if person else identity.principal_id
        return self._who.get((known, eligible and person))

    def _target(self, sign_in: SignIn) -> int | None:
        terrain = self._terrain
        if sign_in.target is MISSING:
            return None
        aim = Aim(sign_in.target, sign_in.client)
        accepted = accepted_target(terrain.policies, aim, terrain.relevant)
        return self._targets.get((accepted, effect_of_target(terrain.policies, aim)))

    def _class(self, number: int, sign_in: SignIn) -> int | None:
        terrain = self._terrain
        axis = terrain.axes[number]
        accepted = accepted_on(
            terrain.policies, axis.table, sign_in, terrain.telling, terrain.blurred
        )
        return self._axes[number].get((accepted, effect_of(axis.name, sign_in)))


def _index(classes: Sequence[ValueClass]) -> dict[Hashable, int]:
    return {(each.accepted, each.effect): number for number, each in enumerate(classes)}
