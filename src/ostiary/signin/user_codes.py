"""User codes of devices: how many are given out, and how often one may be wrong (checklist DC03).

A code has 43 bits and lives for a quarter of an hour. With a thousand of them open at once and the
thousand misses that the tenant takes in ten minutes, a guess is right with a chance of one in five
million before the alarm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ostiary.directory.audit import Entry, Target
from ostiary.directory.device_codes import LIFETIME, DeviceCode
from ostiary.directory.protocols import SYSTEM
from ostiary.directory.store import Store
from ostiary.factors.spray import SprayLimit
from ostiary.model.json_types import JsonObject
from ostiary.secrecy.turns import TooManyAtOnce
from ostiary.signin.counters import read_window, written_window

GUESSES: Final = SprayLimit(10)
"""For one address, and for one browser."""
TENANT_GUESSES: Final = SprayLimit(1000)
_TENANT: Final = "userCode:tenant"
REQUESTS: Final = SprayLimit(50, LIFETIME)
"""Codes for one address: anybody may ask for them, and each is kept while it lives."""
TENANT_REQUESTS: Final = SprayLimit(1000, LIFETIME)


@dataclass(frozen=True, slots=True)
class TooManyGuesses:
    """Wrong codes came too often; `wait` is in seconds."""

    wait: int


def count_request(store: Store, address: str | None) -> None:
    """Count a code that is about to be given out. Raises TooManyAtOnce where there are enough."""
    limits = ((f"deviceCode:{address}", REQUESTS), ("deviceCode:tenant", TENANT_REQUESTS))
    for key, limit in limits:
        if not _has_room(store, key, limit):
            raise TooManyAtOnce(f"too many device codes were asked for ({key})", hint="try later")


def _has_room(store: Store, key: str, limit: SprayLimit) -> bool:
    now, has_room = store.means.clock.now(), False

    def judge(kept: JsonObject | None) -> tuple[JsonObject, datetime]:
        nonlocal has_room
        window = read_window(kept)
        has_room = not limit.is_throttled(window, now)
        if has_room or window is None:
            window, _ = limit.failed(window, now)
        return written_window(window), window.since + limit.window

    store.attempts.change(key, judge)
    return has_room


def request_of(
    store: Store, typed: str, *, address: str | None, browser: str
) -> DeviceCode | TooManyGuesses | None:
    """Give the device's request of a code that was typed; None where there is none that waits."""
    now = store.means.clock.now()
    keys = (f"userCode:{address}", f"userCodeBrowser:{browser}")
    waits = [GUESSES.wait(read_window(store.attempts.of(each)), now) for each in keys]
    if any(waits):
        return TooManyGuesses(max(waits))
    found = store.device_codes.of_person(typed)
    if found is None:
        for key in keys:
            _missed(store, key, GUESSES, now)
        if _missed(store, _TENANT, TENANT_GUESSES, now):
            entry = Entry("User codes are being guessed", "Security", Target("tenant", ""))
            store.audit.record(entry, by=SYSTEM)
    return found


def _missed(store: Store, key: str, limit: SprayLimit, now: datetime) -> bool:
    """Count a miss; True where it fills the window."""
    full = False

    def judge(kept: JsonObject | None) -> tuple[JsonObject, datetime]:
        nonlocal full
        window, event = limit.failed(read_window(kept), now)
        full = event is not None
        return written_window(window), window.since + limit.window

    store.attempts.change(key, judge)
    return full
