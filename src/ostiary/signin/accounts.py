"""The person who signs in, as the store has him now: standing, names, what he has registered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ostiary.directory.factors import Method
from ostiary.directory.protocols import Actor, ActorKind
from ostiary.directory.store import Aggregates
from ostiary.directory.users import Standing
from ostiary.factors.kinds import Factor
from ostiary.model.json_types import JsonObject, as_strings
from ostiary.signin.stored_methods import (
    ACCESS_PASS,
    PASSKEY,
    RECOVERY_CODES,
    TOTP,
    access_pass_of,
)
from ostiary.tokens.claims import Person

_FACTORS: Final = {TOTP: Factor.TOTP, PASSKEY: Factor.PASSKEY}


@dataclass(frozen=True, slots=True)
class Account:
    """A user as he was at the moment `read`. Sign-ins before `valid_from` are void.

    So are those by a password that came before `password_changed`.
    """

    id: str
    name: str
    display_name: str
    user_type: str
    enabled: bool
    valid_from: datetime | None
    methods: tuple[Method, ...]
    must_change_password: bool = False
    email: str | None = None
    read: datetime | None = None
    password_changed: datetime | None = None

    @property
    def factors(self) -> frozenset[Factor]:
        """What the person could show now, the password aside."""
        return frozenset(_usable(self.methods, self.read))

    @property
    def aaguid(self) -> str | None:
        """The model of the passkey that was registered last, None without one."""
        models = (each.document.get("aaguid") for each in self.methods if each.kind == PASSKEY)
        return next(reversed([each for each in models if isinstance(each, str)]), None)

    @property
    def standing(self) -> Standing:
        """Whether the person might hold tokens at the moment `read`."""
        return Standing(self.enabled, self.valid_from, self.password_changed)

    def method(self, kind: str) -> Method | None:
        """Give the first method of a kind, None where there is none."""
        return next((each for each in self.methods if each.kind == kind), None)

    def actor(self, address: str = "", correlation_id: str = "") -> Actor:
        """Name the person in the audit log."""
        return Actor(ActorKind.USER, self.id, self.name, address, correlation_id)


def account_of(store: Aggregates, user_id: str) -> Account | None:
    """Read a user by id, None where there is none (any more)."""
    found = store.users.get(user_id)
    standing = store.users.standing(found.id) if found else None
    if found is None or standing is None:
        return None
    password = store.passwords.of(found.id)
    document = found.document
    mail = document.get("mail")
    return Account(
        id=found.id,
        name=_text(document, "userPrincipalName"),
        display_name=_text(document, "displayName"),
        user_type=_text(document, "userType") or "Member",
        enabled=standing.enabled,
        valid_from=standing.sessions_valid_from,
        methods=tuple(store.methods.of_user(found.id)),
        must_change_password=password is not None and password.must_change,
        email=mail if isinstance(mail, str) else None,
        read=store.unit.means.clock.now(),
        password_changed=standing.password_changed,
    )


def account_named(store: Aggregates, name: str) -> Account | None:
    """Read a user by the name he signs in with, None where there is none."""
    found = store.users.by_name(name)
    return account_of(store, found.id) if found else None


def person_of(account: Account, roles: Mapping[str, frozenset[str]]) -> Person:
    """Give what tokens say of a person; roles as the snapshot has them, groups followed."""
    return Person(
        account.id,
        account.name,
        account.display_name,
        tuple(sorted(roles.get(account.id, ()))),
        account.email,
    )


def _usable(methods: tuple[Method, ...], now: datetime | None) -> Iterator[Factor]:
    for each in methods:
        if each.kind in _FACTORS:
            yield _FACTORS[each.kind]
        elif each.kind == RECOVERY_CODES and as_strings(each.document.get("digests")):
            yield Factor.RECOVERY_CODE
        elif each.kind == ACCESS_PASS and now is not None:
            access_pass = access_pass_of(each)
            if access_pass.is_usable(now):
                yield Factor.ACCESS_PASS_ONCE if access_pass.once else Factor.ACCESS_PASS


def _text(document: JsonObject, name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) else ""
