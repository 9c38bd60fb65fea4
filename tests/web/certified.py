"""Certificates of applications, and what they sign, in tests over HTTP."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from joserfc import jws
from joserfc.jwk import RSAKey

from tests.oidc.proving import base64url

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@cache
def _key(name: str, bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


class Certified:
    """A key with its certificate, valid from a day before `now` for a year."""

    def __init__(self, name: str, now: datetime, *, bits: int = 2048) -> None:
        """Make the certificate."""
        self.now = now
        self._private = _key(name, bits)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(self._private.public_key())
            .serial_number(1)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=365))
            .sign(self._private, hashes.SHA256())
        )

    @property
    def der(self) -> bytes:
        """The certificate in DER."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def credential(self) -> dict[str, Any]:
        """Graph's keyCredential."""
        key = b64encode(self.der).decode()
        return {"type": "AsymmetricX509Cert", "usage": "Verify", "key": key}

    def signs(self, claims: dict[str, Any]) -> str:
        """Sign claims, naming the certificate by its thumbprint."""
        header = {"alg": "RS256", "typ": "JWT", "x5t#S256": base64url(sha256(self.der).digest())}
        registry = jws.JWSRegistry(algorithms=["RS256"], strict_check_header=False)
        payload = json.dumps(claims).encode()
        key = RSAKey.import_key(self._private)
        return jws.serialize_compact(header, payload, key, registry=registry)

    def assertion(self, app_id: str, audience: str, jti: str) -> dict[str, str]:
        """Give what an application sends to the token endpoint to prove itself."""
        now = int(self.now.timestamp())
        claims = {"iss": app_id, "sub": app_id, "aud": audience, "jti": jti}
        return {
            "client_assertion_type": ASSERTION,
            "client_assertion": self.signs({**claims, "nbf": now, "exp": now + 300}),
        }

    def proof(self, object_id: str, **changes: Any) -> str:
        """Give a proof of possession for a change of an object."""
        now = int(self.now.timestamp())
        claims = {"aud": "00000002-0000-0000-c000-000000000000", "iss": object_id}
        return self.signs({**claims, "nbf": now, "exp": now + 600, **changes})
