"""WA01: where attestation is enforced, a passkey's model must be vouched for by its maker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from ostiary.factors.kinds import Refused
from ostiary.factors.passkey_checks import PasskeyMade, register
from ostiary.factors.passkeys import registration_options
from tests.factors.authenticator import Authenticator, Spoil
from tests.factors.test_passkey_registration import ALICE, CHALLENGE, SETTINGS
from tests.secrecy.seeded import START

MODEL = bytes(range(16))
SHA256 = hashes.SHA256()
FROM, UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC)


def name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "SE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Maker"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Authenticator Attestation"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


@dataclass
class Maker:
    """A maker of authenticators: a root, and the key in every device of a model."""

    root: x509.Certificate
    leaf: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def new(cls) -> Maker:
        root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        root = certificate("Root", root_key, "Root", root_key, authority=True)
        leaf = certificate("Model", key, "Root", root_key, authority=False)
        return cls(root, leaf, key)

    def pem(self) -> bytes:
        return self.root.public_bytes(Encoding.PEM)

    def attest(self, octets: bytes) -> Mapping[str, Any]:
        signature = self.key.sign(octets, ec.ECDSA(SHA256))
        return {"alg": -7, "sig": signature, "x5c": [self.leaf.public_bytes(Encoding.DER)]}


def certificate(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    authority: bool,
) -> x509.Certificate:
    constraints = x509.BasicConstraints(ca=authority, path_length=None)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(FROM)
        .not_valid_after(UNTIL)
        .add_extension(constraints, critical=True)
    )
    return builder.sign(issuer_key, SHA256)


MAKER, OTHER = Maker.new(), Maker.new()
ENFORCED = replace(SETTINGS, attestation_roots={"packed": (MAKER.pem(),)})
DEVICE = Authenticator()


def made_of(spoil: Spoil) -> PasskeyMade | Refused:
    answer = DEVICE.create(registration_options(CHALLENGE, ALICE, ENFORCED), spoil)
    return register(answer, CHALLENGE, session_id="session", settings=ENFORCED, known=(), now=START)


def test_WA01_an_attested_passkey_names_its_model() -> None:
    made = made_of(Spoil(fmt="packed", attest=MAKER.attest, aaguid=MODEL))
    assert isinstance(made, PasskeyMade)
    assert made.passkey.attested
    assert made.shown.aaguid == "00010203-0405-0607-0809-0a0b0c0d0e0f"


def test_WA01_the_browser_is_asked_for_the_attestation() -> None:
    assert registration_options(CHALLENGE, ALICE, ENFORCED)["attestation"] == "direct"


def of_itself(octets: bytes) -> Mapping[str, Any]:
    return {"alg": -7, "sig": DEVICE.sign(octets)}


@pytest.mark.parametrize(
    "spoil",
    [
        Spoil(),
        Spoil(fmt="packed", attest=of_itself),
        Spoil(fmt="packed", attest=OTHER.attest),
        Spoil(fmt="packed", attest=lambda _: MAKER.attest(b"something else")),
    ],
    ids=["none", "of itself", "another maker", "a wrong signature"],
)
def test_WA01_a_passkey_nobody_vouches_for_is_refused(spoil: Spoil) -> None:
    assert isinstance(made_of(spoil), Refused)


def test_WA01_without_roots_a_passkey_that_vouches_for_itself_counts_as_not_attested() -> None:
    made = register(
        DEVICE.create(
            registration_options(CHALLENGE, ALICE, SETTINGS), Spoil(fmt="packed", attest=of_itself)
        ),
        CHALLENGE,
        session_id="session",
        settings=SETTINGS,
        known=(),
        now=START,
    )
    assert isinstance(made, PasskeyMade)
    assert not made.passkey.attested
