"""What all policies demand: each distinct demand once, and which policies it leaves unsatisfied.

A demand is judged once a sign-in, whoever makes it. From the judgements follow, by masks, the
policies that are not satisfied and the step that comes next, in the documented order
(entra-docs conditional-access/concept-conditional-access-policies).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from ostiary.controls import GRANT_CONTROLS, SESSION_CONTROLS, GrantControl, SessionControl
from ostiary.controls.block import BLOCKED
from ostiary.model.decision import ControlStatus, Judgement, Outcome
from ostiary.model.directory import Directory
from ostiary.model.policy import Operator, Policy, Requirement
from ostiary.model.signin import SignIn

_GRANT_ORDER: Mapping[str, tuple[int, GrantControl]] = {
    control.key: (order, control) for order, control in enumerate(GRANT_CONTROLS)
}
_SESSION_BY_KEY: Mapping[str, SessionControl] = {
    control.key: control
    for control in SESSION_CONTROLS
    if type(control).judge is not SessionControl.judge
}


OUTCOMES = {ControlStatus.PROMPT: Outcome.INTERRUPT, ControlStatus.REFUSED: Outcome.BLOCK}
_SAME_STEP = {"authenticationStrength": _GRANT_ORDER["mfa"][0]}
"""A strength is a kind of multifactor authentication: one step, in which what is out of reach
blocks at once, and a strength is asked for rather than any method, since it serves for both."""


@dataclass(frozen=True, slots=True)
class Demand:
    """One distinct demand and the policies that make it, by their operator."""

    control: GrantControl
    argument: str
    order: int
    of_all: int
    """Policies that require all of their controls."""
    of_one: int
    """Policies that require one of their controls."""


@dataclass(frozen=True, slots=True)
class SessionDemand:
    """One distinct session control setting that a sign-in can fall short of."""

    control: SessionControl
    value: object
    policies: int


@dataclass(frozen=True, slots=True)
class Step:
    """What happens next while one of `policies` applies: ask for something, or refuse."""

    policies: int
    judgement: Judgement
    title: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How the policies stand for one set of judgements, whichever of them apply."""

    unsatisfied: int
    steps: tuple[Step, ...]
    outcomes: tuple[tuple[int, Outcome], ...]
    """The steps again, those that follow each other with the same outcome taken together."""
    needs_more_than_the_user: int
    """Unsatisfied through a control the user can do nothing about: report-only *failure*."""


class Requirements:
    """All demands of a policy set, in the order they are asked."""

    def __init__(self, policies: Sequence[Policy], directory: Directory) -> None:
        """Collect the distinct demands."""
        self._directory = directory
        self.demands = _demands(policies)
        self.session_demands = _session_demands(policies)
        self._numbers: dict[Judgement, str] = {}
        self._judgements: list[Judgement] = []
        self._count = count()

    def judge(self, sign_in: SignIn) -> tuple[Judgement, ...]:
        """Judge every demand; where nobody can be asked, what could be asked for is refused."""
        judged = [
            each.control.judge(each.argument, sign_in, self._directory) for each in self.demands
        ]
        if sign_in.legacy_client:
            judged = [_out_of_reach(each) for each in judged]
        judged.extend(each.control.judge(each.value, sign_in) for each in self.session_demands)
        if sign_in.can_prompt:
            return tuple(judged)
        return tuple(_unpromptable(each) for each in judged)

    def code(self, judged: Sequence[Judgement]) -> str:
        """Write judgements as a short string that hashes at once."""
        return "".join(self._number(each) for each in judged)

    def _number(self, judgement: Judgement) -> str:
        known = self._numbers.get(judgement)
        if known is None:
            known = self._numbers[judgement] = chr(next(self._count) + 1)
            self._judgements.append(judgement)
        return known

    def decoded(self, code: str) -> tuple[Judgement, ...]:
        """Read such a string back."""
        return tuple(self._judgements[ord(each) - 1] for each in code)

    def standing(self, judged: Sequence[Judgement], *, waived: int = 0) -> Standing:
        """Work out how every policy stands; `waived` policies need not meet their strength."""
        unmet = [
            (demand, judgement, _but(demand, waived))
            for demand, judgement in zip(self.demands, judged, strict=False)
            if judgement.status is not ControlStatus.MET
        ]
        met_one = _union(
            demand.of_one & _but(demand, waived)
            for demand, judgement in zip(self.demands, judged, strict=False)
            if judgement.status is ControlStatus.MET
        )
        of_all = _union(demand.of_all & mask for demand, _, mask in unmet)
        of_one = _union(demand.of_one & mask for demand, _, mask in unmet) & ~met_one
        steps = self._grant_steps(unmet, of_one)
        late, late_steps = self._session_steps(judged[len(self.demands) :])
        steps += late_steps
        return Standing(
            unsatisfied=of_all | of_one | late,
            steps=tuple(steps),
            outcomes=_outcomes(steps),
            needs_more_than_the_user=_beyond_user(unmet, of_one),
        )

    def _grant_steps(
        self, unmet: Sequence[tuple[Demand, Judgement, int]], of_one: int
    ) -> list[Step]:
        """Give the steps in order: of OR policies the first that can be asked, else the first."""
        open_ = of_one
        chosen: dict[Requirement, int] = {}
        for status in (ControlStatus.PROMPT, ControlStatus.REFUSED):
            for demand, judgement, mask in unmet:
                if judgement.status is status:
                    taken = demand.of_one & mask & open_
                    open_ &= ~taken
                    chosen[Requirement(demand.control.key, demand.argument)] = taken
        no_registration = _union(
            demand.of_all for demand in self.demands if demand.control.forbids_registration
        )
        steps: list[tuple[tuple[int, bool, int], Step]] = []
        for demand, judgement, mask in unmet:
            policies = (demand.of_all & mask) | chosen[
                Requirement(demand.control.key, demand.argument)
            ]
            title = demand.control.name(demand.argument, self._directory)
            for part, result in _split(policies, judgement, no_registration):
                asks = result.status is ControlStatus.PROMPT
                rank = _SAME_STEP.get(demand.control.key, demand.order)
                steps.append(((rank, asks, -demand.order), Step(part, result, title)))
        steps.sort(key=lambda each: each[0])
        return [step for _, step in steps]

    def _session_steps(self, judged: Sequence[Judgement]) -> tuple[int, list[Step]]:
        late = [
            Step(demand.policies, judgement, demand.control.title)
            for demand, judgement in zip(self.session_demands, judged, strict=True)
            if judgement.status is not ControlStatus.MET
        ]
        return _union(step.policies for step in late), late


