"""The best a user can show without meeting a requirement.

A gap is a sign-in that is granted although the requirement is not met. Showing more never hurts,
so it is enough to look at the largest sets of proofs that do not meet it. They are found by asking
the controls themselves: whatever meets the requirement is a *conflict*, of every conflict something
has to be left out, and the smallest ways to do so give the largest sets (Reiter, A theory of
diagnosis from first principles, 1987).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TypeAlias

from ostiary.analysis.circumstances import ANY_DEVICE
from ostiary.analysis.world import MULTIFACTOR_STRENGTH
from ostiary.controls import SESSION_CONTROLS, SessionControl
from ostiary.controls.visitor import visitor
from ostiary.engine.requirements import Requirements
from ostiary.model.decision import ControlStatus
from ostiary.model.directory import CombinationLimit, Directory
from ostiary.model.policy import Grant, Operator, Policy, PolicyState, Requirement
from ostiary.model.signin import AcceptedTerms, Device, Proofs, SignIn

Element: TypeAlias = tuple[str, str]
"""One thing that can be shown: its kind, and which one."""
Elements: TypeAlias = frozenset[Element]
_JUDGED = frozenset(
    each.key for each in SESSION_CONTROLS if type(each).judge is not SessionControl.judge
)
EVERY_TIME_TOLERANCE = 5
"""Minutes for which *Every time* does not ask again (`controls.sign_in_frequency`)."""


@dataclass(frozen=True, slots=True)
class Demanded:
    """What is required: grant controls and session controls, as a policy would demand them."""

    grant: Grant | None
    session: tuple[tuple[str, object], ...] = ()

    @classmethod
    def of(cls, policy: Policy) -> Demanded:
        """Give what a policy demands of a sign-in; other session controls limit what follows."""
        judged = {key: value for key, value in policy.session.items() if key in _JUDGED}
        return cls(policy.grant, tuple(sorted(judged.items(), key=repr)))

    @property
    def anything(self) -> bool:
        """Tell whether anything is demanded."""
        return self.grant is not None or bool(self.session)

    def policy(self) -> Policy:
        """Give a policy that demands it, of everybody."""
        return Policy("", "", PolicyState.ENABLED, {}, self.grant, dict(self.session), {})


BLOCK = Demanded(Grant(Operator.OR, (Requirement("block"),)))
"""Met by nothing but a block."""


class Judge:
    """Tells whether a sign-in meets what is demanded, by the controls of the engine."""

    def __init__(self, demanded: Demanded, directory: Directory, *, waived: int = 0) -> None:
        """Compile the demand like a policy; `waived` 1: its strength need not be met."""
        self._demanded = demanded
        self._directory = directory
        self._waived = waived
        self._requirements = Requirements((demanded.policy(),), directory)

    def waiving(self) -> Judge:
        """Give the judge for registrations in which a strength gives way to another policy's."""
        return Judge(self._demanded, self._directory, waived=1)

    def met(self, sign_in: SignIn) -> bool:
        """Tell whether nothing of the demand is open."""
        judged = self._requirements.judge(sign_in)
        return not self._requirements.standing(judged, waived=self._waived).unsatisfied

    def statuses(self, sign_in: SignIn) -> tuple[bool, ...]:
        """Tell of each part of the demand whether it is met."""
        judged = self._requirements.judge(sign_in)
        return tuple(each.status is ControlStatus.MET for each in judged)


