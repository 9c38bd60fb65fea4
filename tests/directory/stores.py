"""Stores for tests: a clock that is moved, a random source, a sealer that binds to its place."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ostiary.directory.protocols import Actor, ActorKind
from ostiary.directory.store import Store, open_store
from ostiary.model.errors import OstiaryError
from ostiary.secrecy.clock import Clock

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ADMIN = Actor(ActorKind.USER, "a0000000-0000-4000-8000-000000000001", "Astrid", "203.0.113.5", "c1")


@dataclass
class TestClock(Clock):
    """Stands until it is moved."""

    __test__ = False
    at: datetime = NOW

    def now(self) -> datetime:
        """Give the time it was set to."""
        return self.at

    def move(self, **by: float) -> None:
        """Go forward."""
        self.at += timedelta(**by)


class BindingSealer:
    """Hides nothing, but opens only what was sealed for the same place."""

    def seal(self, table: str, key: str, column: str, plain: bytes) -> bytes:
        """Put a tag of the place before the mirrored value."""
        return _tag(table, key, column) + plain[::-1]

    def open(self, table: str, key: str, column: str, sealed: bytes) -> bytes:
        """Check the tag."""
        if sealed[:32] != _tag(table, key, column):
            raise OstiaryError("sealed for another place")
        return sealed[32:][::-1]


def _tag(table: str, key: str, column: str) -> bytes:
    return hmac.digest(b"test", f"{table}|{key}|{column}".encode(), "sha256")


@dataclass
class Made:
    """A store and what it was handed."""

    store: Store
    clock: TestClock
    place: str

    def another(self) -> Store:
        """Open the same database once more, as another process would."""
        return opened(self.place, self.clock)


def made(place: str) -> Made:
    """Make a store."""
    clock = TestClock()
    return Made(opened(place, clock), clock, place)


def opened(place: str, clock: TestClock) -> Store:
    """Open a store."""
    return open_store(place, clock=clock, random=secrets.token_bytes, sealer=BindingSealer())
