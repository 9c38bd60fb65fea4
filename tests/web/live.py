"""A tenant that is served over TLS on loopback, for a real browser."""

from __future__ import annotations

import hashlib
import socket
import threading
from base64 import b64encode
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ostiary.web.app import sign_in_app
from tests.web.serving import Served, serve


@dataclass(frozen=True)
class Live:
    """What is served, where, and the key that the browser is to believe."""

    served: Served
    address: str
    key_hash: str


@contextmanager
def live(data: Path) -> Generator[Live]:
    """Serve a new tenant on a free port."""
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"https://localhost:{listening.getsockname()[1]}"
    served = serve(data, login_url=address)
    key_hash = _certificate(data)
    server = uvicorn.Server(
        uvicorn.Config(
            sign_in_app(served.service),
            ssl_keyfile=data / "browser.key",
            ssl_certfile=data / "browser.pem",
            log_level="warning",
            lifespan="off",
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield Live(served, address, key_hash)
    finally:
        server.should_exit = True
        thread.join()
        served.service.store.close()


def _certificate(folder: Path) -> str:
    """Make a certificate for localhost; gives the hash of its key as Chromium is told of it.

    WebAuthn is refused where a certificate is wrong, so that the browser has to trust this one.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    begins = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "browser.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "browser.key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    info = serialization.PublicFormat.SubjectPublicKeyInfo
    public = key.public_key().public_bytes(serialization.Encoding.DER, info)
    return b64encode(hashlib.sha256(public).digest()).decode("ascii")
