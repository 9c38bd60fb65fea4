"""An issuer that answers slowly keeps one request waiting, and no other."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from typing import Any, cast

import pytest

from ostiary.oidc.federated import IssuerKeysUnavailable
from ostiary.secrecy.clock import FixedClock
from ostiary.secrecy.outbound import Outbound
from ostiary.web.issuer_keys import FRESH, FetchedIssuerKeys
from tests.secrecy.seeded import START

ISSUER = "https://ci.example"


@dataclass
class _Answer:
    body: bytes
    status: int = 200


@dataclass
class _Slow:
    """Answers when it may, and tells that it was asked."""

    may: Event = field(default_factory=Event)
    was_asked: Event = field(default_factory=Event)
    asked: list[str] = field(default_factory=list[str])

    def get(self, address: str) -> Any:
        self.asked.append(address)
        self.was_asked.set()
        assert self.may.wait(60)
        if address.endswith("/jwks"):
            return _Answer(json.dumps({"keys": [{"kid": "k1"}]}).encode())
        return _Answer(json.dumps({"issuer": ISSUER, "jwks_uri": f"{ISSUER}/jwks"}).encode())


def test_DS03_while_one_request_fetches_others_are_refused_or_go_by_what_is_known() -> None:
    slow, clock = _Slow(), FixedClock(START)
    keys = FetchedIssuerKeys(cast("Outbound", slow), clock)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(keys.keys_of, ISSUER, "k1")
        assert slow.was_asked.wait(60)
        with pytest.raises(IssuerKeysUnavailable):
            keys.keys_of(ISSUER, "k1")
        slow.may.set()
        assert first.result() == ({"kid": "k1"},)
        clock.move(FRESH)
        slow.may.clear()
        slow.was_asked.clear()
        again = pool.submit(keys.keys_of, ISSUER, "k1")
        assert slow.was_asked.wait(60)
        assert keys.keys_of(ISSUER, "k1") == ({"kid": "k1"},)
        slow.may.set()
        assert again.result() == ({"kid": "k1"},)
    assert len(slow.asked) == 4
    clock.move(FRESH - timedelta(seconds=1))
    assert keys.keys_of(ISSUER, "k1") == ({"kid": "k1"},)
    assert len(slow.asked) == 4
