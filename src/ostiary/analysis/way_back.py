"""Whether accounts get in with what they have registered and, if not, what is in the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ostiary.analysis.answering import Question, Solution, WayIn
from ostiary.analysis.fewest import InTheWay, in_the_way
from ostiary.analysis.identities import Somebody
from ostiary.analysis.naming import Names
from ostiary.analysis.shown import BLOCK, Element, Showable, Shown
from ostiary.analysis.solving import Prover
from ostiary.analysis.targets import Aim
from ostiary.analysis.terrain import Terrain
from ostiary.analysis.uncovered import Opening
from ostiary.analysis.unregistered import by_modern_clients, without_device
from ostiary.analysis.witness import Witnesses
from ostiary.analysis.wording import Wording
from ostiary.conditions.users import ALL
from ostiary.engine.policyset import PolicySet
from ostiary.model.directory import Registration, User
from ostiary.model.policy import Policy, PolicyState
from ostiary.model.setting import Setting
from ostiary.model.signin import AuthenticationContext, Proofs, UserIdentity

EXPORT_METHODS = "export `userRegistrationDetails` (reports/authenticationMethods)"
_NOT_TOLD = {
    "approved": "a client app that is approved",
    "protected": "a client app under a protection policy",
    "factor": "a control of an external provider",
}
"""What an export never tells of, and what it is called."""

_ENDING = frozenset({"temporaryAccessPassOneTime", "temporaryAccessPassMultiUse"})
"""Methods on which nobody can count tomorrow."""


@dataclass(frozen=True, slots=True)
class Access:
    """What came of one account. `can` None: nobody can tell, `needs` says what for.

    `only` narrows a way in that there is; `policies` are in the way, each with its id and name.
    """

    id: str
    name: str
    can: bool | None
    why: str
    only: tuple[str, ...] = ()
    policies: tuple[tuple[str, str], ...] = ()
    needs: tuple[str, ...] = ()
    request: dict[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """Give the members that answers print."""
        word = {True: "yes", False: "no", None: "unknown"}[self.can]
        return {
            "id": self.id,
            "displayName": self.name,
            "can": word,
            "why": self.why,
            "only": list(self.only),
            "policies": [{"id": each, "displayName": name} for each, name in self.policies],
            "needs": list(self.needs),
            "request": self.request,
        }


class WayBack:
    """Looks for ways to some applications, asked for together, and to each step-up with them."""

    def __init__(
        self,
        policies: PolicySet,
        aim: Aim,
        names: Names,
        *,
        step_ups: Sequence[AuthenticationContext] = (),
        risks: Mapping[str, str] | None = None,
        examples: bool = True,
    ) -> None:
        """Put a question to the policies that everybody is asked.

        `step_ups`: authentication contexts of which each has to be satisfied by some sign-in to the
        applications. `risks`: how risky users are, by id, none if not named; None: nobody knows.
        `examples`: each way in is shown by a sign-in, for which the engine is asked.
        """
        users = {"users": Setting.of([ALL])}
        asking = Policy("question", "question", PolicyState.DISABLED, users, BLOCK.grant, {}, {})
        self.policies = policies.with_policies([*policies.policies, asking])
        self.question = Question(len(policies.policies), BLOCK, policies.enabled)
        self.aims = (aim, *map(Aim, step_ups))
        self.risks = risks
        self.examples = examples
        self.names = names
        self.showable = Showable(self.policies.policies, BLOCK, policies.directory)

    def accesses(self, ids: Iterable[str], *, most_told: int | None = None) -> list[Access]:
        """Tell of accounts whether they get in; those that do come first.

        Of those that do not, or of which nobody can tell, `most_told` are told of.
        """
        directory = self.policies.directory
        apart: list[Access] = []
        alike: dict[tuple[Registration | None, str | None], list[User]] = {}
        for user_id in ids:
            user = directory.users.get(user_id)
            if user is None or not user.enabled:
                apart.append(_not_to_be_asked(user_id, user))
            else:
                key = directory.registrations.get(user_id)
                nameless = replace(key, user_id="") if key else None
                alike.setdefault((nameless, self._risk_of(user_id)), []).append(user)
        groups = [_Alike(self, users, *each) for each, users in alike.items()]
        found = [access for group in groups for access in group.able()]
        told = [access for group in groups for access in group.others(most_told)]
        return [*found, *apart, *told]

    def _risk_of(self, user_id: str) -> str | None:
        return None if self.risks is None else self.risks.get(user_id, "none")


def _not_to_be_asked(user_id: str, user: User | None) -> Access:
    if user is not None:
        name = user.display_name or user.principal_name or user_id
        return Access(user_id, name, False, "the account is disabled")
    why = "the account is not in the export, so nobody can tell what applies to it"
    return Access(user_id, user_id, None, why, needs=("export `users`",))


class _Alike:
    """Accounts that have the same registered, and the same risk, looked at together."""

    def __init__(
        self,
        way_back: WayBack,
        users: Sequence[User],
        registration: Registration | None,
        risk: str | None,
    ) -> None:
        self._way_back = way_back
        self._registration = registration
        self._users = {each.id: each for each in users}
        crowd = [Somebody(UserIdentity(each.id)) for each in users]
        sure = (_sure(way_back.showable, registration),)
        question = way_back.question
        known = {} if risk is None else {"user_risk": risk}
        self._prover = Prover(
            way_back.policies, crowd, way_back.aims, [question], shown=sure, known=known
        )
        self._terrain = self._prover.terrain
        self._solution = by_modern_clients(self._terrain, self._prover.solve(question))
        self._wording = Wording(self._terrain, question.policy, way_back.names)
        self._witnesses = Witnesses(self._terrain, self._prover.ways, BLOCK)
        cut = without_device(self._terrain)
        self._plain = [each for each in map(cut, self._solution.open) if each is not None]
        self._targets = [
            next(n for n, each in enumerate(self._terrain.targets) if aim in each.values)
            for aim in way_back.aims
        ]

    def able(self) -> list[Access]:
        """Give the accounts that surely get in, without a registered device."""
        return [
            self._able(user_id, bit, way)
            for user_id, bit in self._places()
            if (way := self._through(self._plain, bit)) is not None
        ]

    def _through(self, ways: Sequence[WayIn], bit: int) -> WayIn | None:
        """Give a way to the applications if there is one with each step-up, None otherwise."""
        base, *step_ups = (_towards(ways, bit, each) for each in self._targets)
        joint = [_both(self._terrain, base, each) for each in step_ups]
        if not all(joint):
            return None
        return _widest(joint[0] if joint else base)

    def others(self, most: int | None) -> list[Access]:
        """Give the other accounts, the first ones only."""
        places = [each for each in self._places() if self._through(self._plain, each[1]) is None]
        if not places or most == 0:
            return []
        shown = tuple(_possible(self._way_back.showable, self._registration))
        possible = by_modern_clients(
            self._terrain, self._prover.solve_showing(self._way_back.question, shown)
        )
        # Those of whom nobody can tell come first: the others are out anyway.
        hoped = (*self._solution.open, *self._solution.undecided)
        ways = (*hoped, *possible.open, *possible.undecided)
        places.sort(key=lambda each: self._through(ways, each[1]) is None)
        return [self._other(user_id, bit, possible) for user_id, bit in places[:most]]

    def _places(self) -> list[tuple[str, int]]:
        return [
            (somebody.id, 1 << number)
            for number, each in enumerate(self._terrain.people)
            for somebody in each.values
        ]

    def _named(self, user_id: str, can: bool | None, why: str) -> Access:
        user = self._users[user_id]
        return Access(user_id, user.display_name or user.principal_name or user_id, can, why)

    def _able(self, user_id: str, bit: int, way: WayIn) -> Access:
        if not self._way_back.examples:
            return self._named(user_id, True, "can sign in")
        phrases = self._wording.worded(way).circumstances
        only = tuple(phrase for name, phrase in phrases if name not in _GIVEN)
        request = self._witnesses.witness(way, self._way_back.aims[0]).request
        return replace(self._named(user_id, True, "can sign in"), only=only, request=request)

    def _other(self, user_id: str, bit: int, possible: Solution) -> Access:
        stuck = self._stuck(bit)
        access = replace(
            self._named(user_id, False, stuck.why), policies=stuck.policies, request=stuck.request
        )
        way = self._through(self._solution.open, bit)
        if way is not None:
            return self._with_device(access, way)
        if self._through((*self._solution.open, *self._solution.undecided), bit) is not None:
            doubted = [each for each in self._solution.undecided if each.opening.users & bit]
            why = "whether policies apply to it cannot be told from the export"
            return replace(access, can=None, why=why, needs=self._doubts(doubted))
        reached = (*possible.open, *possible.undecided)
        if self._through(reached, bit) is None:
            return access
        return self._hanging(access, [each for each in reached if each.opening.users & bit])

    def _stuck(self, bit: int) -> InTheWay:
        """Find what is in the way: of the applications, or of a step-up where they are reached."""
        question, number = self._way_back.question, bit.bit_length() - 1
        base, *step_ups = self._targets
        ways = _towards(self._plain, bit, base)
        for target in step_ups if ways else ():
            towards = _towards(self._plain, bit, target)
            if not _both(self._terrain, ways, towards):
                # Both may be open, but nowhere at once: then where the applications are.
                inside = ways[0].opening.box if towards else None
                return in_the_way(self._prover, question, number, target, inside)
        return in_the_way(self._prover, question, number, base)

    def _with_device(self, access: Access, way: WayIn) -> Access:
        return replace(
            access,
            can=None,
            why="only a registered device opens a way, and no export tells whether one is at hand",
            only=tuple(phrase for _, phrase in self._wording.worded(way).circumstances),
            needs=("make sure of such a device, or exclude the account",),
        )

    def _hanging(self, access: Access, ways: Sequence[WayIn]) -> Access:
        """Say what it hangs on that there is a way in."""
        registration = self._registration
        if registration is None or registration.methods is None:
            why = "which methods the account has registered is unknown"
            return replace(access, can=None, why=why, needs=(EXPORT_METHODS,))
        shown = {kind for way in ways for kind, _ in way.shown.elements}
        needs = tuple(name for kind, name in _NOT_TOLD.items() if kind in shown)
        if registration.methods & _ENDING:
            needs = (*needs, "a method that lasts: a Temporary Access Pass ends")
        why = "it hangs on something that no export tells of"
        return replace(
            access, can=None, why=why, needs=needs or ("which key or certificate it has",)
        )

    def _doubts(self, ways: Iterable[WayIn]) -> tuple[str, ...]:
        policies = self._way_back.policies.policies
        numbers = dict.fromkeys(each for way in ways for each in way.doubts if each is not None)
        return tuple(
            f"policy `{policies[each].display_name}`: export whom it includes and excludes"
            for each in numbers
        )


_GIVEN = frozenset({"devices", "clientAppTypes", "authenticationFlows"})
"""What anybody can choose: an ordinary sign-in by a browser on whatever device there is."""


def _widest(ways: Iterable[WayIn]) -> WayIn | None:
    return max(ways, key=lambda each: each.opening.box.bit_count(), default=None)


def _towards(ways: Iterable[WayIn], bit: int, target: int) -> list[WayIn]:
    """Give the ways of one identity class to one target class."""
    return [
        replace(each, opening=Opening(bit, 1 << target, each.opening.box))
        for each in ways
        if each.opening.users & bit and each.opening.targets >> target & 1
    ]


def _both(terrain: Terrain, ways: Iterable[WayIn], others: Sequence[WayIn]) -> list[WayIn]:
    """Give the ways in the circumstances of which one of the others is open too."""
    space, never = terrain.space, [each.box for each in terrain.impossible]
    boxes = [(way, way.opening.box & other.opening.box) for way in ways for other in others]
    return [
        replace(way, opening=replace(way.opening, box=box))
        for way, box in boxes
        if not space.empty(box) and space.left_over(box, never)
    ]


def _sure(showable: Showable, registration: Registration | None) -> Shown:
    """Give what an account surely has: lasting methods, and what it can do when asked for it."""
    elements: set[Element] = {("method", "password")}
    elements |= {each for each in showable.everything if each[0] == "terms"}
    if registration is not None and registration.mfa is not False:
        elements |= {("method", mode) for mode in (registration.methods or frozenset()) - _ENDING}
        if registration.mfa:
            elements |= {("mfa", ""), ("passwordChanged", "")}
    return Shown(frozenset(elements), Proofs())


def _possible(showable: Showable, registration: Registration | None) -> Iterable[Shown]:
    """Give what an account has at best, as far as the export leaves it open."""
    elements = set(showable.everything)
    if registration is not None and registration.mfa is False:
        elements -= {("mfa", ""), ("passwordChanged", "")}
        elements = {each for each in elements if each[0] != "method"} | {("method", "password")}
    elif registration is not None and registration.methods is not None:
        held = registration.methods | {"password"}
        elements = {each for each in elements if each[0] != "method" or each[1] in held}
        if registration.mfa is None and not showable.is_multifactor(held):
            elements -= {("mfa", ""), ("passwordChanged", "")}
    return [Shown(frozenset(elements), frame) for frame in showable.home_frames()]