def _outcomes(steps: Sequence[Step]) -> tuple[tuple[int, Outcome], ...]:
    found: list[tuple[int, Outcome]] = []
    for step in steps:
        outcome = OUTCOMES[step.judgement.status]
        if found and found[-1][1] is outcome:
            found[-1] = (found[-1][0] | step.policies, outcome)
        else:
            found.append((step.policies, outcome))
    return tuple(found)


def _split(
    policies: int, judgement: Judgement, no_registration: int
) -> list[tuple[int, Judgement]]:
    """Refuse registration to policies of which another control forbids it."""
    if not judgement.first_method:
        return [(policies, judgement)] if policies else []
    forbidden = Judgement(
        ControlStatus.REFUSED, BLOCKED, "", "methods have to be registered before the risk arises"
    )
    parts = [(policies & no_registration, forbidden), (policies & ~no_registration, judgement)]
    return [(mask, each) for mask, each in parts if mask]


def _but(demand: Demand, waived: int) -> int:
    """Give the policies for which the demand counts."""
    return ~waived if demand.control.key == "authenticationStrength" else ~0


def _beyond_user(unmet: Sequence[tuple[Demand, Judgement, int]], of_one: int) -> int:
    """Give the policies that fail by a control that is not interactive."""
    fixed = _union(
        demand.of_all & mask for demand, _, mask in unmet if not demand.control.interactive
    )
    interactive = _union(
        demand.of_one & mask for demand, _, mask in unmet if demand.control.interactive
    )
    return fixed | (of_one & ~interactive)


def _out_of_reach(judgement: Judgement) -> Judgement:
    """Refuse to a legacy client, which cannot show that it meets any grant control.

    Source: entra-docs conditional-access/policy-block-legacy-authentication.
    """
    if judgement.status is ControlStatus.REFUSED:
        return judgement
    code = judgement.code or BLOCKED
    return Judgement(ControlStatus.REFUSED, code, "", "legacy clients meet no grant control")


def _unpromptable(judgement: Judgement) -> Judgement:
    if judgement.status is not ControlStatus.PROMPT:
        return judgement
    why = f"{judgement.why}, and this client cannot ask for it"
    return Judgement(ControlStatus.REFUSED, judgement.code, "", why)


def _union(masks: Iterable[int]) -> int:
    union = 0
    for mask in masks:
        union |= mask
    return union


def _demands(policies: Sequence[Policy]) -> tuple[Demand, ...]:
    of_all: dict[Requirement, int] = {}
    of_one: dict[Requirement, int] = {}
    for number, policy in enumerate(policies):
        if policy.grant is None:
            continue
        masks = of_all if policy.grant.operator is Operator.AND else of_one
        for requirement in policy.grant.requirements:
            masks[requirement] = masks.get(requirement, 0) | (1 << number)
    found: list[Demand] = []
    for requirement in of_all.keys() | of_one.keys():
        order, control = _GRANT_ORDER[requirement.control]
        found.append(
            Demand(
                control,
                requirement.argument,
                order,
                of_all.get(requirement, 0),
                of_one.get(requirement, 0),
            )
        )
    return tuple(sorted(found, key=lambda demand: (demand.order, demand.argument)))


def _session_demands(policies: Sequence[Policy]) -> tuple[SessionDemand, ...]:
    masks: dict[tuple[str, object], int] = {}
    for number, policy in enumerate(policies):
        for key, value in policy.session.items():
            if key in _SESSION_BY_KEY:
                masks[key, value] = masks.get((key, value), 0) | (1 << number)
    return tuple(
        SessionDemand(_SESSION_BY_KEY[key], value, mask)
        for (key, value), mask in sorted(masks.items(), key=repr)
    )
