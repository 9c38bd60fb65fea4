"""Devices by their certificates: which header counts, which name, which device."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from ostiary.signin.client_address import trusted_proxies
from ostiary.signin.devices import device_id_of, shown_certificate
from tests.secrecy.seeded import START

DEVICE = "5a1f9a40-0000-4000-8000-0000000000e1"
PROXIES = trusted_proxies(["10.0.0.0/8"])


def certificate(*names: str) -> bytes:
    """Make a certificate of some common names."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each) for each in names])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    built = built.public_key(key.public_key()).serial_number(1)
    built = built.not_valid_before(START).not_valid_after(START + timedelta(days=1))
    return built.sign(key, SHA256()).public_bytes(Encoding.DER)


def header(content: bytes) -> dict[str, str]:
    """Write a certificate as RFC 9440 has it."""
    return {"client-cert": f":{b64encode(content).decode()}:"}


def test_TK13_the_header_counts_from_a_configured_proxy_only() -> None:
    assert shown_certificate(header(b"h"), "10.0.0.1", b"tls", PROXIES) == b"h"
    assert shown_certificate(header(b"h"), "192.0.2.1", b"tls", PROXIES) == b"tls"
    assert shown_certificate(header(b"h"), "192.0.2.1", None, PROXIES) is None
    assert shown_certificate(header(b"h"), None, None, PROXIES) is None
    assert shown_certificate(header(b"h"), "no address", None, PROXIES) is None


def test_TK13_the_certificate_of_the_proxy_itself_is_nobodys() -> None:
    assert shown_certificate({}, "10.0.0.1", b"tls", PROXIES) is None


@pytest.mark.parametrize("value", ["", ":", "::", "abc", ":abc", ":not base64:", ":aGk=:, :aGk=:"])
def test_a_header_that_is_none_shows_nothing(value: str) -> None:
    assert not shown_certificate({"client-cert": value}, "10.0.0.1", None, PROXIES)


def test_the_common_name_is_the_device_id() -> None:
    assert device_id_of(certificate(DEVICE.upper())) == DEVICE
    assert device_id_of(certificate("laptop-7")) is None
    assert device_id_of(certificate(DEVICE, DEVICE)) is None
    assert device_id_of(certificate()) is None
    assert device_id_of(b"no certificate") is None
