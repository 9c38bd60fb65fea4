"""What a sign-in log tells of how somebody signed in: grant, flow, methods, multifactor or not.

Sources: api-reference signin (beta), authenticationdetail; entra-docs
monitoring-health/concept-sign-in-log-activity-details (authentication details);
identity-platform/reference-error-codes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ostiary.analysis.log_schema import Category
from ostiary.analysis.log_words import NotUnderstood
from ostiary.model.signin import TokenGrant

_BY_CATEGORY = {
    "signinlogs": Category.INTERACTIVE,
    "noninteractiveusersigninlogs": Category.NON_INTERACTIVE,
    "aadnoninteractiveusersigninlogs": Category.NON_INTERACTIVE,
    "serviceprincipalsigninlogs": Category.SERVICE_PRINCIPAL,
    "aadserviceprincipalsigninlogs": Category.SERVICE_PRINCIPAL,
    "microsoftserviceprincipalsigninlogs": Category.SERVICE_PRINCIPAL,
    "managedidentitysigninlogs": Category.MANAGED_IDENTITY,
    "aadmanagedidentitysigninlogs": Category.MANAGED_IDENTITY,
}
SIGN_IN_LOGS = tuple(_BY_CATEGORY)
"""Names of logs that hold sign-ins, in lower case: categories of Azure Monitor, names of tables."""
_BY_EVENT_TYPE = {each.value.casefold(): each for each in Category}


class Kind(NamedTuple):
    """The raw words that tell what kind of sign-in this is; '' where the log does not."""

    category: str
    event_types: str
    interactive: str
    managed: str
    has_user: bool
    has_principal: bool


def category(kind: Kind) -> Category:
    """Give the category.

    The name of the log comes first, then `signInEventTypes`, then what the record looks like.
    """
    named = _BY_CATEGORY.get(kind.category.casefold())
    if named is not None:
        return named
    events = set(re.findall(r"\w+", kind.event_types.casefold()))
    for word, each in _BY_EVENT_TYPE.items():
        if word in events:
            return each
    if kind.has_principal and not kind.has_user:
        managed = kind.managed.casefold() not in {"", "none"}
        return Category.MANAGED_IDENTITY if managed else Category.SERVICE_PRINCIPAL
    background = kind.interactive.casefold() == "false"
    return Category.NON_INTERACTIVE if background else Category.INTERACTIVE


_GRANTS = {
    "devicecode": TokenGrant.DEVICE_CODE,
    "ropc": TokenGrant.PASSWORD,
    "rpoc": TokenGrant.PASSWORD,  # as some exports spell it
    "refreshtokengrant": TokenGrant.REFRESH_TOKEN,
    "onbehalfof": TokenGrant.ON_BEHALF_OF,
    "clientcredentials": TokenGrant.CLIENT_CREDENTIALS,
}
_PROTOCOLS = {
    "none",
    "oauth2",
    "wsfederation",
    "saml20",
    "nativeauth",
    "authenticationtransfer",
} | {
    "unknownfuturevalue",
    "implicitaccesstokenandgetresponsemode",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """How the token was asked for, the flow of the request, and the one its session began with."""

    grant: str | None
    flow: str | None
    original: str | None


def asked(kind: Category, protocol: str | None, original: str | None) -> Asked:
    """Tell from the protocol how the token was asked for.

    A background request whose protocol has no word of its own redeems a refresh token. What its
    session began with decides the flow as well (protocol tracking, entra-docs
    conditional-access/concept-authentication-flows), so a log that does not record it leaves the
    flow of background requests open.
    """
    if kind is Category.SERVICE_PRINCIPAL:
        return Asked(TokenGrant.CLIENT_CREDENTIALS.value, "", "")
    if kind is Category.MANAGED_IDENTITY:
        return Asked(TokenGrant.MANAGED_IDENTITY.value, "", "")
    folded = (protocol or "").casefold()
    if not folded:
        return Asked(None, None, original)
    if folded not in _GRANTS and folded not in _PROTOCOLS:
        raise NotUnderstood(protocol)
    background = kind is Category.NON_INTERACTIVE
    default = TokenGrant.REFRESH_TOKEN if background else TokenGrant.AUTHORIZATION_CODE
    grant = _GRANTS.get(folded, default).value
    flow = {"devicecode": "deviceCodeFlow", "authenticationtransfer": "authenticationTransfer"}
    if background and original is None and folded not in flow:
        return Asked(grant, None, None)
    return Asked(grant, flow.get(folded, ""), original)


class Step(NamedTuple):
    """One entry of `authenticationDetails`, every text in lower case."""

    method: str
    succeeded: bool
    requirement: str
    result: str

    @property
    def earlier(self) -> bool:
        """Whether an earlier sign-in satisfied it, by ways the log does not tell."""
        return self.method in _EARLIER


_EARLIER = frozenset({"previously satisfied", "satisfied by token"})
_METHODS = (
    (re.compile(r"sms|text message"), "sms"),
    (re.compile(r"voice|phone call"), "voice"),
    (re.compile(r".*(passwordless|phone sign-?in)"), "deviceBasedPush"),
    (re.compile(r"password"), "password"),
    (re.compile(r".*hardware.*oath|.*oath.*hardware"), "hardwareOath"),
    (re.compile(r".*oath|.*verification code"), "softwareOath"),
    (
        re.compile(r"authenticator app|mobile app notification|microsoft authenticator|.*push"),
        "microsoftAuthenticatorPush",
    ),
    (re.compile(r"fido|passkey"), "fido2"),
    (re.compile(r"windows hello|platform credential"), "windowsHelloForBusiness"),
    (re.compile(r"temporary access pass"), "temporaryAccessPassOneTime"),
)
"""How log and Graph name a method (authenticationdetail), first match wins."""
_CERTIFICATE = re.compile(r"x\.?509|certificate")
_FEDERATED = re.compile(r"federated")
_STRONG = frozenset(
    {"windowsHelloForBusiness", "fido2", "deviceBasedPush", "x509CertificateMultiFactor"}
    | {"temporaryAccessPassOneTime", "federatedMultiFactor"}
)
"""Methods that are multifactor authentication by themselves (built-in strength 0002)."""
_SHOWN = ("mfa requirement satisfied", "mfa completed", "mfa successfully completed")
_MISSING_MFA = frozenset({50072, 50074, 50076, 50078, 50079, 500121})
"""Errors that say: multifactor authentication is needed, was not passed, or is not set up."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Which methods were shown, and whether they were multifactor authentication."""

    methods: tuple[str, ...] | None
    mfa: bool | None


