"""Passwords checked against the store, every try counted before it is checked.

The limits are in `ostiary.factors`; here they get their memory, which all processes share and which
survives a restart (checklist BF01 to BF04).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Final

from ostiary.directory.protocols import SYSTEM
from ostiary.directory.store import Store
from ostiary.factors.familiar import FamiliarPlace, place_of, remembered
from ostiary.factors.kinds import RiskEvent
from ostiary.factors.limits import Standing
from ostiary.factors.smart_lockout import (
    PasswordFailures,
    Place,
    SmartLockout,
    wrong_password_digest,
)
from ostiary.factors.spray import (
    ADDRESS_LIMIT,
    TENANT_LIMIT,
    SprayLimit,
    tenant_applies,
)
from ostiary.model.json_types import JsonObject, as_object, as_strings
from ostiary.secrecy.passwords import Passwords
from ostiary.secrecy.secret import Secret
from ostiary.signin.accounts import Account
from ostiary.signin.counters import (
    KEPT,
    password_key,
    read_counter,
    read_window,
    written_counter,
    written_window,
)

_TENANT: Final = "spray:tenant"


class PasswordAnswer(Enum):
    """What came of a password; the person is told of RIGHT and of nothing else (checklist K5)."""

    RIGHT = 0
    WRONG = 50126
    NO_SUCH_USER = 50034
    NO_PASSWORD = 50056
    LOCKED = 50053
    DISABLED = 50057


@dataclass(frozen=True, slots=True)
class Attempts:
    """Checks passwords. `wrong_key` is the tenant's secret `WRONG_PASSWORDS`."""

    store: Store
    passwords: Passwords
    wrong_key: Secret[bytes]
    lockout: SmartLockout = field(default_factory=SmartLockout)

    def password(
        self, account: Account | None, typed: Secret[str], address: str | None
    ) -> PasswordAnswer:
        """Check a password; takes as long for a user that does not exist (EN01).

        Raises TooManyAtOnce.
        """
        # The turn comes first: whoever is sent away for want of one must not have spent a try.
        with self.passwords.turns.turn():
            return self._password(account, typed, address)

    def _password(
        self, account: Account | None, typed: Secret[str], address: str | None
    ) -> PasswordAnswer:
        now = self._now()
        known = self.store.passwords.of(account.id) if account else None
        if account is None or known is None:
            self.passwords.check_nobody(typed)
            self._spray_failed(account, address, now)
            return PasswordAnswer.NO_PASSWORD if account else PasswordAnswer.NO_SUCH_USER
        place = place_of(self._places(account.id), address, now)
        if self._throttled(address, place, now) or not self._counted(account.id, place, now):
            self.passwords.check_nobody(typed)
            return PasswordAnswer.LOCKED
        found = self.passwords.check(known.hash, typed)
        if not found.right:
            digest = wrong_password_digest(self.wrong_key, account.id, typed)
            self._change(account.id, lambda kept: self.lockout.failed(kept, place, digest, now))
            self._spray_failed(account, address, now)
            return PasswordAnswer.WRONG
        self._change(account.id, lambda kept: self.lockout.succeeded(kept, place))
        if found.rehashed is not None:
            self.store.passwords.rehash(account.id, known.hash, found.rehashed)
        return PasswordAnswer.RIGHT if account.enabled else PasswordAnswer.DISABLED

    def signed_in_from(self, account: Account, address: str | None) -> None:
        """Remember a place after a whole sign-in."""
        now, key = self._now(), f"places:{account.id}"

        def judge(kept: JsonObject | None) -> tuple[JsonObject, datetime]:
            return _written_places(remembered(_read_places(kept), address, now)), now + KEPT

        self.store.attempts.change(key, judge)

    def _counted(self, user_id: str, place: Place, now: datetime) -> bool:
        """Count a try of a password before it is checked; False where none is allowed."""
        allowed = False

        def count(kept: PasswordFailures) -> PasswordFailures:
            nonlocal allowed
            allowed = self.lockout.standing(kept, place, now) is Standing.OPEN
            return self.lockout.count(kept, place, now) if allowed else kept

        self._change(user_id, count)
        return allowed

    def _change(self, user_id: str, change: Callable[[PasswordFailures], PasswordFailures]) -> None:
        now = self._now()

        def judge(kept: JsonObject | None) -> tuple[JsonObject, datetime]:
            return _written_failures(change(_read_failures(kept))), now + KEPT

        self.store.attempts.change(password_key(user_id), judge)

    def _places(self, user_id: str) -> tuple[FamiliarPlace, ...]:
        return _read_places(self.store.attempts.of(f"places:{user_id}"))

    def _throttled(self, address: str | None, place: Place, now: datetime) -> bool:
        of_address = read_window(self.store.attempts.of(f"spray:{address}"))
        of_tenant = read_window(self.store.attempts.of(_TENANT))
        full = tenant_applies(place) and TENANT_LIMIT.is_throttled(of_tenant, now)
        return full or ADDRESS_LIMIT.is_throttled(of_address, now)

    def _spray_failed(self, account: Account | None, address: str | None, now: datetime) -> None:
        """Count a failure whoever it concerns; the one that fills a window is a risk (BF03)."""
        limits = ((f"spray:{address}", ADDRESS_LIMIT), (_TENANT, TENANT_LIMIT))
        for key, limit in limits:
            event = self._count_in(key, limit, now)
            if event is not None:
                detail = {"address": address, "failures": limit.failures}
                about = account.id if account else "tenant"
                self.store.risks.detected(about, event.value, detail, by=SYSTEM)

    def _count_in(self, key: str, limit: SprayLimit, now: datetime) -> RiskEvent | None:
        event: RiskEvent | None = None

        def judge(kept: JsonObject | None) -> tuple[JsonObject, datetime]:
            nonlocal event
            window, event = limit.failed(read_window(kept), now)
            return written_window(window), window.since + limit.window

        self.store.attempts.change(key, judge)
        return event

    def _now(self) -> datetime:
        return self.store.means.clock.now()


def _read_failures(kept: JsonObject | None) -> PasswordFailures:
    if kept is None:
        return PasswordFailures()
    return PasswordFailures(
        read_counter(as_object(kept.get("familiar"))),
        read_counter(as_object(kept.get("unfamiliar"))),
        tuple(as_strings(kept.get("wrong"))),
    )


def _written_failures(failures: PasswordFailures) -> JsonObject:
    return {
        "familiar": written_counter(failures.familiar),
        "unfamiliar": written_counter(failures.unfamiliar),
        "wrong": list(failures.wrong),
    }


def _read_places(kept: JsonObject | None) -> tuple[FamiliarPlace, ...]:
    entries: list[list[str]] = kept["places"] if kept else []
    return tuple(FamiliarPlace(network, datetime.fromisoformat(at)) for network, at in entries)


def _written_places(places: tuple[FamiliarPlace, ...]) -> JsonObject:
    return {"places": [[each.network, each.last_seen.isoformat()] for each in places]}
