"""Passwords and second factors checked against the store, every try counted before it is checked.

The limits are in `ostiary.factors`; here they get their memory, which all processes share and which
survives a restart (checklist BF01 to BF04).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from ostiary.directory.errors import ObjectChanged
from ostiary.directory.store import Store
from ostiary.factors import recovery_codes, totp
from ostiary.factors.familiar import FamiliarPlace, place_of, remembered
from ostiary.factors.kinds import Refusal, Refused, ShownFactor
from ostiary.factors.limits import FACTOR_LIMIT, FRESH, FailureCounter, Standing
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
    SprayWindow,
    tenant_applies,
)
from ostiary.model.json_types import JsonObject, as_object, as_strings
from ostiary.secrecy.passwords import Passwords
from ostiary.secrecy.sealing import Sealer
from ostiary.secrecy.secret import Secret
from ostiary.signin.accounts import (
    RECOVERY_CODES,
    TOTP,
    Account,
    recovery_codes_of,
    totp_document,
    totp_of,
)

_KEPT: Final = timedelta(days=3650)
"""A count of failures ends by a success, or by an administrator, not by waiting (BF02)."""
_TENANT = "spray:tenant"


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
    """Checks what people show. `wrong_key` is the tenant's secret `WRONG_PASSWORDS`."""

    store: Store
    passwords: Passwords
    seeds: Sealer
    wrong_key: Secret[bytes]
    lockout: SmartLockout = field(default_factory=SmartLockout)

    def password(
        self, account: Account | None, typed: Secret[str], address: str | None
    ) -> PasswordAnswer:
        """Check a password; takes as long for a user that does not exist (EN01)."""
        now = self._now()
        known = self.store.passwords.of(account.id) if account else None
        if account is None or known is None:
            self.passwords.check_nobody(typed)
            self._spray_failed(address, now)
            return PasswordAnswer.NO_PASSWORD if account else PasswordAnswer.NO_SUCH_USER
        place = place_of(self._places(account.id), address, now)
        if self._throttled(address, place, now) or not self._counted(account.id, place, now):
            self.passwords.check_nobody(typed)
            return PasswordAnswer.LOCKED
        found = self.passwords.check(known.hash, typed)
        if not found.right:
            digest = wrong_password_digest(self.wrong_key, account.id, typed)
            self._change(account.id, lambda kept: self.lockout.failed(kept, place, digest, now))
            self._spray_failed(address, now)
            return PasswordAnswer.WRONG
        self._change(account.id, lambda kept: self.lockout.succeeded(kept, place))
        if found.rehashed is not None:
            self.store.passwords.rehash(account.id, known.hash, found.rehashed)
        return PasswordAnswer.RIGHT if account.enabled else PasswordAnswer.DISABLED

    def signed_in_from(self, account: Account, address: str | None) -> None:
        """Remember a place after a whole sign-in."""
        now, key = self._now(), f"places:{account.id}"

        def judge(kept: JsonObject | None) -> tuple[JsonObject, datetime]:
            return _written_places(remembered(_read_places(kept), address, now)), now + _KEPT

        self.store.attempts.change(key, judge)

    def totp(self, account: Account, code: str) -> ShownFactor | Refused:
        """Check a code of an authenticator app; one that was used is used for good (MF01)."""
        method = account.method(TOTP)
        if method is None:
            return Refused(Refusal.NOT_ALLOWED)

        def check() -> ShownFactor | Refused:
            kept = totp_of(method, self.store.methods.sealed_of(method.id))
            found = totp.check(kept, code, sealer=self.seeds, now=self._now())
            if isinstance(found, Refused):
                return found
            try:
                self.store.methods.note_use(method, totp_document(found.method))
            except ObjectChanged:
                return Refused(Refusal.ALREADY_USED)
            return found.shown

        return self._limited(method.id, check)

    def recovery_code(self, account: Account, typed: str) -> ShownFactor | Refused:
        """Check a recovery code and use it up."""
        method = account.method(RECOVERY_CODES)
        if method is None:
            return Refused(Refusal.NOT_ALLOWED)

        def check() -> ShownFactor | Refused:
            found = recovery_codes.check(recovery_codes_of(method), typed, now=self._now())
            if isinstance(found, Refused):
                return found
            try:
                self.store.methods.note_use(method, {"digests": list(found.codes.digests)})
            except ObjectChanged:
                return Refused(Refusal.ALREADY_USED)
            return found.shown

        return self._limited(method.id, check)

    def _limited(
        self, method_id: str, check: Callable[[], ShownFactor | Refused]
    ) -> ShownFactor | Refused:
        """Count a try, check it, and forget the failures where it was right."""
        key, now = f"factor:{method_id}", self._now()
        standing = Standing.OPEN

        def judge(kept: JsonObject | None) -> tuple[JsonObject, datetime]:
            nonlocal standing
            counter = _read_counter(kept)
            standing = FACTOR_LIMIT.standing(counter, now)
            if standing is Standing.OPEN:
                counter = FACTOR_LIMIT.count(counter, now)
            return _written_counter(counter), now + _KEPT

        self.store.attempts.change(key, judge)
        if standing is not Standing.OPEN:
            return Refused(Refusal.NOT_ALLOWED, standing.value)
        found = check()
        if isinstance(found, ShownFactor):
            self.store.attempts.forget(key)
        return found

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
            return _written_failures(change(_read_failures(kept))), now + _KEPT

        self.store.attempts.change(f"password:{user_id}", judge)

    def _places(self, user_id: str) -> tuple[FamiliarPlace, ...]:
        return _read_places(self.store.attempts.of(f"places:{user_id}"))

    def _throttled(self, address: str | None, place: Place, now: datetime) -> bool:
        of_address = _read_window(self.store.attempts.of(f"spray:{address}"))
        of_tenant = _read_window(self.store.attempts.of(_TENANT))
        full = tenant_applies(place) and TENANT_LIMIT.is_throttled(of_tenant, now)
        return full or ADDRESS_LIMIT.is_throttled(of_address, now)

    def _spray_failed(self, address: str | None, now: datetime) -> None:
        self._count_in(f"spray:{address}", ADDRESS_LIMIT, now)
        self._count_in(_TENANT, TENANT_LIMIT, now)

    def _count_in(self, key: str, limit: SprayLimit, now: datetime) -> None:
        def judge(kept: JsonObject | None) -> tuple[JsonObject, datetime]:
            window, _ = limit.failed(_read_window(kept), now)
            written = {"since": window.since.isoformat(), "failures": window.failures}
            return written, window.since + limit.window

        self.store.attempts.change(key, judge)

    def _now(self) -> datetime:
        return self.store.means.clock.now()