def shown(requirement: str, error: int | None, details: str, steps: Sequence[Step] | None) -> Shown:
    """Tell what was shown in a sign-in.

    `details` is `status/additionalDetails`. A sign-in that required a single factor may still hold
    a claim of earlier multifactor authentication: then nobody can tell.
    """
    done = [each for each in steps or () if each.succeeded]
    mfa = _multifactor(requirement.casefold(), error, details.casefold(), done)
    methods = tuple(
        dict.fromkeys(
            word for each in done for word in (_mode(each, mfa=bool(mfa)),) if word is not None
        )
    )
    fresh = bool(done) and not any(each.earlier for each in done)
    if mfa is None and _STRONG & set(methods):
        mfa = True
    if mfa is None and fresh:
        mfa = False
    nobody_knows = steps is None or (not methods and bool(done))
    return Shown(None if nobody_knows else methods, mfa)


def _multifactor(
    requirement: str, error: int | None, details: str, done: Sequence[Step]
) -> bool | None:
    said = (details, *(each.result for each in done))
    if any(phrase in text for text in said for phrase in _SHOWN):
        return True
    if any(each.requirement.startswith("multi") for each in done):
        return True
    if error in _MISSING_MFA:
        return False
    return True if requirement == "multifactorauthentication" and error == 0 else None


def _mode(step: Step, *, mfa: bool) -> str | None:
    if step.earlier:
        return None
    if _CERTIFICATE.match(step.method):
        return "x509CertificateMultiFactor" if mfa else "x509CertificateSingleFactor"
    if _FEDERATED.match(step.method):
        return "federatedMultiFactor" if mfa else "federatedSingleFactor"
    return next((mode for pattern, mode in _METHODS if pattern.match(step.method)), None)


__all__ = ["SIGN_IN_LOGS", "Asked", "Kind", "Shown", "Step", "asked", "category", "shown"]
