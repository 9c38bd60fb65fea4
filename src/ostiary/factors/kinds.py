"""The factors there are, and what each is worth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


@dataclass(frozen=True, slots=True)
class Worth:
    """What a factor counts for.

    `modes` are Graph's authenticationMethodModes that it shows: what authentication strengths
    are made of. `alone`: it is multifactor by itself. `second`: it is one beside a password.
    """

    title: str
    modes: frozenset[str]
    alone: bool = False
    second: bool = False
    phishing_resistant: bool = False


class Factor(Enum):
    """A kind of factor.

    A recovery code has no mode in Graph: it makes a sign-in multifactor, so that a person without
    the usual device can go on, but no authentication strength is ever met by it (checklist MF05).
    A passkey always verifies its user here, so it is multifactor alone. A Temporary Access Pass
    is too (entra-docs authentication/concept-authentication-strengths).
    """

    PASSWORD = Worth("Password", frozenset({"password"}))
    TOTP = Worth("Authenticator app", frozenset({"softwareOath"}), second=True)
    PASSKEY = Worth("Passkey", frozenset({"fido2"}), alone=True, phishing_resistant=True)
    RECOVERY_CODE = Worth("Recovery code", frozenset(), second=True)
    ACCESS_PASS_ONCE = Worth(
        "Temporary Access Pass (one-time)", frozenset({"temporaryAccessPassOneTime"}), alone=True
    )
    ACCESS_PASS = Worth(
        "Temporary Access Pass", frozenset({"temporaryAccessPassMultiUse"}), alone=True
    )


@dataclass(frozen=True, slots=True)
class ShownFactor:
    """One factor shown in a sign-in, and when. `aaguid` is the model of a passkey.

    `device_id` is the registered device on which a passkey was shown that cannot leave it.
    """

    factor: Factor
    at: datetime
    aaguid: str | None = None
    device_id: str | None = None


class Refusal(Enum):
    """Why a factor was not accepted: for the log. The person is told only that it failed."""

    WRONG = "wrong"
    ALREADY_USED = "alreadyUsed"
    EXPIRED = "expired"
    NOT_YET_VALID = "notYetValid"
    NOT_CONFIRMED = "notConfirmed"
    CHALLENGE = "challenge"
    NOT_ALLOWED = "notAllowed"
    KNOWN_ALREADY = "knownAlready"
    UNVERIFIED_USER = "unverifiedUser"
    CLONED = "cloned"


class RiskEvent(Enum):
    """What a factor noticed that makes a sign-in or a tenant risky."""

    CLONED_PASSKEY = "clonedPasskey"
    PASSWORD_SPRAY = "passwordSpray"  # noqa: S105  # the name of an event


@dataclass(frozen=True, slots=True)
class Refused:
    """A factor was not accepted; `detail` is for the log and holds no secret."""

    reason: Refusal
    detail: str = ""
    risk: RiskEvent | None = None
