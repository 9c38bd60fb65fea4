"""Making a passkey and signing in with it: the checks of WebAuthn 7.1 and 7.2, and our own."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.structs import CredentialDeviceType

from ostiary.factors.kinds import Factor, Refusal, Refused, RiskEvent, ShownFactor
from ostiary.factors.passkey_answers import (
    Answer,
    AnswerRefused,
    is_attested,
    read_answer,
    verified_registration,
    verified_sign_in,
)
from ostiary.factors.passkeys import (
    Ceremony,
    OnClone,
    Passkey,
    PasskeyChallenge,
    PasskeySettings,
)


@dataclass(frozen=True, slots=True)
class PasskeyMade:
    """A new passkey, to be kept. INVARIANT: the store refuses a credential id it has already."""

    passkey: Passkey
    shown: ShownFactor


@dataclass(frozen=True, slots=True)
class PasskeyShown:
    """A sign-in with a passkey: what it shows, the passkey as it must be kept, and any risk.

    INVARIANT: written only if the stored counter is still what it was.
    """

    passkey: Passkey
    shown: ShownFactor
    risk: RiskEvent | None = None


def credential_id_of(body: Mapping[str, Any]) -> str | None:
    """Give the credential id an answer names, to look the passkey up; None where it has none."""
    try:
        return read_answer(body).credential_id
    except AnswerRefused:
        return None


def register(
    body: Mapping[str, Any],
    challenge: PasskeyChallenge,
    *,
    session_id: str,
    settings: PasskeySettings,
    known: Container[str],
    now: datetime,
    display_name: str = "Passkey",
    device_id: str | None = None,
) -> PasskeyMade | Refused:
    """Check the answer to a challenge for registration.

    `known` are the credential ids of all users; `device_id` is the registered device that the
    request came from.
    """
    if stale := _challenge_refusal(challenge, Ceremony.REGISTER, session_id, now):
        return stale
    if challenge.user_id is None:
        return Refused(Refusal.CHALLENGE, "a passkey is made for somebody")
    try:
        answer = read_answer(body)
        checked = verified_registration(answer, challenge, settings)
    except AnswerRefused as refused:
        return Refused(Refusal.WRONG, refused.message)
    if not checked.user_verified:
        return Refused(Refusal.UNVERIFIED_USER)
    if answer.credential_id in known:
        return Refused(Refusal.KNOWN_ALREADY)
    passkey = Passkey(
        credential_id=answer.credential_id,
        user_id=challenge.user_id,
        public_key=bytes_to_base64url(checked.credential_public_key),
        sign_count=checked.sign_count,
        aaguid=checked.aaguid,
        backup_eligible=checked.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
        backed_up=checked.credential_backed_up,
        attested=is_attested(checked, settings),
        created_at=now,
        display_name=display_name,
        transports=answer.transports,
        device_id=device_id if answer.on_device else None,
    )
    return PasskeyMade(passkey, _shown(passkey, answer, now))


def sign_in(
    body: Mapping[str, Any],
    challenge: PasskeyChallenge,
    passkey: Passkey | None,
    *,
    session_id: str,
    settings: PasskeySettings,
    now: datetime,
) -> PasskeyShown | Refused:
    """Check the answer to a challenge for sign-in.

    `passkey` is what the store has under the credential id of the answer, None where nothing.
    """
    if stale := _challenge_refusal(challenge, Ceremony.SIGN_IN, session_id, now):
        return stale
    if passkey is None:
        return Refused(Refusal.NOT_ALLOWED, "no such passkey")
    try:
        answer = read_answer(body)
        if wrong := _owner_refusal(answer, challenge, passkey):
            return wrong
        checked = verified_sign_in(answer, challenge, passkey, settings)
    except AnswerRefused as refused:
        return Refused(Refusal.WRONG, refused.message)
    if not checked.user_verified:
        return Refused(Refusal.UNVERIFIED_USER)
    eligible = checked.credential_device_type is CredentialDeviceType.MULTI_DEVICE
    if eligible != passkey.backup_eligible:  # WebAuthn, 7.2 step 18: it never changes
        return Refused(Refusal.WRONG, "the passkey changed whether it can be backed up")
    used = _counted(checked, passkey, settings, now)
    if isinstance(used, Refused):
        return used
    cloned = RiskEvent.CLONED_PASSKEY if _is_cloned(checked, passkey) else None
    return PasskeyShown(used, _shown(used, answer, now), cloned)


def _counted(
    checked: VerifiedAuthentication, passkey: Passkey, settings: PasskeySettings, now: datetime
) -> Passkey | Refused:
    """Keep what a use leaves; a copy of the key is refused, unless the settings say otherwise."""
    counts = checked.new_sign_count, passkey.sign_count
    if _is_cloned(checked, passkey) and settings.on_clone is OnClone.REFUSE:
        detail = f"the counter went from {counts[1]} to {counts[0]}"
        return Refused(Refusal.CLONED, detail, RiskEvent.CLONED_PASSKEY)
    return replace(
        passkey,
        sign_count=max(counts),
        backed_up=checked.credential_backed_up,
        last_used_at=now,
    )


def _is_cloned(checked: VerifiedAuthentication, passkey: Passkey) -> bool:
    """Compare the counters (WebAuthn, 7.2 step 22); many passkeys always send 0."""
    counts = checked.new_sign_count, passkey.sign_count
    return counts != (0, 0) and counts[0] <= counts[1]


def _challenge_refusal(
    challenge: PasskeyChallenge, ceremony: Ceremony, session_id: str, now: datetime
) -> Refused | None:
    if challenge.ceremony is not ceremony:
        return Refused(Refusal.CHALLENGE, "the challenge is for another ceremony")
    if challenge.session_id != session_id:
        return Refused(Refusal.CHALLENGE, "the challenge belongs to another session")
    if now >= challenge.expires_at:
        return Refused(Refusal.EXPIRED, "the challenge has expired")
    return None


def _owner_refusal(answer: Answer, challenge: PasskeyChallenge, passkey: Passkey) -> Refused | None:
    """Require the passkey that was asked for, of the user it belongs to (7.2 steps 5 and 6)."""
    if answer.credential_id != passkey.credential_id:
        return Refused(Refusal.NOT_ALLOWED, "the answer names another passkey")
    if challenge.allowed and passkey.credential_id not in challenge.allowed:
        return Refused(Refusal.NOT_ALLOWED, "the passkey was not asked for")
    if challenge.user_id is not None and challenge.user_id != passkey.user_id:
        return Refused(Refusal.NOT_ALLOWED, "the passkey is of another user")
    nobody_named = challenge.user_id is None
    if (answer.user_handle or nobody_named) and answer.user_handle != passkey.user_id:
        return Refused(Refusal.NOT_ALLOWED, "the user handle is of another user")
    return None


def _shown(passkey: Passkey, answer: Answer, now: datetime) -> ShownFactor:
    """Tell what was shown; a device is named only by its own key, used on the device itself."""
    device_id = passkey.bound_device if answer.on_device else None
    return ShownFactor(Factor.PASSKEY, now, passkey.aaguid, device_id)
