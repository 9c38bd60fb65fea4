"""Passkeys: what is kept of one, and what the browser is asked (W3C Web Authentication Level 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from types import MappingProxyType
from typing import Any

from webauthn import generate_authentication_options, generate_registration_options
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json_dict
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from ostiary.secrecy.randomness import TOKEN_BYTES, Randomness

ALGORITHMS = (
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
)
"""What every authenticator has one of; RS256 for Windows Hello."""


class Ceremony(Enum):
    """What a challenge is for; one for the other is refused."""

    REGISTER = "register"
    SIGN_IN = "signIn"


class OnClone(Enum):
    """What happens when a passkey's counter does not grow, so that a copy may exist (WA03)."""

    REFUSE = "refuse"
    ALLOW_WITH_RISK = "allowWithRisk"


@dataclass(frozen=True, slots=True)
class PasskeySettings:
    """For whom passkeys are made, and what is asked of them.

    `origins` are compared exactly. `attestation_roots`: certificates (PEM) by attestation format;
    with any, a passkey must come with an attestation that ends in one of them, and its model is
    then certain. Without, the model is what the authenticator says, as in Entra with *Enforce
    attestation* off (entra-docs authentication/how-to-enable-passkey-fido2).
    """

    rp_id: str
    rp_name: str
    origins: frozenset[str]
    on_clone: OnClone = OnClone.REFUSE
    challenge_life: timedelta = timedelta(minutes=5)
    attestation_roots: Mapping[str, tuple[bytes, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey of a user. Octets are in base64url without padding.

    `device_id`: the device of the directory it was registered on; only for keys that stay there.
    """

    credential_id: str
    user_id: str
    public_key: str
    sign_count: int
    aaguid: str
    backup_eligible: bool
    backed_up: bool
    attested: bool
    created_at: datetime
    display_name: str = "Passkey"
    transports: tuple[str, ...] = ()
    device_id: str | None = None
    last_used_at: datetime | None = None

    @property
    def bound_device(self) -> str | None:
        """Give the device it speaks for: none where the key can be copied to others."""
        return None if self.backup_eligible else self.device_id


@dataclass(frozen=True, slots=True)
class PasskeyChallenge:
    """A challenge that was sent to a browser, bound to a session and a ceremony.

    INVARIANT: the caller takes it out of the store before the answer is checked, so that it
    serves once whatever the outcome. `user_id` None: whoever has a passkey may come.
    `allowed` are credential ids; none: any passkey of the user.
    """

    value: str
    ceremony: Ceremony
    session_id: str
    expires_at: datetime
    user_id: str | None = None
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PasskeyOwner:
    """The user a passkey is made for, as the authenticator shows it."""

    user_id: str
    principal_name: str
    display_name: str


def challenge_for_registration(
    owner: PasskeyOwner,
    session_id: str,
    settings: PasskeySettings,
    *,
    randomness: Randomness,
    now: datetime,
) -> PasskeyChallenge:
    """Draw a challenge to make a passkey with."""
    value = bytes_to_base64url(randomness.octets(TOKEN_BYTES))
    expires = now + settings.challenge_life
    return PasskeyChallenge(value, Ceremony.REGISTER, session_id, expires, owner.user_id)


def challenge_for_sign_in(
    session_id: str,
    settings: PasskeySettings,
    *,
    randomness: Randomness,
    now: datetime,
    user_id: str | None = None,
    passkeys: Iterable[Passkey] = (),
) -> PasskeyChallenge:
    """Draw a challenge to sign in with: for a known user's passkeys, or for anybody's."""
    value = bytes_to_base64url(randomness.octets(TOKEN_BYTES))
    expires = now + settings.challenge_life
    allowed = tuple(each.credential_id for each in passkeys)
    return PasskeyChallenge(value, Ceremony.SIGN_IN, session_id, expires, user_id, allowed)


def registration_options(
    challenge: PasskeyChallenge,
    owner: PasskeyOwner,
    settings: PasskeySettings,
    existing: Iterable[Passkey] = (),
) -> dict[str, Any]:
    """Give what `navigator.credentials.create` is called with, as JSON.

    The user handle is the object id, which tells nothing of the person (WebAuthn, 14.6.1).
    """
    attested = bool(settings.attestation_roots)
    options = generate_registration_options(
        rp_id=settings.rp_id,
        rp_name=settings.rp_name,
        user_id=owner.user_id.encode(),
        user_name=owner.principal_name,
        user_display_name=owner.display_name or owner.principal_name,
        challenge=base64url_to_bytes(challenge.value),
        timeout=_milliseconds(settings),
        attestation=AttestationConveyancePreference.DIRECT
        if attested
        else AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[_descriptor(each.credential_id) for each in existing],
        supported_pub_key_algs=list(ALGORITHMS),
    )
    return options_to_json_dict(options)


def sign_in_options(challenge: PasskeyChallenge, settings: PasskeySettings) -> dict[str, Any]:
    """Give what `navigator.credentials.get` is called with, as JSON."""
    options = generate_authentication_options(
        rp_id=settings.rp_id,
        challenge=base64url_to_bytes(challenge.value),
        timeout=_milliseconds(settings),
        allow_credentials=[_descriptor(each) for each in challenge.allowed],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def _descriptor(credential_id: str) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(id=base64url_to_bytes(credential_id))


def _milliseconds(settings: PasskeySettings) -> int:
    return int(settings.challenge_life.total_seconds() * 1000)
