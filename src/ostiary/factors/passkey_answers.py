"""The answers of browsers to passkey challenges, and py_webauthn behind one typed face."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from webauthn import verify_authentication_response, verify_registration_response
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    parse_attestation_object,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import AttestationFormat
from webauthn.registration.verify_registration_response import VerifiedRegistration

from ostiary.factors.passkeys import ALGORITHMS, Passkey, PasskeyChallenge, PasskeySettings
from ostiary.model.errors import OstiaryError
from ostiary.model.json_types import as_object, as_strings

LONGEST_ID = 1023
"""Octets of a credential id (WebAuthn, 7.1 step 25)."""
_LONGEST_ANSWER = 64 * 1024
_SMALLEST_RSA = 2048
_UNREADABLE = (
    WebAuthnException,
    UnsupportedAlgorithm,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
)
"""What the library lets through for answers that do not have the shape it expects."""

Result = TypeVar("Result")


class AnswerRefused(OstiaryError):
    """An answer that cannot be accepted; the sentence is for the log."""

    code = "passkeyRefused"


@dataclass(frozen=True, slots=True)
class Answer:
    """The members of an answer that we look at ourselves."""

    body: Mapping[str, Any]
    credential_id: str
    user_handle: str | None
    transports: tuple[str, ...]
    on_device: bool
    """Whether the key is a part of the device that the browser runs on, as the browser says: not
    one on a stick, nor in a phone beside it (WebAuthn Level 3, 5.4.5)."""


def read_answer(body: Mapping[str, Any]) -> Answer:
    """Read an answer as JSON; raises AnswerRefused.

    The page must be ours at the top: a frame in a foreign page is refused (checklist WA01).
    """
    if len(_readable(lambda: json.dumps(body))) > _LONGEST_ANSWER:
        raise AnswerRefused("the answer is too long")
    response = as_object(body.get("response"))
    written = _readable(lambda: base64url_to_bytes(str(response.get("clientDataJSON", ""))))
    client = as_object(_readable(lambda: json.loads(written)))
    if client.get("crossOrigin", False) is not False or "topOrigin" in client:
        raise AnswerRefused("the page was in a frame of another origin")
    raw_id, handle = body.get("rawId"), response.get("userHandle")
    if not isinstance(raw_id, str) or not (handle is None or isinstance(handle, str)):
        raise AnswerRefused("the answer has not the form of one")
    octets = _readable(lambda: base64url_to_bytes(raw_id))
    if not 0 < len(octets) <= LONGEST_ID:
        raise AnswerRefused(f"expected a credential id of at most {LONGEST_ID} octets")
    user = _readable(lambda: base64url_to_bytes(handle).decode()) if handle else None
    transports = as_strings(response.get("transports"))
    on_device = body.get("authenticatorAttachment") == "platform"
    return Answer(body, bytes_to_base64url(octets), user, transports, on_device)


def verified_registration(
    answer: Answer, challenge: PasskeyChallenge, settings: PasskeySettings
) -> VerifiedRegistration:
    """Check everything that py_webauthn checks, the key and the attestation; raises AnswerRefused.

    Whether the user was verified is left to the caller.
    """
    roots = {
        form: list(settings.attestation_roots.get(form.value, ())) for form in AttestationFormat
    }
    checked = _readable(
        lambda: verify_registration_response(
            credential=dict(answer.body),
            expected_challenge=base64url_to_bytes(challenge.value),
            expected_rp_id=settings.rp_id,
            expected_origin=sorted(settings.origins),
            supported_pub_key_algs=list(ALGORITHMS),
            pem_root_certs_bytes_by_fmt=roots,
        )
    )
    if bytes_to_base64url(checked.credential_id) != answer.credential_id:
        raise AnswerRefused("the credential id is not that of the authenticator")
    _require_sound_key(checked.credential_public_key)
    if settings.attestation_roots and not is_attested(checked, settings):
        raise AnswerRefused("the model of the authenticator is not attested")
    return checked


def is_attested(checked: VerifiedRegistration, settings: PasskeySettings) -> bool:
    """Whether the attestation names the model with a chain to one of our roots.

    An authenticator that vouches for itself (no `x5c`) proves nothing.
    """
    if not settings.attestation_roots.get(AttestationFormat(checked.fmt).value):
        return False
    statement = parse_attestation_object(checked.attestation_object).att_stmt
    return bool(statement.x5c)


def verified_sign_in(
    answer: Answer, challenge: PasskeyChallenge, passkey: Passkey, settings: PasskeySettings
) -> VerifiedAuthentication:
    """Check everything that py_webauthn checks, the signature among it; raises AnswerRefused.

    The counter and the verification of the user are left to the caller: the library would refuse
    a counter before it knows whether the signature is right.
    """
    return _readable(
        lambda: verify_authentication_response(
            credential=dict(answer.body),
            expected_challenge=base64url_to_bytes(challenge.value),
            expected_rp_id=settings.rp_id,
            expected_origin=sorted(settings.origins),
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=0,
        )
    )


def _require_sound_key(encoded: bytes) -> None:
    """Require a P-256 or Ed25519 key, or RSA of 2048 bits (WebAuthn, 5.8.5)."""
    key = _readable(
        lambda: decoded_public_key_to_cryptography(decode_credential_public_key(encoded))
    )
    match key:
        case ec.EllipticCurvePublicKey() if isinstance(key.curve, ec.SECP256R1):
            return
        case rsa.RSAPublicKey() if key.key_size >= _SMALLEST_RSA:
            return
        case ed25519.Ed25519PublicKey():
            return
        case _:
            raise AnswerRefused("the key of the authenticator is too weak or of another kind")


def _readable(read: Callable[[], Result]) -> Result:
    try:
        return read()
    except _UNREADABLE as error:
        raise AnswerRefused(str(error) or type(error).__name__) from None
