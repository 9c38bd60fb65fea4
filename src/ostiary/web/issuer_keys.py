"""Public keys of other issuers, for applications with federated credentials.

They are found as OpenID Connect Discovery 1.0 says (section 4): the issuer's configuration names
the address of its keys. Both are fetched through the outbound guard, so only from origins that the
settings allow.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from ostiary.model.errors import InputError, OstiaryError
from ostiary.model.json_types import JsonObject, is_list, is_object
from ostiary.oidc.federated import IssuerKeysUnavailable
from ostiary.oidc.json_text import json_object
from ostiary.secrecy.clock import Clock
from ostiary.secrecy.outbound import Outbound

FRESH: Final = timedelta(hours=1)
"""How long fetched keys are believed."""
AGAIN: Final = timedelta(minutes=1)
"""How soon an issuer is asked again: for a key that it did not have, or after a failure."""
MOST_ISSUERS: Final = 100
CONFIGURATION: Final = "/.well-known/openid-configuration"
_LOG: Final = logging.getLogger(__name__)


@dataclass
class _Issuer:
    """What an issuer had when it was asked last, and since when; `asking`: somebody asks it now."""

    asked: datetime | None = None
    had: tuple[tuple[JsonObject, ...], datetime] | None = None
    asking: threading.Lock = field(default_factory=threading.Lock)

    def keys(self, now: datetime, lasts: timedelta) -> tuple[JsonObject, ...] | None:
        """Give its keys, None where they are older than `lasts` or it had none to give."""
        had = self.had
        return had[0] if had and timedelta(0) <= now - had[1] < lasts else None

    def is_due(self, now: datetime, key_id: str | None) -> bool:
        """Whether it has to be asked, for one of its keys, and may be."""
        asked = self.asked
        recent = asked is not None and timedelta(0) <= now - asked < AGAIN
        return not recent and not _named(self.keys(now, FRESH), key_id)


class FetchedIssuerKeys:
    """Fetches the keys of issuers and keeps them for a while; one object serves all threads."""

    def __init__(self, outbound: Outbound, clock: Clock) -> None:
        """Have asked nobody yet."""
        self._outbound, self._clock = outbound, clock
        self._issuers = OrderedDict[str, _Issuer]()
        self._lock = threading.Lock()

    def keys_of(self, issuer: str, key_id: str | None) -> Sequence[JsonObject]:
        """Give the issuer's JWKs, those of `key_id` where it is given.

        An issuer whose keys have changed is asked again at most once a minute, by one request;
        others do not wait for its answer, but go by what is known. Raises IssuerKeysUnavailable;
        why stands in the log only, because it tells of our network.
        """
        known = self._known(issuer)
        now, lasts = self._clock.now(), FRESH
        if known.asking.acquire(blocking=False):
            try:
                if known.is_due(now, key_id):
                    self._ask(issuer, known, now)
            finally:
                known.asking.release()
        else:
            lasts += AGAIN  # while they are fetched anew
        keys = known.keys(now, lasts)
        if keys is None:
            raise IssuerKeysUnavailable(issuer)
        return _named(keys, key_id)

    def _known(self, issuer: str) -> _Issuer:
        with self._lock:
            found = self._issuers.setdefault(issuer, _Issuer())
            self._issuers.move_to_end(issuer)
            while len(self._issuers) > MOST_ISSUERS:
                self._issuers.popitem(last=False)
            return found

    def _ask(self, issuer: str, known: _Issuer, now: datetime) -> None:
        known.asked = now
        try:
            known.had = self._fetch(issuer), now
        except OstiaryError as error:
            _LOG.warning("the keys of the issuer %s could not be fetched: %s", issuer, error)

    def _fetch(self, issuer: str) -> tuple[JsonObject, ...]:
        configuration = self._document(issuer.rstrip("/") + CONFIGURATION)
        if configuration.get("issuer") != issuer:
            raise InputError(f"expected the configuration of {issuer}, came one of another issuer")
        address = configuration.get("jwks_uri")
        if not isinstance(address, str):
            raise InputError("expected `jwks_uri` in the configuration, there is none")
        keys = self._document(address).get("keys")
        if not is_list(keys):
            raise InputError("expected a list `keys` at `jwks_uri`, there is none")
        return tuple(each for each in keys if is_object(each))

    def _document(self, address: str) -> JsonObject:
        answer = self._outbound.get(address)
        document = json_object(answer.body) if answer.status == 200 else None
        if document is None:
            raise InputError(f"expected a JSON object, came none with status {answer.status}")
        return document


def _named(keys: Sequence[JsonObject] | None, key_id: str | None) -> tuple[JsonObject, ...]:
    return tuple(each for each in keys or () if key_id is None or each.get("kid") == key_id)
