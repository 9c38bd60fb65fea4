"""Certificates that vouch for themselves: those of applications and devices to try things with."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

_CLOCKS_DIFFER: Final = timedelta(hours=1)


def self_signed(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, name: str, now: datetime, ends: datetime
) -> x509.Certificate:
    """Give a certificate for a common name, by its own key; it counts from an hour ago."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCKS_DIFFER)
        .not_valid_after(ends)
        .sign(key, hashes.SHA256())
    )
