"""Whether the server lives, and whether it can do its work: `/healthz` and `/readyz`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from ostiary.directory.times import store_time
from ostiary.model.errors import OstiaryError
from ostiary.secrecy.clock import Clock
from ostiary.web.service import Service

MOST_SKEW: Final = timedelta(minutes=5)
"""As far apart as the clocks of a host and of its database may be (checklist CK01).

A minute is no fault; at an hour tokens would be issued that nobody accepts."""
_ASKED_EVERY: Final = timedelta(seconds=1)
"""Whoever asks more often is given the last answer: the page is public."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that the server needs; `reason` says what is wrong with it."""

    name: str
    reason: str = ""

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.reason


@dataclass(frozen=True, slots=True)
class Readiness:
    """All checks, and what an administrator should know though it stops nothing."""

    checks: tuple[Check, ...]
    alarm: str = ""
    revision: int = 0

    @property
    def ready(self) -> bool:
        """Whether every check is good."""
        return all(each.good for each in self.checks)

    def to_json(self, *, reasons: bool) -> dict[str, object]:
        """Give the body of `/readyz`; `reasons` is for those who may know the inside."""
        body: dict[str, object] = {
            "status": "ready" if self.ready else "notReady",
            "checks": {each.name: "good" if each.good else "failed" for each in self.checks},
        }
        if reasons:
            body["reasons"] = {each.name: each.reason for each in self.checks if not each.good}
            body["alarm"] = self.alarm
            body["snapshotRevision"] = self.revision
        return body


@dataclass
class ClockWatch:
    """Notices a clock that was set while the server ran: no time of it can be trusted then."""

    clock: Clock
    _began: tuple[datetime, float] = field(init=False)

    def __post_init__(self) -> None:
        """Begin to watch."""
        self._began = self.clock.now(), self.clock.elapsed()

    def moved(self) -> timedelta:
        """Give by how much the clock was set since the beginning, back where negative."""
        at, elapsed = self._began
        return self.clock.now() - at - timedelta(seconds=self.clock.elapsed() - elapsed)


@dataclass
class Health:
    """The checks of one service."""

    service: Service
    watch: ClockWatch
    _last: tuple[datetime, Readiness] | None = None
    _behind: timedelta = field(init=False)

    def __post_init__(self) -> None:
        """Compare with the last thing that was logged before: what comes after is by this clock."""
        with suppress(OstiaryError):
            self._behind = self._store_is_ahead()
            return
        self._behind = timedelta(0)

    def readiness(self) -> Readiness:
        """Give how the server stands, looked at afresh at most once a second."""
        now = self.service.clock.now()
        if self._last is None or not timedelta(0) <= now - self._last[0] < _ASKED_EVERY:
            self._last = now, self._looked()
        return self._last[1]

    def _looked(self) -> Readiness:
        store = _check("store", self._store)
        policies = _check("policies", self.service.snapshots.current)
        keys = _check("keys", self.service.keys.ensure)
        checks = (store, policies, keys, self._clock_check())
        if not policies.good:
            return Readiness(checks)
        snapshot = self.service.snapshots.current()
        return Readiness(checks, snapshot.alarm, snapshot.policies_revision)

    def _store(self) -> None:
        self.service.store.revision()

    def _clock_check(self) -> Check:
        try:
            return Check("clock", self._clock())
        except OstiaryError as error:
            return Check("clock", error.message)

    def _clock(self) -> str:
        moved = self.watch.moved()
        if abs(moved) > MOST_SKEW:
            return f"the clock of this host was set by {_words(moved)} while the server ran"
        if self.service.store.database.is_sqlite:
            ahead = max(timedelta(0), self._behind - moved)
        else:
            ahead = self._store_is_ahead()
        if ahead > MOST_SKEW:
            return f"the clock of this host is {_words(ahead)} behind the store"
        if -ahead > MOST_SKEW:
            return f"the clock of this host is {_words(-ahead)} ahead of the store"
        return ""

    def _store_is_ahead(self) -> timedelta:
        at = store_time(self.service.store.database)
        return at - self.service.clock.now() if at else timedelta(0)


def _check(name: str, attempt: Callable[[], object]) -> Check:
    try:
        attempt()
    except OstiaryError as error:
        return Check(name, error.message)
    return Check(name)


def _words(span: timedelta) -> str:
    sign = "-" if span < timedelta(0) else ""
    return f"{sign}{int(abs(span).total_seconds())} s"