def _read_failures(kept: JsonObject | None) -> PasswordFailures:
    if kept is None:
        return PasswordFailures()
    return PasswordFailures(
        _read_counter(as_object(kept.get("familiar"))),
        _read_counter(as_object(kept.get("unfamiliar"))),
        tuple(as_strings(kept.get("wrong"))),
    )


def _written_failures(failures: PasswordFailures) -> JsonObject:
    return {
        "familiar": _written_counter(failures.familiar),
        "unfamiliar": _written_counter(failures.unfamiliar),
        "wrong": list(failures.wrong),
    }


def _read_counter(kept: JsonObject | None) -> FailureCounter:
    if not kept:
        return FRESH
    until = kept["lockedUntil"]
    return FailureCounter(kept["failures"], datetime.fromisoformat(until) if until else None)


def _written_counter(counter: FailureCounter) -> JsonObject:
    until = counter.locked_until
    return {"failures": counter.failures, "lockedUntil": until.isoformat() if until else None}


def _read_places(kept: JsonObject | None) -> tuple[FamiliarPlace, ...]:
    entries: list[list[str]] = kept["places"] if kept else []
    return tuple(FamiliarPlace(network, datetime.fromisoformat(at)) for network, at in entries)


def _written_places(places: tuple[FamiliarPlace, ...]) -> JsonObject:
    return {"places": [[each.network, each.last_seen.isoformat()] for each in places]}


def _read_window(kept: JsonObject | None) -> SprayWindow | None:
    return SprayWindow(datetime.fromisoformat(kept["since"]), kept["failures"]) if kept else None
