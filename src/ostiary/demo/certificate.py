"""The certificate by which the application of the demonstration proves itself."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from ostiary.secrecy.randomness import Randomness
from ostiary.serving.files import PRIVATE, PUBLIC, write_anew
from ostiary.serving.self_signed import self_signed

SP_KEY: Final = "timetable-publisher.key"
SP_CRT: Final = "timetable-publisher.crt"
SP_CERT: Final = "timetable-publisher.pem"
"""Key and certificate in one file, as az and azure-identity take them."""


def write_certificate(
    folder: Path, name: str, now: datetime, ends: datetime, randomness: Randomness
) -> str:
    """Make a key and its self-signed certificate in a folder; give the certificate in base64."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    certificate = self_signed(key, name, now, ends)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    write_anew(folder / SP_KEY, private, mode=PRIVATE, randomness=randomness)
    write_anew(folder / SP_CRT, public, mode=PUBLIC, randomness=randomness)
    write_anew(folder / SP_CERT, private + public, mode=PRIVATE, randomness=randomness)
    return b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode("ascii")
