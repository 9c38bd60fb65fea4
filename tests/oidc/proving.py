"""Certificates, assertions and stores for the tests of client authentication."""

from __future__ import annotations

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha1, sha256
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from ostiary.model.json_types import JsonObject
from ostiary.oidc.authorities import TenantNames
from ostiary.oidc.client_assertion import TokenEndpoints
from ostiary.oidc.client_auth import ProofSources
from ostiary.oidc.clients import ClientApp, ClientCertificate, FederatedCredential
from tests.oidc.asking import EARLIER, LATER, NOW

LOGIN = "https://localhost:8443"
TENANT = "aaaabbbb-0000-cccc-1111-dddd2222eeee"
TOKEN_URL = f"{LOGIN}/{TENANT}/oauth2/v2.0/token"
APP_ID = "33333333-0000-4000-8000-000000000001"
ISSUER = "https://issuer.example"
SUBJECT = "repo:fjordvik/deploy:ref:refs/heads/main"


@cache
def private_key(name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def certificate(name: str) -> bytes:
    key = private_key(name)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(EARLIER)
        .not_valid_after(LATER)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.DER)


def thumbprint(name: str) -> str:
    """The SHA-1 thumbprint as MSAL for Python writes it: base64url with its padding."""
    return urlsafe_b64encode(sha1(certificate(name), usedforsecurity=False).digest()).decode()


def thumbprint_s256(name: str) -> str:
    return base64url(sha256(certificate(name)).digest())


def chain(name: str, *, lines: int = 0) -> list[str]:
    """An `x5c`; MSAL for Python takes the certificate from its PEM file, line breaks and all."""
    text = b64encode(certificate(name)).decode()
    return ["\n".join(re.findall(f".{{1,{lines}}}", text)) if lines else text]


def base64url(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def signed(header: Mapping[str, Any], claims: Mapping[str, Any], key: str = "app") -> str:
    """Sign as the header says; what it names that we cannot do is signed by RS256."""
    first = base64url(json.dumps(header).encode())
    second = base64url(json.dumps(claims).encode())
    message = f"{first}.{second}".encode()
    sha = hashes.SHA256()
    scheme = (
        padding.PSS(padding.MGF1(sha), sha.digest_size)
        if header.get("alg") == "PS256"
        else padding.PKCS1v15()
    )
    return f"{first}.{second}.{base64url(private_key(key).sign(message, scheme, sha))}"


def jwk(name: str, **more: str) -> dict[str, str]:
    numbers = private_key(name).public_key().public_numbers()
    size = (numbers.n.bit_length() + 7) // 8
    return {
        "kty": "RSA",
        "n": base64url(numbers.n.to_bytes(size, "big")),
        "e": base64url(numbers.e.to_bytes(3, "big")),
        **more,
    }


def header_of_python(**changes: object) -> dict[str, object]:
    """What MSAL for Python sends (wire contract section 2.3)."""
    return {"alg": "RS256", "typ": "JWT", "x5t": thumbprint("app"), **changes}


def claims_of_app(**changes: object) -> dict[str, object]:
    at = NOW.timestamp()
    claims: dict[str, object] = {
        "aud": TOKEN_URL,
        "iss": APP_ID,
        "sub": APP_ID,
        "exp": at + 600.12,
        "iat": at + 0.12,
        "jti": "jti-1",
        **changes,
    }
    return {name: value for name, value in claims.items() if value is not None}


class Used:
    """A memory of assertions that keeps what it was asked."""

    def __init__(self, since: datetime | None = None) -> None:
        self.since = since
        self.seen: dict[tuple[str, str], datetime] = {}

    def first_use(self, client_id: str, jti: str, *, until: datetime) -> bool:
        if (client_id, jti) in self.seen:
            return False
        self.seen[client_id, jti] = until
        return True

    def remembered_since(self) -> datetime | None:
        return self.since


class Keys:
    """An issuer's keys, and what was asked for."""

    def __init__(self, *keys: JsonObject) -> None:
        self.keys = keys
        self.asked: list[tuple[str, str | None]] = []

    def keys_of(self, issuer: str, key_id: str | None) -> Sequence[JsonObject]:
        self.asked.append((issuer, key_id))
        return self.keys


def sources(used: Used | None = None, keys: Keys | None = None) -> ProofSources:
    names = TenantNames(TENANT, frozenset({"fjordvik.example"}))
    return ProofSources(TokenEndpoints(LOGIN, names), used or Used(), keys or Keys())


APP = ClientApp(
    APP_ID,
    certificates=(ClientCertificate("cert-1", certificate("app"), EARLIER, LATER),),
)
FEDERATED = ClientApp(APP_ID, federated=(FederatedCredential("fic-1", ISSUER, SUBJECT),))
OLD = NOW - timedelta(days=1)
