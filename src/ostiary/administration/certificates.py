"""Certificates of applications and service principals: registered, listed anew, rolled.

Sources: Graph resources keycredential; api-reference application-addkey, application-removekey;
graph/application-rollkey-prooftoken; checklist TK02.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc.jwk import RSAKey

from ostiary.directory.applications import AppCredential
from ostiary.directory.errors import NoSuchObject, ObjectExists
from ostiary.directory.protocols import Actor
from ostiary.directory.store import Aggregates, Store
from ostiary.model.errors import InputError
from ostiary.tokens.errors import TokenRefused
from ostiary.tokens.signed import Lifetime, numeric_date, verified

MOST_CERTIFICATES: Final = 50
_UNREADABLE: Final = (ValueError, UnsupportedAlgorithm, x509.InvalidVersion)
"""What is raised for octets that are no certificate, or none that can be read."""
_FEWEST_BITS: Final = 2048
_PROOF_AUDIENCE: Final = "00000002-0000-0000-c000-000000000000"
"""What a proof of possession is meant for (graph/application-rollkey-prooftoken)."""
_LONGEST_PROOF_SECONDS: Final = 600
_SKEW_SECONDS: Final = 300
"""Of clocks, as Entra allows it."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose credentials: an application's, or those that a service principal has of its own."""

    app_id: str
    principal_id: str | None = None

    def credentials(self, work: Aggregates, kind: str) -> list[AppCredential]:
        """Give the holder's credentials of a kind."""
        return [
            each
            for each in work.app_credentials.of_app(self.app_id)
            if each.kind == kind and each.principal_id == self.principal_id
        ]

    def marked(self) -> dict[str, str]:
        """Give what a credential's document says of its holder."""
        return {"servicePrincipalId": self.principal_id} if self.principal_id else {}


@dataclass(frozen=True, slots=True)
class NewCertificate:
    """A certificate that was read; `starts` and `ends` are within its own validity."""

    der: bytes
    starts: datetime
    ends: datetime
    display_name: str | None = None
    key_id: str | None = None


def read_certificate(
    text: str,
    *,
    starts: datetime | None = None,
    ends: datetime | None = None,
    display_name: str | None = None,
    key_id: str | None = None,
) -> NewCertificate:
    """Read a certificate in base64 (DER, or PEM). Raises InputError telling what is wrong."""
    found = _certificate(text)
    try:
        public = found.public_key()
        first, last = found.not_valid_before_utc, found.not_valid_after_utc
        subject = found.subject.rfc4514_string()
    except _UNREADABLE as error:
        raise _unreadable() from error
    if not isinstance(public, RSAPublicKey) or public.key_size < _FEWEST_BITS:
        raise InputError(f"expected a certificate with an RSA key of {_FEWEST_BITS} bits or more")
    begin, end = max(starts or first, first), min(ends or last, last)
    if begin >= end:
        raise InputError(
            f"expected a time within the certificate's own: {first.isoformat()} to "
            f"{last.isoformat()}"
        )
    return NewCertificate(
        found.public_bytes(Encoding.DER), begin, end, display_name or subject, key_id
    )


def keep_certificates(
    work: Aggregates,
    holder: Holder,
    *,
    kept: Collection[str],
    added: Sequence[NewCertificate],
    by: Actor,
) -> None:
    """Let a holder have these certificates only: of those it has, the `kept` ids stay.

    Raises NoSuchObject, InputError.
    """
    known = {each.id: each for each in holder.credentials(work, "certificate")}
    for key in kept:
        if key.casefold() not in known:
            raise NoSuchObject(f"there is no certificate `{key[:60]}` that could be kept")
    staying = {key.casefold() for key in kept}
    for each in known:
        if each not in staying:
            work.app_credentials.remove(each, by=by)
    for each in added:
        _add(work, holder, each, by)


def add_certificate(
    store: Store, holder: Holder, made: NewCertificate, proof: str, *, object_id: str, by: Actor
) -> AppCredential:
    """Add a certificate, which takes a proof by one that the holder has. Raises InputError."""
    with store.transaction() as work:
        _require_proof(work, holder, proof, object_id, store.means.clock.now())
        return _add(work, holder, made, by)


def remove_certificate(
    store: Store, holder: Holder, key_id: str, proof: str, *, object_id: str, by: Actor
) -> None:
    """Remove a certificate, which takes a proof by one that the holder has.

    Raises NoSuchObject, InputError.
    """
    with store.transaction() as work:
        _require_proof(work, holder, proof, object_id, store.means.clock.now())
        key = key_id.casefold()
        if key not in {each.id for each in holder.credentials(work, "certificate")}:
            raise NoSuchObject(f"there is no certificate `{key_id[:60]}`")
        work.app_credentials.remove(key, by=by)


def _certificate(text: str) -> x509.Certificate:
    try:
        octets = b64decode("".join(text.split()), validate=True)
        if octets.lstrip().startswith(b"-----BEGIN"):
            return x509.load_pem_x509_certificate(octets)
        return x509.load_der_x509_certificate(octets)
    except _UNREADABLE as error:
        raise _unreadable() from error


def _unreadable() -> InputError:
    return InputError("expected an X.509 certificate in base64 in `key`")


def _add(work: Aggregates, holder: Holder, made: NewCertificate, by: Actor) -> AppCredential:
    known = holder.credentials(work, "certificate")
    if len(known) >= MOST_CERTIFICATES:
        raise InputError(f"expected at most {MOST_CERTIFICATES} certificates")
    thumbprint = sha256(made.der).digest()
    if any(each.thumbprint == thumbprint for each in known):
        raise ObjectExists("the certificate is registered already")
    document = {
        "displayName": made.display_name,
        "key": b64encode(made.der).decode("ascii"),
        **holder.marked(),
    }
    return work.app_credentials.add_certificate(
        holder.app_id,
        thumbprint,
        document,
        starts=made.starts,
        ends=made.ends,
        key_id=made.key_id,
        by=by,
    )


def _require_proof(
    work: Aggregates, holder: Holder, proof: str, object_id: str, now: datetime
) -> None:
    """Refuse a proof that no valid certificate of the holder signed a moment ago."""
    for each in holder.credentials(work, "certificate"):
        valid = each.ends is not None and each.starts <= now < each.ends
        if valid and _proves(proof, each, {object_id, holder.app_id}, now):
            return
    raise InputError(
        "expected in `proof` a token that one of the registered certificates signed, for "
        f"`{_PROOF_AUDIENCE}`, by the object that is changed, and at most 10 minutes old",
        hint="without a certificate, write `keyCredentials` instead",
    )


def _proves(proof: str, credential: AppCredential, issuers: set[str], now: datetime) -> bool:
    try:
        public = _certificate(str(credential.document.get("key"))).public_key()
        if not isinstance(public, RSAPublicKey):
            return False
        key = RSAKey.import_key(public)
        claims = verified(
            proof,
            lambda _header: key,
            algorithms=("RS256", "RS384", "RS512", "PS256"),
            types=(None, "jwt"),
        ).claims
        Lifetime(now.timestamp(), skew=_SKEW_SECONDS).require(claims)
        lasts = numeric_date(claims, "exp") - numeric_date(claims, "nbf")
    except (TokenRefused, InputError):
        return False
    return (
        claims.get("aud") == _PROOF_AUDIENCE
        and str(claims.get("iss")).casefold() in {each.casefold() for each in issuers}
        and lasts <= _LONGEST_PROOF_SECONDS
    )
