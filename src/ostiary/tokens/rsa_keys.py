"""Making RSA keys, their public form and their private half in its seal."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from joserfc.jwk import RSAKey

from ostiary.model.base64url import encoded
from ostiary.secrecy.sealing import Place, Sealer
from ostiary.secrecy.secret import Secret
from ostiary.tokens.keys import KeyState, SigningKey

BITS = 2048
_EXPONENT = 65537


def make_signing_key(sealer: Sealer, state: KeyState, now: datetime) -> SigningKey:
    """Make a key and seal its private half, bound to its `kid`."""
    private = rsa.generate_private_key(public_exponent=_EXPONENT, key_size=BITS)
    numbers = private.public_key().public_numbers()
    modulus, exponent = _base64(numbers.n), _base64(numbers.e)
    kid = thumbprint(modulus, exponent)
    octets = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    sealed = sealer.seal(Secret(octets), _place(kid))
    return SigningKey(kid, state, now, modulus, exponent, sealed)


def open_private(key: SigningKey, sealer: Sealer) -> rsa.RSAPrivateKey:
    """Open the private half of a key; raises SealError."""
    octets = sealer.open(key.sealed_private, _place(key.kid)).reveal()
    private = load_der_private_key(octets, password=None)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise TypeError("a sealed signing key is no RSA key")
    return private


def public_half(modulus: str, exponent: str) -> RSAKey:
    """Give the key that verifies."""
    return RSAKey.import_key({"kty": "RSA", "n": modulus, "e": exponent})


def seal_afresh(key: SigningKey, sealer: Sealer) -> bytes:
    """Give the private half sealed with the current key-encryption key."""
    return sealer.seal(sealer.open(key.sealed_private, _place(key.kid)), _place(key.kid))


def thumbprint(modulus: str, exponent: str) -> str:
    """Give the JWK thumbprint of an RSA key (RFC 7638, 3.2), in base64url."""
    members = json.dumps({"e": exponent, "kty": "RSA", "n": modulus}, separators=(",", ":"))
    digest = hashlib.sha256(members.encode()).digest()
    return encoded(digest)


def _place(kid: str) -> Place:
    return Place("signing_keys", kid, "sealed_private")


def _base64(number: int) -> str:
    octets = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return encoded(octets)
