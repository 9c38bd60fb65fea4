"""A client certificate of the connection itself: what the listener believes."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from ostiary.directory.protocols import SYSTEM
from ostiary.serving.certificates import CA_CERTIFICATE
from ostiary.serving.host import opened_store
from tests.serving.processes import Process, running
from tests.signin.test_devices import DEVICE
from tests.web.serving import AZ, PASSWORD, POLICY, TENANT

FORM = {
    "grant_type": "password",
    "client_id": AZ,
    "username": "astrid@fjordvik.example",
    "password": PASSWORD,
    "scope": "https://management.core.windows.net//.default",
}


class Authority:
    """Signs certificates of devices."""

    def __init__(self, folder: Path, name: str) -> None:
        """Make the authority and its file."""
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.folder = folder
        self.file = folder / f"{name}.pem"
        own = self._built(self.name, self.key, authority=True)
        self.file.write_bytes(own.public_bytes(Encoding.PEM))

    def device(self, common_name: str) -> Path:
        """Make key and certificate of a device, in one file."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
        made = self._built(name, key, authority=False)
        path = self.folder / f"{self.file.stem}-{common_name}.pem"
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(private + made.public_bytes(Encoding.PEM))
        return path

    def _built(
        self, name: x509.Name, key: ec.EllipticCurvePrivateKey, *, authority: bool
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        built = x509.CertificateBuilder().subject_name(name).issuer_name(self.name)
        built = built.public_key(key.public_key()).serial_number(x509.random_serial_number())
        built = built.not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
        constraints = x509.BasicConstraints(ca=authority, path_length=None)
        return built.add_extension(constraints, critical=True).sign(self.key, SHA256())


def asked(served: Process, shown: Path | None) -> httpx.Response:
    """Ask for a token, showing a certificate or none."""
    trust = ssl.create_default_context(cafile=served.data / CA_CERTIFICATE)
    if shown:
        trust.load_cert_chain(shown)
    with httpx.Client(verify=trust, timeout=30) as client:
        return client.post(f"{served.login_url}/{TENANT}/oauth2/v2.0/token", data=FORM)


def test_a_device_is_known_by_a_certificate_of_a_configured_authority_only(
    data: Path, tmp_path: Path
) -> None:
    ours, foreign = Authority(tmp_path, "ours"), Authority(tmp_path, "foreign")
    with opened_store(data, {}) as store:
        device = {"deviceId": DEVICE, "displayName": "Laptop 7", "isCompliant": True}
        store.devices.create(device, by=SYSTEM)
        grant = {"operator": "OR", "builtInControls": ["compliantDevice"]}
        store.policies.modify(POLICY, {"grantControls": grant, "state": "enabled"}, by=SYSTEM)
    settings = {
        "OSTIARY_PASSWORD_GRANT__ENABLED": "true",
        "OSTIARY_PASSWORD_GRANT__APPS": AZ,
        "OSTIARY_TLS__DEVICE_AUTHORITIES": str(ours.file),
    }
    with running(data, environment=settings) as served:
        assert asked(served, None).json()["error_codes"] == [50097]
        assert asked(served, ours.device("laptop-7")).json()["error_codes"] == [50097]
        assert "access_token" in asked(served, ours.device(DEVICE)).json()
        with pytest.raises(httpx.HTTPError):
            asked(served, foreign.device(DEVICE))
        assert served.stop() == 0
