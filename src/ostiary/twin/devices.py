"""Devices to sign in from: for each a value of `Client-Cert`, which a twin believes of its host.

A registered device has a certificate with its device id as the common name. Private keys are not in
an export; the header (RFC 9440) names the device without one, as a proxy would that ended TLS.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ostiary.directory.documents import Stored
from ostiary.serving.self_signed import self_signed

_LASTS: Final = timedelta(days=3650)
MOST: Final = 200
"""So many devices have a header; those that are compliant or joined come first."""


@dataclass(frozen=True, slots=True)
class TwinDevice:
    """A device to sign in from; `client_cert` is the header's value."""

    device_id: str
    name: str
    trust_type: str
    compliant: bool
    client_cert: str


def devices_of(stored: Iterable[Stored], now: datetime) -> Iterator[TwinDevice]:
    """Give the devices that count in sign-ins."""
    key = ec.generate_private_key(ec.SECP256R1())
    usable = (each.document for each in stored if each.document.get("accountEnabled") is not False)
    found = [each for each in usable if isinstance(each.get("deviceId"), str)]
    found.sort(key=lambda each: not (each.get("isCompliant") or each.get("trustType")))
    for each in found[:MOST]:
        device_id = str(each["deviceId"])
        yield TwinDevice(
            device_id,
            str(each.get("displayName") or device_id),
            str(each.get("trustType") or ""),
            each.get("isCompliant") is True,
            _header(key, device_id, now),
        )


def _header(key: ec.EllipticCurvePrivateKey, device_id: str, now: datetime) -> str:
    certificate = self_signed(key, device_id, now, now + _LASTS)
    return f":{b64encode(certificate.public_bytes(Encoding.DER)).decode('ascii')}:"
