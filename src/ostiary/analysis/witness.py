"""A concrete sign-in for a way in, which the engine then decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from ostiary.analysis.answering import WayIn
from ostiary.analysis.circumstances import Facts
from ostiary.analysis.columns import bits
from ostiary.analysis.identities import Somebody, sign_in_of
from ostiary.analysis.locating import Locator
from ostiary.analysis.shown import Demanded, Element
from ostiary.analysis.targets import ANY_OTHER, Aim
from ostiary.analysis.terrain import Terrain
from ostiary.analysis.uncovered import Opening
from ostiary.analysis.ways import Ways
from ostiary.analysis.world import impossible
from ostiary.engine.decide import decide
from ostiary.engine.policyset import PolicySet
from ostiary.model.decision import Decision, Outcome
from ostiary.model.errors import InputError
from ostiary.model.signin import Proofs, Resources, SignIn, UserIdentity
from ostiary.schema.signin_json import read_decision_request
from ostiary.schema.signin_writing import write_decision_request

SEEN, IN_DIRECTORY, HYPOTHETICAL = "seen in the log", "in the directory", "hypothetical"


@dataclass(frozen=True, slots=True)
class Witness:
    """One sign-in that shows a way in, or a block. `label` says how real it is.

    `request` is what `ostiary decide` takes, `decision` what the engine says to it, `before` what
    it said under the old of two sets. `confirmed`: granted though what is demanded is not met; of a
    block, not granted with the best shown; of a difference, granted by one set and not the other.
    """

    label: str
    request: dict[str, Any]
    sign_in: SignIn
    decision: Decision
    confirmed: bool
    before: Decision | None = None

    def to_json(self) -> dict[str, Any]:
        """Give the members that answers print."""
        before = {"outcomeBefore": self.before.outcome.value} if self.before else {}
        return {
            "label": self.label,
            **before,
            "outcome": self.decision.outcome.value,
            "why": self.decision.why,
            "confirmed": self.confirmed,
            "request": self.request,
        }


class Witnesses:
    """Finds sign-ins for the ways in of one demand; those of a log come first."""

    def __init__(
        self,
        terrain: Terrain,
        ways: Ways,
        demanded: Demanded,
        seen: Sequence[SignIn] = (),
        *,
        blocked: bool = False,
        granting: PolicySet | None = None,
    ) -> None:
        """Place the sign-ins of a log, if any, on the terrain.

        `granting`: the policies that grant what is looked for, where the terrain has others too.
        """
        self._blocked = blocked
        self._granting = granting or terrain.policies
        self._terrain = terrain
        self._ways = ways
        self._demanded = demanded
        locator = Locator(terrain) if seen else None
        spots = ((locator.spot(each), each) for each in seen) if locator else ()
        self._seen = tuple((spot, each) for spot, each in spots if spot is not None)

    def witness(self, way: WayIn, towards: Aim | None = None) -> Witness:
        """Give a sign-in for a way in, and the engine's decision; `towards`: for that target."""
        return self._decided(*self._found(way, towards))

    def difference(self, way: WayIn, old: PolicySet, new: PolicySet) -> Witness:
        """Give a sign-in that one set of policies grants and the other does not."""
        label, sign_in = self._found(way)
        request, read = self._request(sign_in)
        before, after = (decide(each, each.prepare(read)) for each in (old, new))
        granted = [each.outcome is Outcome.GRANT for each in (before, after)]
        return Witness(label, request, read, after, granted[0] != granted[1], before)

    def _found(self, way: WayIn, towards: Aim | None = None) -> tuple[str, SignIn]:
        for spot, sign_in in self._seen:
            if spot.within(way.opening):
                return SEEN, self._showing(way, sign_in)
        somebody, aim = self._pair(way.opening)
        aim = towards or aim
        known = not somebody.invented and not somebody.doubted and _is_known(aim, self._terrain)
        label = IN_DIRECTORY if known else HYPOTHETICAL
        return label, self._showing(way, self._sign_in(way.opening, somebody, aim))

    def _request(self, sign_in: SignIn) -> tuple[dict[str, Any], SignIn]:
        request = write_decision_request(_with_kind(sign_in, self._terrain))
        try:
            return request, read_decision_request(request)
        except InputError:  # methods or properties that a request has no word for
            return request, sign_in

    def _decided(self, label: str, sign_in: SignIn) -> Witness:
        policies = self._terrain.policies
        request, read = self._request(sign_in)
        decision = decide(policies, policies.prepare(read))
        granted = decision.outcome is Outcome.GRANT
        met = self._ways.judge(self._demanded).met(read)
        confirmed = not granted if self._blocked else granted and not met
        return Witness(label, request, read, decision, confirmed)

    def _pair(self, opening: Opening) -> tuple[Somebody, Aim]:
        """Choose who and what: of the export where possible, and where both are of account."""
        terrain = self._terrain
        restricted, where = terrain.restricted
        usual, special = opening.users & ~restricted, opening.users & restricted
        users, targets = usual or special, opening.targets if usual else opening.targets & where
        somebody = min(
            (each for number in bits(users) for each in terrain.people[number].values[:1]),
            key=lambda each: (each.doubted, each.invented),
        )
        real = (
            each
            for number in bits(users)
            for each in terrain.people[number].values
            if not each.invented and not each.doubted
        )
        somebody = next(real, somebody)
        aim = min(
            (each for number in bits(targets) for each in terrain.targets[number].values),
            key=lambda each: (not _is_known(each, terrain), _has_scopes(each)),
        )
        return somebody, aim

    def _sign_in(self, opening: Opening, somebody: Somebody, aim: Aim) -> SignIn:
        """Choose the likeliest circumstances that can occur together."""
        directory = self._terrain.policies.directory
        base = replace(sign_in_of(somebody), target=aim.target, client=aim.client)
        found = base
        for facts in self._circumstances(opening):
            found = replace(base, **facts)
            if impossible(found, directory) is None:
                return found
        return found

    def _circumstances(self, opening: Opening) -> Iterator[Facts]:
        terrain = self._terrain
        choices: list[list[Facts]] = []
        for number, axis in enumerate(terrain.axes):
            by_effect: dict[object, Facts] = {}
            for each in bits(terrain.space.part(opening.box, number)):
                found = axis.classes[each]
                by_effect.setdefault(found.effect, found.values[0])
            choices.append(list(by_effect.values()))
        for chosen in product(*choices):
            yield {name: value for facts in chosen for name, value in facts.items()}

    def _showing(self, way: WayIn, sign_in: SignIn) -> SignIn:
        """Show as little as is enough, beginning with a password."""
        showable = self._ways.showable(self._demanded)
        frame = way.shown.frame
        plain = frame if not isinstance(sign_in.identity, UserIdentity) else _password(frame)
        simple = replace(sign_in, proofs=plain)
        shown = way.shown.elements
        if self._blocked:
            return replace(sign_in, proofs=showable.proofs(shown, frame, sign_in))
        if way.doubts or self._granted(simple):
            return simple
        for element in sorted(shown, key=_password_last):
            fewer = replace(sign_in, proofs=showable.proofs(shown - {element}, frame, sign_in))
            if self._granted(fewer):
                shown -= {element}
        return replace(sign_in, proofs=showable.proofs(shown, frame, sign_in))

    def _granted(self, sign_in: SignIn) -> bool:
        return self._granting.outcome(self._granting.prepare(sign_in))[1] is Outcome.GRANT


def _password(frame: Proofs) -> Proofs:
    return replace(frame, methods=frozenset({"password"}))


def _password_last(element: Element) -> tuple[bool, Element]:
    return element == ("method", "password"), element


def _has_scopes(aim: Aim) -> bool:
    return isinstance(aim.target, Resources) and aim.target.scopes is not None


def _is_known(aim: Aim, terrain: Terrain) -> bool:
    target = aim.target
    if not isinstance(target, Resources):
        return True
    known = terrain.policies.directory.applications
    return all(app in known for app in target.app_ids) and ANY_OTHER not in target.app_ids


def _with_kind(sign_in: SignIn, terrain: Terrain) -> SignIn:
    """Say in the request of which kind an invented guest is: no export has that user."""
    identity = sign_in.identity
    if not isinstance(identity, UserIdentity) or not identity.user_id.startswith("newcomer"):
        return sign_in
    user = terrain.policies.directory.users.get(identity.user_id)
    if user is None or user.external_type is None:
        return sign_in
    external = UserIdentity(user.id, user.external_type, user.home_tenant)
    return replace(sign_in, identity=external)
