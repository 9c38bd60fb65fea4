"""The local certificate authority, and the certificate that the listeners show.

Made so that strict verifiers accept them (`openssl verify -x509_strict`, Python's
VERIFY_X509_STRICT; RFC 5280 sections 4.2.1.1, 4.2.1.2, 4.2.1.3, 4.2.1.9).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ostiary.secrecy.clock import Clock
from ostiary.secrecy.private_files import require_private
from ostiary.secrecy.randomness import Randomness
from ostiary.serving.files import (
    PRIVATE,
    PUBLIC,
    DataFileError,
    read_if_there,
    write_anew,
    write_once,
)

CA_CERTIFICATE: Final = "ca.pem"
CA_KEY: Final = "ca.key"
SERVER: Final = "server.pem"
"""Key and certificate in one file, so that a process never sees the key of another certificate."""
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
CA_LIFE: Final = timedelta(days=3650)
SERVER_LIFE: Final = timedelta(days=397)
RENEWED: Final = timedelta(days=30)
"""How long before its end a certificate is renewed."""
_EARLIER: Final = timedelta(hours=1)
"""How long before it was made a certificate begins: the clocks of clients differ."""


class CertificateError(DataFileError):
    """A certificate or its key cannot be used."""

    code = "certificate"


@dataclass(frozen=True, slots=True)
class LocalCA:
    """The certificate authority of a data folder."""

    file: Path
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """The files that a listener loads, both the same where key and certificate stand in one."""

    certificate: Path
    key: Path
    names: tuple[str, ...]
    ends: datetime


def names_of(urls: Iterable[str]) -> tuple[str, ...]:
    """Give the hosts that public URLs name, each once."""
    return tuple(dict.fromkeys(host for url in urls if (host := urlsplit(url).hostname)))


def local_ca(folder: Path, *, clock: Clock, randomness: Randomness) -> LocalCA:
    """Open the authority of a data folder; it is made where there is none yet.

    Its key is made once and never replaced. A certificate that soon ends is made anew for the same
    key, so that what it signed stays good. Raises DataFileError.
    """
    key = _key(folder, randomness)
    path, now = folder / CA_CERTIFICATE, clock.now()
    written = read_if_there(path)
    if written is None:
        made = _pem(_authority(key, now, randomness))
        written = write_once(path, made, mode=PUBLIC, randomness=randomness)
    certificate = _certificate(written, path)
    if certificate.public_key() != key.public_key():
        raise CertificateError(
            f"expected `{path}` to be the certificate of `{folder / CA_KEY}`, and it is not",
            hint="put the right file back, or remove both and let clients trust the new one",
        )
    if not _is_good(certificate, now):
        certificate = _authority(key, now, randomness)
        write_anew(path, _pem(certificate), mode=PUBLIC, randomness=randomness)
    return LocalCA(path, certificate, key)


def server_certificate(
    folder: Path, names: Iterable[str], *, clock: Clock, randomness: Randomness
) -> ServerCertificate:
    """Give a certificate by the local authority for these names, renewed where that is due.

    Due is one with less than 30 days left, for other names, or by another authority.
    Raises DataFileError.
    """
    authority = local_ca(folder, clock=clock, randomness=randomness)
    wanted, now, path = tuple(dict.fromkeys(names)), clock.now(), folder / SERVER
    found = _existing(path)
    if found is None or not (_is_good(found, now) and _fits(found, wanted, authority)):
        key = ec.generate_private_key(ec.SECP256R1())
        found = _leaf(authority, key, wanted, now, randomness)
        content = _key_pem(key) + _pem(found)
        write_anew(path, content, mode=PRIVATE, randomness=randomness)
    return ServerCertificate(path, path, wanted, found.not_valid_after_utc)


def own_certificate(
    certificate: Path, key: Path, names: Iterable[str], *, clock: Clock
) -> ServerCertificate:
    """Check the files that an administrator set: key, time and names have to fit.

    Raises CertificateError.
    """
    wanted = tuple(dict.fromkeys(names))
    found = read_certificate(certificate)
    if _any_key(_there(key), key).public_key() != found.public_key():
        raise CertificateError(f"expected `{key}` to be the key of `{certificate}`, and it is not")
    now = clock.now()
    if not found.not_valid_before_utc <= now < found.not_valid_after_utc:
        raise CertificateError(
            f"expected `{certificate}` to be valid now, and it is valid from "
            f"{found.not_valid_before_utc:%Y-%m-%d} to {found.not_valid_after_utc:%Y-%m-%d}",
            hint="put a renewed certificate in its place",
        )
    missing = [name for name in wanted if not _covers(found, name)]
    if missing:
        raise CertificateError(
            f"expected `{certificate}` to be for `{missing[0]}`, and it is for "
            f"{', '.join(sorted(_names_in(found))) or 'no name'}",
            hint="set the public URLs to the names of the certificate, or get another one",
        )
    return ServerCertificate(certificate, key, wanted, found.not_valid_after_utc)


def read_certificate(path: Path) -> x509.Certificate:
    """Read the first certificate of a PEM file. Raises CertificateError."""
    return _certificate(_there(path), path)


def _key(folder: Path, randomness: Randomness) -> ec.EllipticCurvePrivateKey:
    path = folder / CA_KEY
    content = read_if_there(path)
    if content is None:
        made = _key_pem(ec.generate_private_key(ec.SECP256R1()))
        content = write_once(path, made, mode=PRIVATE, randomness=randomness)
    require_private(path, CertificateError)
    found = _any_key(content, path)
    if not isinstance(found, ec.EllipticCurvePrivateKey):
        raise CertificateError(f"expected an elliptic curve key in `{path}`, came another kind")
    return found


def _authority(
    key: ec.EllipticCurvePrivateKey, now: datetime, randomness: Randomness
) -> x509.Certificate:
    # One name for the life of the key: what it signed before stays good under a renewed one.
    mark = x509.SubjectKeyIdentifier.from_public_key(key.public_key()).digest.hex()[:8]
    name = _name(f"Ostiary local CA {mark}")
    built = _builder(name, name, key.public_key(), now, CA_LIFE, randomness)
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    built = built.add_extension(_usage(signs_certificates=True), critical=True)
    return built.sign(key, SHA256())


def _leaf(
    authority: LocalCA,
    key: ec.EllipticCurvePrivateKey,
    names: tuple[str, ...],
    now: datetime,
    randomness: Randomness,
) -> x509.Certificate:
    issuer = authority.certificate.subject
    built = _builder(_name("Ostiary"), issuer, key.public_key(), now, SERVER_LIFE, randomness)
    mark = authority.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    above = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(mark.value)
    built = built.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    built = built.add_extension(_usage(signs_certificates=False), critical=True)
    built = built.add_extension(above, critical=False)
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    built = built.add_extension(purpose, critical=False)
    alternatives = x509.SubjectAlternativeName([_general(name) for name in names])
    return built.add_extension(alternatives, critical=False).sign(authority.key, SHA256())


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now: datetime,
    life: timedelta,
    randomness: Randomness,
) -> x509.CertificateBuilder:
    built = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    # RFC 5280 section 4.1.2.2: positive, and of at most 20 octets.
    built = built.serial_number(int.from_bytes(b"\x01" + randomness.octets(15)))
    built = built.not_valid_before(now - _EARLIER).not_valid_after(now + life)
    return built.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(_ascii(name))


def _ascii(name: str) -> str:
    try:
        return name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise CertificateError(
            f"expected the name of a host, came `{name}`", hint="correct the public URL"
        ) from None


def _is_good(certificate: x509.Certificate, now: datetime) -> bool:
    begun = certificate.not_valid_before_utc <= now
    return begun and now + RENEWED < certificate.not_valid_after_utc


def _fits(certificate: x509.Certificate, names: tuple[str, ...], authority: LocalCA) -> bool:
    try:
        certificate.verify_directly_issued_by(authority.certificate)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return _names_in(certificate) == frozenset(_written(_general(name)) for name in names)


def _names_in(certificate: x509.Certificate) -> frozenset[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return frozenset()
    return frozenset(_written(each) for each in found.value)


def _written(name: x509.GeneralName) -> str:
    return str(name.value).lower()


def _covers(certificate: x509.Certificate, name: str) -> bool:
    names, wanted = _names_in(certificate), _written(_general(name))
    _, dot, rest = wanted.partition(".")
    return wanted in names or bool(dot and f"*.{rest}" in names)


def _existing(path: Path) -> x509.Certificate | None:
    content = read_if_there(path)
    if content is None:
        return None
    try:
        found = _certificate(content, path)
        key = _any_key(content, path)
    except CertificateError:
        return None  # ours to make again
    require_private(path, CertificateError)
    return found if key.public_key() == found.public_key() else None


def _there(path: Path) -> bytes:
    content = read_if_there(path)
    if content is None:
        raise CertificateError(f"expected a file `{path}`, which is not there")
    return content


def _certificate(content: bytes, path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(content)
    except ValueError:
        raise CertificateError(
            f"expected a certificate in PEM in `{path}`, and it is not"
        ) from None


def _any_key(content: bytes, path: Path) -> PrivateKeyTypes:
    try:
        return load_pem_private_key(content, None)
    except (ValueError, TypeError):
        raise CertificateError(
            f"expected a private key in PEM without a password in `{path}`, and it is not"
        ) from None


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
