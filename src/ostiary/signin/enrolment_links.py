"""Links by which somebody sets up how to sign in: the first administrator, and who is locked out.

A link is made on the host only, ends after minutes, and is good once: it is used up in the one
transaction that keeps the password and the method that were set up with it. Source: checklist BG03
and BG06.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ostiary.directory.protocols import Actor
from ostiary.directory.store import Store
from ostiary.factors.recovery_codes import RecoveryCodes
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject
from ostiary.secrecy.secret import Secret
from ostiary.signin.accounts import Account, account_of
from ostiary.signin.counters import password_key
from ostiary.signin.stored_methods import RECOVERY_CODES, TOTP

PATH: Final = "/enrol"
RECOVERY_LIFETIME: Final = timedelta(minutes=15)
"""The longest that a link of `ostiary recover enrol` is good (BG03)."""
FIRST_LIFETIME: Final = timedelta(hours=1)
"""The longest that the link of the first administrator is good (BG06)."""


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A new link; `address` is shown once and kept nowhere."""

    address: Secret[str]
    account: Account
    expires: datetime


@dataclass(frozen=True, slots=True)
class NewMethod:
    """A method that was set up and shown to work, as `Methods.add` keeps it."""

    kind: str
    id: str
    document: JsonObject
    sealed: bytes | None = None
    credential: bytes | None = None


@dataclass(frozen=True, slots=True)
class SetUp:
    """What a person set up by a link; a method is needed, a password alone opens too much."""

    password_hash: str
    method: NewMethod
    recovery_codes: RecoveryCodes


class _NotGood(Exception):
    """The link is over, or its account cannot sign in: nothing of the transaction is kept."""


def make_link(
    store: Store,
    user_id: str,
    *,
    login_url: str,
    by: Actor,
    lifetime: timedelta = RECOVERY_LIFETIME,
) -> MadeLink:
    """Make a link for a user; an earlier one of his ends.

    Raises InputError where there is no such user, the account is disabled or the lifetime is not
    one of a link.
    """
    if not timedelta(0) < lifetime <= FIRST_LIFETIME:
        raise InputError(f"expected a lifetime of at most {FIRST_LIFETIME}, came {lifetime}")
    account = account_of(store, user_id)
    if account is None:
        raise InputError(f"expected the id of a user, there is none with `{user_id}`")
    if not account.enabled:
        raise InputError(
            f"`{account.name}` is disabled, and a link would open nothing",
            hint="enable the account first, or make a link for another one",
        )
    text, link = store.enrolment_links.make(account.id, lifetime=lifetime, by=by)
    address = Secret(f"{login_url.rstrip('/')}{PATH}/{text}")
    return MadeLink(address, account, link.expires)


def account_of_link(store: Store, link: str) -> Account | None:
    """Give whom a link is good for now, None where it is not good (any more)."""
    found = store.enrolment_links.of(link)
    account = account_of(store, found.user_id) if found else None
    return account if account is not None and account.enabled else None


def redeem(store: Store, link: str, account: Account, done: SetUp, *, by: Actor) -> bool:
    """Use a link up and keep what was set up; False where it is not good any more.

    A new authenticator app and new recovery codes take the place of earlier ones; passkeys are
    added to those there are. All sessions of the account end.
    """
    try:
        with store.transaction() as aggregates:
            used = aggregates.enrolment_links.use(link, by=by)
            now = account_of(aggregates, account.id)
            if used is None or used.user_id != account.id or now is None or not now.enabled:
                raise _NotGood
            # Whoever needs such a link may have lost a device: sign-ins by passkey end as well.
            aggregates.users.revoke_sessions(account.id, by=by)
            aggregates.passwords.set(account.id, done.password_hash, by=by)
            aggregates.attempts.forget(password_key(account.id))  # a lockout ends too (BF02)
            for each in now.methods:
                if each.kind == RECOVERY_CODES or each.kind == done.method.kind == TOTP:
                    aggregates.methods.remove(each.id, by=by)
            aggregates.methods.add(
                account.id,
                done.method.kind,
                done.method.document,
                by=by,
                method_id=done.method.id,
                sealed=done.method.sealed,
                credential=done.method.credential,
            )
            codes = {"digests": list(done.recovery_codes.digests)}
            aggregates.methods.add(account.id, RECOVERY_CODES, codes, by=by)
    except _NotGood:
        return False
    return True
