"""The device a request comes from, by the certificate that it shows.

The certificate's common name is the device id, as in the certificates that Microsoft Entra gives to
registered devices (entra-docs devices/concept-primary-refresh-token: a device is registered with a
key and a certificate). Whoever ends TLS checks chain, time and possession of the key: the sign-in
listener against the configured authorities, or a trusted proxy, which hands the certificate on in
the header `Client-Cert` (RFC 9440). Compliance and trust type are what the directory says of the
device now. See docs/decisions/0010.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Iterator
from typing import Final
from uuid import UUID

from cryptography import x509
from cryptography.x509.oid import NameOID

from ostiary.conditions.devices import DEVICE_FILTER
from ostiary.directory.store import Aggregates
from ostiary.model.json_types import JsonObject, as_object, as_strings, is_list
from ostiary.model.signin import Device, PropertyValue
from ostiary.signin.client_address import TrustedProxies, from_proxy
from ostiary.signin.headers import Headers

HEADER: Final = "client-cert"
"""RFC 9440 section 2.2: a byte sequence, which is base64 between colons."""
_TRUST: Final = {"azuread": "AzureAD", "serverad": "ServerAD", "workplace": "Workplace"}
"""Graph writes `AzureAd` and `ServerAd`; filters and the sign-in log say it so."""


def shown_certificate(
    headers: Headers, peer: str | None, of_connection: bytes | None, proxies: TrustedProxies
) -> bytes | None:
    """Give the client's certificate in DER, None where it shows none (checklist TK13).

    Behind a trusted proxy the connection is the proxy's own, and its header counts; from anybody
    else the header is hearsay.
    """
    if not from_proxy(peer, proxies):
        return of_connection
    value = headers.get(HEADER, "").strip()
    if not (len(value) > 1 and value.startswith(":") and value.endswith(":")):
        return None
    try:
        return b64decode(value[1:-1], validate=True)
    except BadBase64:
        return None


def device_id_of(certificate: bytes) -> str | None:
    """Give the device id that a certificate names, None where it names none."""
    try:
        subject = x509.load_der_x509_certificate(certificate).subject
        names = [str(each.value) for each in subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
        return str(UUID(names[0])) if len(names) == 1 else None
    except ValueError:
        return None


def own_id(device: Device | None) -> str | None:
    """Give the `deviceId` of a device."""
    found = device.get("deviceid") if device else None
    return found if isinstance(found, str) and found else None


def device_named(store: Aggregates, device_id: str) -> Device | None:
    """Give a registered device as it is now; one that was disabled is as good as none."""
    found = store.devices.by_device_id(device_id)
    if found is None or found.document.get("accountEnabled") is False:
        return None
    return Device(tuple(sorted(_properties(found.document))))


def _properties(document: JsonObject) -> Iterator[tuple[str, PropertyValue]]:
    """Give what filters for devices and grant controls ask for, by lower-case name."""
    written = {name.casefold(): value for name, value in document.items()}
    extensions = as_object(written.get("extensionattributes"))
    written |= {name.casefold(): value for name, value in extensions.items()}
    for name in DEVICE_FILTER.properties:
        value = written.get(name)
        if name == "deviceid":
            yield name, str(value).casefold()
        elif name == "trusttype" and isinstance(value, str):
            yield name, _TRUST.get(value.casefold(), value)
        elif name == "iscompliant":
            yield name, value is True
        elif isinstance(value, str | bool):
            yield name, value
        elif is_list(value):
            yield name, tuple(as_strings(value))
