"""An authenticator in software whose answers can be spoiled at any place, then signed again.

soft-webauthn makes the key; flags, counters, client data and signatures are ours, since it sets
no flag for a verified user.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from soft_webauthn import SoftWebauthnDevice  # pyright: ignore[reportMissingTypeStubs]  # has none
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

ORIGIN = "https://login.contoso.example"
RP_ID = "login.contoso.example"
UP, UV, BE, BS, AT, ED = 0x01, 0x04, 0x08, 0x10, 0x40, 0x80


@dataclass
class Spoil:
    """What an answer says otherwise than a good one would."""

    client: Mapping[str, Any] = field(default_factory=dict[str, Any])
    without: frozenset[str] = frozenset()
    flags: int | None = None
    rp_id: str = RP_ID
    count: int = 0
    credential_id: bytes | None = None
    key: bytes | None = None
    extra: bytes = b""
    fmt: str = "none"
    statement: Mapping[str, Any] = field(default_factory=dict[str, Any])
    attest: Callable[[bytes], Mapping[str, Any]] | None = None
    """Makes the statement out of what an attestation signs."""
    outer: Mapping[str, Any] = field(default_factory=dict[str, Any])
    response: Mapping[str, Any] = field(default_factory=dict[str, Any])
    signature: Callable[[bytes], bytes] = bytes
    aaguid: bytes = bytes(16)


GOOD = Spoil()


class Authenticator:
    """Holds one key."""

    def __init__(self) -> None:
        device: Any = SoftWebauthnDevice()
        device.cred_init(RP_ID, b"")
        self.credential_id: bytes = device.credential_id
        self.private_key: ec.EllipticCurvePrivateKey = device.private_key

    @property
    def id(self) -> str:
        return bytes_to_base64url(self.credential_id)

    def cose(self) -> bytes:
        numbers = self.private_key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def create(self, options: Mapping[str, Any], spoil: Spoil = GOOD) -> dict[str, Any]:
        """Answer `navigator.credentials.create`."""
        identifier = spoil.credential_id or self.credential_id
        flags = UP | UV | AT if spoil.flags is None else spoil.flags
        attested = spoil.aaguid + struct.pack(">H", len(identifier)) + identifier
        attested += spoil.key if spoil.key is not None else self.cose()
        authenticator_data = _head(spoil, flags) + (attested if flags & AT else b"") + spoil.extra
        client = _client_data("webauthn.create", options, spoil)
        statement = dict(spoil.statement)
        if spoil.attest:
            statement = dict(spoil.attest(authenticator_data + sha256(client).digest()))
        attestation = cbor2.dumps(
            {"fmt": spoil.fmt, "attStmt": statement, "authData": authenticator_data}
        )
        response: dict[str, Any] = {
            "clientDataJSON": bytes_to_base64url(client),
            "attestationObject": bytes_to_base64url(attestation),
            "transports": ["internal"],
        }
        return self._answer(response, spoil)

    def get(
        self, options: Mapping[str, Any], user: str | None, spoil: Spoil = GOOD
    ) -> dict[str, Any]:
        """Answer `navigator.credentials.get`."""
        flags = UP | UV if spoil.flags is None else spoil.flags
        authenticator_data = _head(spoil, flags) + spoil.extra
        client = _client_data("webauthn.get", options, spoil)
        signature = self.sign(authenticator_data + sha256(client).digest())
        response: dict[str, Any] = {
            "clientDataJSON": bytes_to_base64url(client),
            "authenticatorData": bytes_to_base64url(authenticator_data),
            "signature": bytes_to_base64url(spoil.signature(signature)),
        }
        if user is not None:
            response["userHandle"] = bytes_to_base64url(user.encode())
        return self._answer(response, spoil)

    def sign(self, octets: bytes) -> bytes:
        return self.private_key.sign(octets, ec.ECDSA(hashes.SHA256()))

    def _answer(self, response: dict[str, Any], spoil: Spoil) -> dict[str, Any]:
        answer = {
            "id": self.id,
            "rawId": self.id,
            "type": "public-key",
            "clientExtensionResults": {},
            "response": response | dict(spoil.response),
        }
        return answer | dict(spoil.outer)


def _head(spoil: Spoil, flags: int) -> bytes:
    return sha256(spoil.rp_id.encode()).digest() + bytes([flags]) + struct.pack(">I", spoil.count)


def _client_data(kind: str, options: Mapping[str, Any], spoil: Spoil) -> bytes:
    said = {
        "type": kind,
        "challenge": bytes_to_base64url(base64url_to_bytes(options["challenge"])),
        "origin": ORIGIN,
        "crossOrigin": False,
    }
    told = said | dict(spoil.client)
    return json.dumps({k: v for k, v in told.items() if k not in spoil.without}).encode()
