"""Signing with the active key, and keeping the keys as they should stand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from ostiary.model.base64url import encoded
from ostiary.secrecy.clock import Clock
from ostiary.secrecy.sealing import Sealer
from ostiary.secrecy.secret import Secret
from ostiary.tokens.errors import SigningUnavailable
from ostiary.tokens.keys import (
    KeyState,
    KeyStore,
    Rotation,
    SigningKey,
    SigningKeys,
    replace_all,
)
from ostiary.tokens.rsa_keys import make_signing_key, open_private

ALGORITHM = "RS256"
STALE_AFTER = timedelta(minutes=5)
"""A process that did not read the key table for this long must not sign: its active key may be
forgotten by now (checklist KY01)."""
_TRIES = 5
_written = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


class Signer:
    """Signs tokens with the active key; `refresh` hands it the keys, every ten seconds or so."""

    def __init__(self, store: KeyStore, sealer: Sealer, clock: Clock, rotation: Rotation) -> None:
        """Have no key until `refresh`."""
        self._store, self._sealer, self._clock, self._rotation = store, sealer, clock, rotation
        self._held: tuple[SigningKeys, datetime] | None = None
        self._private: tuple[str, RSAPrivateKey] | None = None

    @property
    def keys(self) -> SigningKeys:
        """The keys as last read, to be published and to verify with."""
        return self._held[0] if self._held else ()

    def refresh(self) -> SigningKeys:
        """Read the keys, carry out what is due and give them as they stand.

        Several processes may do so at once: the store lets one of them write.
        """
        now = self._clock.now()
        for _ in range(_TRIES):
            found = self._store.signing_keys()
            wanted = self._rotation.advance(found, now, self._make)
            if wanted is found or self._store.replace_signing_keys(found, wanted):
                self._held = (wanted, now)
                return wanted
        raise SigningUnavailable("the signing keys change all the time")

    def replace_all(self) -> SigningKeys:
        """Forget every key and sign with a new one from now on (KY02)."""
        now = self._clock.now()
        for _ in range(_TRIES):
            wanted = replace_all(now, self._make)
            if self._store.replace_signing_keys(self._store.signing_keys(), wanted):
                self._held = (wanted, now)
                return wanted
        raise SigningUnavailable("the signing keys change all the time")

    def sign(self, claims: Mapping[str, Any], token_type: str) -> Secret[str]:
        """Sign claims as a JWT of a type (`JWT`, `at+jwt`); raises SigningUnavailable."""
        kid, private = self._active()
        header = {"typ": token_type, "alg": ALGORITHM, "kid": kid}
        # RFC 7515 section 7.1; written here because joserfc takes as long for it as for half the
        # signature, and there is one algorithm.
        signed = f"{_json(header)}.{_json(dict(claims))}".encode("ascii")
        signature = private.sign(signed, PKCS1v15(), SHA256())
        return Secret(f"{signed.decode('ascii')}.{encoded(signature)}")

    def _active(self) -> tuple[str, RSAPrivateKey]:
        if self._held is None or self._clock.now() - self._held[1] > STALE_AFTER:
            raise SigningUnavailable("the signing keys were not read lately")
        active = next(key for key in self._held[0] if key.state is KeyState.ACTIVE)
        opened = self._private
        if opened is None or opened[0] != active.kid:
            opened = self._private = (active.kid, open_private(active, self._sealer))
        return opened

    def _make(self, state: KeyState, now: datetime) -> SigningKey:
        return make_signing_key(self._sealer, state, now)


def _json(members: Mapping[str, Any]) -> str:
    return encoded(_written(members).encode("ascii"))
