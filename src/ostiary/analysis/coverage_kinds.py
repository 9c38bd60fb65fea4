"""What is required of a sign-in, found out by showing the engine more and more.

A requirement is told by what is enough to get in: nothing but a password, multifactor
authentication, a managed device, and so on, the weakest first. The engine judges every showing;
no control is read here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from types import MappingProxyType
from typing import Any

from ostiary.analysis.lint_probes import MANAGED
from ostiary.analysis.lint_trial import union
from ostiary.conditions.facts import IDENTITY, TARGET
from ostiary.engine.policyset import PolicySet
from ostiary.model.decision import ControlStatus
from ostiary.model.signin import AcceptedTerms, Proofs, SignIn


class Kind(Enum):
    """What is required, the weakest first."""

    NONE = "none"
    """A password alone is enough."""
    OTHER = "other"
    """No second factor and no managed device, but terms of use, an app or another control."""
    DEVICE_OR_MFA = "deviceOrMfa"
    DEVICE = "device"
    MFA = "mfa"
    MFA_AND_DEVICE = "mfaAndDevice"
    PHISHING_RESISTANT = "phishingResistant"
    PHISHING_RESISTANT_AND_DEVICE = "phishingResistantAndDevice"
    MORE = "more"
    """All of that together is needed, or more: a certain key, other methods, several controls."""
    BLOCK = "block"
    UNKNOWN = "unknown"
    """Nobody can tell from what is known of the tenant."""


_PUSH = frozenset({"password", "microsoftAuthenticatorPush"})
_KEY = frozenset({"fido2"})


@dataclass(frozen=True, slots=True)
class Showing:
    """What is shown: methods, and whether on a managed device and with all other controls met."""

    methods: frozenset[str]
    mfa: bool = False
    managed: bool = False
    other: bool = False

    def on(self, sign_in: SignIn, policies: PolicySet) -> SignIn:
        """Show it in a sign-in; guests show it in their home tenant too."""
        proofs = Proofs(methods=self.methods, mfa=self.mfa, home_mfa=self.mfa)
        proofs = replace(proofs, home_methods=self.methods)
        if self.other:
            proofs = replace(proofs, **_others(policies))
        device = MANAGED if self.managed else sign_in.device
        return replace(sign_in, proofs=proofs, device=device)


def _others(policies: PolicySet) -> Mapping[str, Any]:
    factors = {
        each.argument
        for policy in policies.policies
        for each in policy.requirements
        if each.control == "customAuthenticationFactors"
    }
    agreements = tuple(AcceptedTerms(each) for each in sorted(policies.directory.agreements))
    return {
        "approved_application": True,
        "compliant_application": True,
        "password_changed": True,
        "custom_factors": frozenset(factors),
        "accepted_terms": agreements,
    }


_PASSWORD = frozenset({"password"})
SHOWINGS: Mapping[Kind, Showing] = MappingProxyType(
    {
        Kind.NONE: Showing(_PASSWORD),
        Kind.MFA: Showing(_PUSH, mfa=True),
        Kind.DEVICE: Showing(_PASSWORD, managed=True),
        Kind.OTHER: Showing(_PASSWORD, other=True),
        Kind.MFA_AND_DEVICE: Showing(_PUSH, mfa=True, managed=True),
        Kind.PHISHING_RESISTANT: Showing(_KEY, mfa=True),
        Kind.PHISHING_RESISTANT_AND_DEVICE: Showing(_KEY, mfa=True, managed=True),
        Kind.MORE: Showing(_KEY | _PUSH, mfa=True, managed=True, other=True),
    }
)
"""What is tried for each kind: it is required where this is enough, and nothing weaker is."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What the policies make of one showing, whoever asks for whatever: masks of policies.

    `upper` and `lower`: those that accept the circumstances, at most and at least; `unmet` are not
    satisfied, `refusing` by nothing anybody can do.
    """

    upper: int
    lower: int
    unmet: int
    refusing: int


def asking(policies: PolicySet, sign_in: SignIn, counted: int) -> Asking:
    """Ask what `counted` policies make of a sign-in but for who it is and what it is for."""
    prepared = policies.prepare(sign_in)
    upper = lower = counted
    failed = 0
    for table, accepted in policies.columns(prepared):
        if table.condition.facts not in ((IDENTITY,), (TARGET,)):
            upper &= accepted.upper
            lower &= accepted.lower
            failed |= accepted.failed
    standing = policies.standing(prepared, 0)
    refusing = union(
        step.policies for step in standing.steps if step.judgement.status is ControlStatus.REFUSED
    )
    sure = lower & ~policies.not_understood
    return Asking(upper, sure, (standing.unsatisfied | failed) & counted, refusing | failed)


def askings(policies: PolicySet, sign_in: SignIn, counted: int) -> dict[Kind, Asking]:
    """Ask for every showing."""
    return {
        kind: asking(policies, showing.on(sign_in, policies), counted)
        for kind, showing in SHOWINGS.items()
    }


def kinds(enough: Mapping[Kind, int], refused: int, everybody: int) -> dict[Kind, int]:
    """Sort people by what is required of them.

    `enough`: by kind, the people for whom its showing is enough; `refused`: who is blocked.
    """
    left, found = everybody, dict[Kind, int]()
    for kind, people in _in_order(enough):
        some = people & left
        if some:
            found[kind] = found.get(kind, 0) | some
        left &= ~some
    for kind, some in ((Kind.BLOCK, left & refused), (Kind.MORE, left & ~refused)):
        if some:
            found[kind] = found.get(kind, 0) | some
    return found


def _in_order(enough: Mapping[Kind, int]) -> Iterator[tuple[Kind, int]]:
    yield Kind.NONE, enough[Kind.NONE]
    yield Kind.OTHER, enough[Kind.OTHER]
    yield Kind.DEVICE_OR_MFA, enough[Kind.DEVICE] & enough[Kind.MFA]
    for kind in SHOWINGS:
        if kind not in {Kind.NONE, Kind.OTHER}:
            yield kind, enough[kind]