class Showable:
    """Everything that could be shown to some policies, and the proofs it makes."""

    def __init__(
        self, policies: Iterable[Policy], demanded: Demanded, directory: Directory
    ) -> None:
        """Collect what any control of the policies could look at."""
        self._directory = directory
        asked = {each for policy in policies for each in policy.requirements}
        asked.update(demanded.policy().requirements)
        strengths = [
            directory.strengths[each.argument]
            for each in asked
            if each.control == "authenticationStrength" and each.argument in directory.strengths
        ]
        multifactor = directory.strengths.get(MULTIFACTOR_STRENGTH)
        self._multifactor = multifactor.combinations if multifactor else ()
        combinations = {c for each in strengths for c in each.combinations} | set(self._multifactor)
        limits = [limit for strength in strengths for limit in strength.limits]
        self.everything: Elements = frozenset(
            {("mfa", ""), ("passwordChanged", ""), ("approved", ""), ("protected", "")}
            | {("method", mode) for combination in combinations for mode in combination}
            | {("method", "password")}
            | {("terms", each.argument) for each in asked if each.control == "termsOfUse"}
            | {("factor", e.argument) for e in asked if e.control == "customAuthenticationFactors"}
            | {("oid", oid) for oid in _telling(limits, lambda limit: limit.policy_oids)}
        )
        self._aaguids = (None, *_telling(limits, lambda limit: limit.aaguids))
        self._issuers = (None, *_telling(limits, lambda limit: limit.issuer_skis))
        frequencies = [v for key, v in demanded.session if key == "signInFrequency"]
        self._ages = (0, *sorted({_just_over(each) for each in frequencies}))

    def frames(self, sign_in: SignIn, directory: Directory) -> Iterator[Proofs]:
        """Give what can be one thing at a time only: key model, issuer, age, identity provider."""
        yield from self.home_frames()
        if visitor(sign_in, directory).external:
            for frame in self.home_frames():
                yield replace(frame, home_identity_provider="google")

    def home_frames(self) -> Iterator[Proofs]:
        """Give the same for a user who authenticates with Microsoft Entra."""
        for aaguid, issuer, age in product(self._aaguids, self._issuers, self._ages):
            yield Proofs(
                fido2_aaguid=aaguid, x509_issuer_ski=issuer, minutes_since_authentication=age
            )

    def is_multifactor(self, methods: frozenset[str]) -> bool:
        """Tell whether methods together are multifactor authentication."""
        return any(each <= methods for each in self._multifactor)

    def proofs(self, shown: Elements, frame: Proofs, sign_in: SignIn) -> Proofs:
        """Make proofs of what is shown; methods that are multifactor give the claim.

        A direct connect user authenticates at home only (entra-docs external-id/
        authentication-conditional-access).
        """
        by_kind: dict[str, set[str]] = {}
        for kind, which in shown:
            by_kind.setdefault(kind, set()).add(which)
        methods = frozenset(by_kind.get("method", ()))
        mfa = "mfa" in by_kind or self.is_multifactor(methods)
        away = visitor(sign_in, self._directory).direct_connect
        device = sign_in.device
        device_id = device.get("deviceid") if isinstance(device, Device) else None
        accepted_on = device_id if isinstance(device_id, str) else None
        terms = by_kind.get("terms", ())
        return replace(
            frame,
            methods=frozenset[str]() if away else methods,
            mfa=mfa and not away,
            home_mfa=mfa,
            home_methods=methods,
            x509_policy_oids=frozenset(by_kind.get("oid", ())),
            accepted_terms=tuple(AcceptedTerms(each, 0, accepted_on) for each in sorted(terms)),
            custom_factors=frozenset(by_kind.get("factor", ())),
            password_changed="passwordChanged" in by_kind,
            approved_application="approved" in by_kind,
            compliant_application="protected" in by_kind,
        )


def _just_over(value: object) -> int:
    return max(value if isinstance(value, int) else 0, EVERY_TIME_TOLERANCE) + 1


def _telling(
    limits: Sequence[CombinationLimit], listed: Callable[[CombinationLimit], frozenset[str]]
) -> tuple[str, ...]:
    """Give one of the listed values for each set of limits that list it."""
    found: dict[tuple[bool, ...], str] = {}
    for value in sorted(frozenset[str]().union(*map(listed, limits))):
        found.setdefault(tuple(value in listed(limit) for limit in limits), value)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Shown:
    """A largest set of things that do not meet the demand, with what frames them."""

    elements: Elements
    frame: Proofs

    def proofs(self, showable: Showable, sign_in: SignIn) -> Proofs:
        """Make the proofs for one sign-in."""
        return showable.proofs(self.elements, self.frame, sign_in)


def best_without(
    showable: Showable, judge: Judge, sign_in: SignIn, directory: Directory
) -> list[Shown]:
    """Give the largest sets of proofs with which this sign-in does not meet the demand."""
    found: list[Shown] = []
    for frame in showable.frames(sign_in, directory):

        def lacking(shown: Elements, frame: Proofs = frame) -> bool:
            proofs = showable.proofs(shown, frame, sign_in)
            return not judge.met(replace(sign_in, proofs=proofs))

        found += [Shown(each, frame) for each in largest(showable.everything, lacking)]
    return found


def largest(everything: Elements, fits: Callable[[Elements], bool]) -> list[Elements]:
    """Give the largest subsets that fit, where every part of a subset that fits fits as well."""
    if not fits(frozenset()):
        return []
    conflicts: list[Elements] = []
    left_out: list[Elements] = []
    open_: list[Elements] = [frozenset()]
    met: set[Elements] = {frozenset()}
    while open_:
        out = min(open_, key=len)
        open_.remove(out)
        if any(each <= out for each in left_out):
            continue
        conflict = next((each for each in conflicts if not each & out), None)
        if conflict is None:
            if fits(everything - out):
                left_out.append(out)
                continue
            conflict = _smallest(everything - out, fits)
            conflicts.append(conflict)
        for element in sorted(conflict):
            further = out | {element}
            if further not in met:
                met.add(further)
                open_.append(further)
    return [everything - out for out in left_out]


def _smallest(unfit: Elements, fits: Callable[[Elements], bool]) -> Elements:
    """Leave out what is not needed for a set not to fit."""
    for element in sorted(unfit):
        if not fits(unfit - {element}):
            unfit -= {element}
    return unfit


__all__ = [
    "ANY_DEVICE",
    "BLOCK",
    "Demanded",
    "Judge",
    "Showable",
    "Shown",
    "best_without",
    "largest",
]
