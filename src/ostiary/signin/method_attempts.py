"""Codes, passes and passkeys checked against the store, every try counted before it is checked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from ostiary.directory.errors import ObjectChanged
from ostiary.directory.factors import Method
from ostiary.directory.store import Store
from ostiary.factors import passkey_checks, recovery_codes, totp
from ostiary.factors.access_pass import AccessPassShown
from ostiary.factors.kinds import Refusal, Refused, ShownFactor
from ostiary.factors.limits import FACTOR_LIMIT, Standing
from ostiary.factors.passkeys import PasskeyChallenge, PasskeySettings
from ostiary.model.base64url import decoded
from ostiary.model.json_types import JsonObject, is_object
from ostiary.secrecy.passwords import Passwords
from ostiary.secrecy.sealing import Sealer
from ostiary.secrecy.secret import Secret
from ostiary.signin.accounts import Account
from ostiary.signin.counters import KEPT, read_counter, written_counter
from ostiary.signin.stored_methods import (
    ACCESS_PASS,
    RECOVERY_CODES,
    TOTP,
    access_pass_document,
    access_pass_of,
    passkey_document,
    passkey_of,
    recovery_codes_of,
    totp_document,
    totp_of,
)

_NOT_THERE = Refused(Refusal.NOT_ALLOWED)
_NO_TRY = tuple(Refused(Refusal.NOT_ALLOWED, each.value) for each in Standing)


@dataclass(frozen=True, slots=True)
class UsedPasskey:
    """A passkey that signed in, and whose it is."""

    user_id: str
    shown: ShownFactor


@dataclass(frozen=True, slots=True)
class MethodAttempts:
    """Checks what people show beside passwords."""

    store: Store
    passwords: Passwords
    seeds: Sealer
    passkeys: PasskeySettings

    def totp(self, account: Account, code: str) -> ShownFactor | Refused:
        """Check a code of an authenticator app; one that was used is used for good (MF01)."""
        last = _NOT_THERE
        for method in (each for each in account.methods if each.kind == TOTP):
            found = self._limited(method, partial(self._totp, method, code))
            if isinstance(found, ShownFactor):
                return found
            last = found
        return last

    def recovery_code(self, account: Account, typed: str) -> ShownFactor | Refused:
        """Check a recovery code and use it up."""
        method = account.method(RECOVERY_CODES)
        if method is None:
            return _NOT_THERE

        def check() -> ShownFactor | Refused:
            found = recovery_codes.check(recovery_codes_of(method), typed, now=self._now())
            if isinstance(found, Refused):
                return found
            return self._used(method, {"digests": list(found.codes.digests)}, found.shown)

        return self._limited(method, check)

    def access_pass(self, account: Account | None, typed: Secret[str]) -> ShownFactor | Refused:
        """Check a Temporary Access Pass; takes as long where there is none, or no try (EN01)."""
        method = account.method(ACCESS_PASS) if account else None
        if method is None:
            self.passwords.check_nobody(typed)
            return _NOT_THERE

        def check() -> ShownFactor | Refused:
            access_pass = access_pass_of(method)
            found = access_pass.check(typed, passwords=self.passwords, now=self._now())
            if not isinstance(found, AccessPassShown):
                return found
            return self._used(method, access_pass_document(found.access_pass), found.shown)

        found = self._limited(method, check)
        if found in _NO_TRY:
            self.passwords.check_nobody(typed)
        return found

    def passkey(
        self, answer: str, challenge: PasskeyChallenge, session_id: str
    ) -> UsedPasskey | Refused:
        """Check a browser's answer to a challenge; whose passkey it is, the answer tells."""
        body = read_json(answer)
        method = self.by_answer(body)
        if method is None:
            return Refused(Refusal.NOT_ALLOWED, "no such passkey")

        def check() -> ShownFactor | Refused:
            found = passkey_checks.sign_in(
                body,
                challenge,
                passkey_of(method),
                session_id=session_id,
                settings=self.passkeys,
                now=self._now(),
            )
            if isinstance(found, Refused):
                return found
            return self._used(method, passkey_document(found.passkey), found.shown)

        found = self._limited(method, check)
        return found if isinstance(found, Refused) else UsedPasskey(method.user_id, found)

    def by_answer(self, body: Mapping[str, Any]) -> Method | None:
        """Give the passkey that an answer names, None where nobody has it."""
        identifier = decoded(passkey_checks.credential_id_of(body) or "")
        return self.store.methods.by_credential(identifier) if identifier else None

    def _totp(self, method: Method, code: str) -> ShownFactor | Refused:
        kept = totp_of(method, self.store.methods.sealed_of(method.id))
        found = totp.check(kept, code, sealer=self.seeds, now=self._now())
        if isinstance(found, Refused):
            return found
        return self._used(method, totp_document(found.method), found.shown)

    def _used(
        self, method: Method, document: JsonObject, shown: ShownFactor
    ) -> ShownFactor | Refused:
        """Keep what a use left; of two at once one counts."""
        try:
            self.store.methods.note_use(method, document)
        except ObjectChanged:
            return Refused(Refusal.ALREADY_USED)
        return shown

    def _limited(
        self, method: Method, check: Callable[[], ShownFactor | Refused]
    ) -> ShownFactor | Refused:
        """Count a try, check it, and forget the failures where it was right."""
        key, now = f"factor:{method.id}", self._now()
        standing = Standing.OPEN

        def judge(kept: JsonObject | None) -> tuple[JsonObject, datetime]:
            nonlocal standing
            counter = read_counter(kept)
            standing = FACTOR_LIMIT.standing(counter, now)
            if standing is Standing.OPEN:
                counter = FACTOR_LIMIT.count(counter, now)
            return written_counter(counter), now + KEPT

        self.store.attempts.change(key, judge)
        if standing is not Standing.OPEN:
            return Refused(Refusal.NOT_ALLOWED, standing.value)
        found = check()
        if isinstance(found, ShownFactor):
            self.store.attempts.forget(key)
        return found

    def _now(self) -> datetime:
        return self.store.means.clock.now()


def read_json(text: str) -> Mapping[str, Any]:
    """Read the answer of a browser to a passkey challenge; nothing where it is no object."""
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if is_object(found) else {}
