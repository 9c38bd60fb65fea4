"""What people prove themselves by: methods with sealed secrets, passwords, and failed attempts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from ostiary.directory.audit import Entry, Target
from ostiary.directory.documents import insert_new, upsert
from ostiary.directory.endings import end_password_sign_ins_of
from ostiary.directory.errors import NoSuchObject, ObjectChanged, ObjectExists
from ostiary.directory.json_documents import from_text, to_text
from ostiary.directory.notices import tell_person
from ostiary.directory.protocols import Actor
from ostiary.directory.registered import keep_registration
from ostiary.directory.tables_sessions import acceptances, attempts, methods, passwords
from ostiary.directory.unit import Change, Unit
from ostiary.model.json_types import JsonObject

PASSWORD_CHANGED: Final = "passwordChanged"  # noqa: S105  # a reason
_CATEGORY: Final = "UserManagement"


@dataclass(frozen=True, slots=True)
class Method:
    """An authentication method of a user; `kind` is Graph's word in `methodsRegistered`.

    `credential` is the id of a passkey; a sealed secret is read by `Methods.sealed_of` only.
    """

    id: str
    user_id: str
    kind: str
    etag: str
    created: datetime
    used: datetime | None
    credential: bytes | None
    document: JsonObject


class Methods:
    """Authentication methods. A secret comes sealed, and how to open it is not known here."""

    def __init__(self, unit: Unit) -> None:
        """Work through a unit of work."""
        self._unit = unit

    def add(
        self,
        user_id: str,
        kind: str,
        document: JsonObject,
        *,
        by: Actor,
        method_id: str | None = None,
        sealed: bytes | None = None,
        credential: bytes | None = None,
    ) -> Method:
        """Register a method, under the id that its secret is sealed to, where it has one.

        Raises ObjectExists where a passkey is registered already.
        """
        means = self._unit.means
        key = method_id or means.new_id()
        with self._unit.changing(by) as change:
            made = Method(key, user_id, kind, means.etag(), change.at, None, credential, document)
            try:
                change.connection.execute(insert(methods), _row(made, sealed))
            except IntegrityError as error:
                raise ObjectExists("the passkey is registered already") from error
            keep_registration(change, user_id)
            _record(change, "Register authentication method", user_id, {"kind": kind, "id": key})
            tell_person(change, user_id, "Register authentication method")
        return made

    def of_user(self, user_id: str) -> list[Method]:
        """Give the methods of a user, the earliest first."""
        query = (
            select(methods)
            .where(methods.c.user_id == user_id)
            .order_by(methods.c.created, methods.c.id)
        )
        with self._unit.reading() as connection:
            return [_read(row) for row in connection.execute(query)]

    def by_credential(self, credential: bytes) -> Method | None:
        """Give the passkey with this credential id, None where there is none."""
        query = select(methods).where(methods.c.credential == credential)
        with self._unit.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _read(row)

    def sealed_of(self, method_id: str) -> bytes:
        """Give the sealed secret of a method. Raises NoSuchObject."""
        query = select(methods.c.sealed).where(methods.c.id == method_id)
        with self._unit.reading() as connection:
            sealed = connection.execute(query).scalar_one_or_none()
        if sealed is None:
            raise NoSuchObject("there is no such method, or it has no secret")
        return sealed

    def note_use(self, method: Method, document: JsonObject) -> Method:
        """Keep what using a method left (counter, last step).

        Raises ObjectChanged where it was used, or changed, meanwhile: of two uses one counts.
        """
        now, etag = self._unit.means.clock.now(), self._unit.means.etag()
        same = (methods.c.id == method.id) & (methods.c.etag == method.etag)
        with self._unit.writing() as connection:
            done = connection.execute(
                update(methods).where(same).values(etag=etag, used=now, document=to_text(document))
            )
        if done.rowcount == 0:
            raise ObjectChanged("the method was used by another request meanwhile")
        return Method(
            method.id,
            method.user_id,
            method.kind,
            etag,
            method.created,
            now,
            method.credential,
            document,
        )

    def remove(self, method_id: str, *, by: Actor) -> None:
        """Remove a method. Raises NoSuchObject."""
        with self._unit.changing(by) as change:
            row = change.connection.execute(
                delete(methods)
                .where(methods.c.id == method_id)
                .returning(methods.c.user_id, methods.c.kind)
            ).one_or_none()
            if row is None:
                raise NoSuchObject("there is no such method")
            keep_registration(change, row.user_id)
            detail = {"kind": row.kind, "id": method_id}
            _record(change, "Delete authentication method", row.user_id, detail)
            tell_person(change, row.user_id, "Delete authentication method")


@dataclass(frozen=True, slots=True)
class Password:
    """The hash of a password, with its parameters in it."""

    hash: str
    changed: datetime
    must_change: bool


class Passwords:
    """Hashes of passwords; how they are made is not known here."""

    def __init__(self, unit: Unit) -> None:
        """Work through a unit of work."""
        self._unit = unit

    def of(self, user_id: str) -> Password | None:
        """Give the hash of a user's password, None where he has none."""
        query = select(passwords).where(passwords.c.user_id == user_id)
        with self._unit.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Password(row.hash, row.changed, bool(row.must_change))

    def set(self, user_id: str, password: str, *, by: Actor, keep_sid: str | None = None) -> None:
        """Keep the hash of a new password that its owner chose.

        Ends what he has by the old one, but the session `keep_sid` with its tokens.
        """
        self._set(user_id, password, 0, by, keep_sid)

    def reset(self, user_id: str, password: str, *, by: Actor) -> None:
        """Keep the hash of a password that an administrator gave; it has to be changed."""
        self._set(user_id, password, 1, by, None)

    def rehash(self, user_id: str, old: str, password: str) -> bool:
        """Keep the same password under stronger parameters; False where it changed meanwhile."""
        same = (passwords.c.user_id == user_id) & (passwords.c.hash == old)
        with self._unit.writing() as connection:
            done = connection.execute(update(passwords).where(same).values(hash=password))
        return done.rowcount == 1

    def _set(
        self, user_id: str, password: str, must_change: int, by: Actor, keep_sid: str | None
    ) -> None:
        with self._unit.recording(by) as change:
            row = {
                "user_id": user_id,
                "hash": password,
                "changed": change.at,
                "must_change": must_change,
            }
            upsert(change.connection, passwords, row)
            end_password_sign_ins_of(
                change.connection, user_id, change.at, PASSWORD_CHANGED, keep_sid=keep_sid
            )
            activity = "Reset user password" if must_change else "Change user password"
            _record(change, activity, user_id, {})
            tell_person(change, user_id, activity)


Judge = Callable[[JsonObject | None], tuple[JsonObject, datetime]]
"""What was kept -> what is kept from now on, and until when."""


class Attempts:
    """Counters of failures, by account, address or both; smart lockout judges them."""

    def __init__(self, unit: Unit) -> None:
        """Work through a unit of work."""
        self._unit = unit

    def of(self, key: str) -> JsonObject | None:
        """Give the record of a key, None where there is none or it is over."""
        with self._unit.reading() as connection:
            return self._living(_attempts_of(connection, key))

    def change(self, key: str, judge: Judge) -> JsonObject:
        """Change a record; no failure is lost between two requests. `judge` may run again."""
        with self._unit.writing() as connection:
            while True:
                row = _attempts_of(connection, key)
                kept, until = judge(self._living(row))
                if _keep_attempts(connection, key, row, kept, until):
                    return kept

    def forget(self, key: str) -> None:
        """Delete a record, after a success."""
        with self._unit.writing() as connection:
            connection.execute(delete(attempts).where(attempts.c.key == key))

    def forget_expired(self) -> int:
        """Delete records that are over; gives their number."""
        now = self._unit.means.clock.now()
        with self._unit.writing() as connection:
            return connection.execute(delete(attempts).where(attempts.c.expires <= now)).rowcount

    def _living(self, row: Any) -> JsonObject | None:
        if row is None or row.expires <= self._unit.means.clock.now():
            return None
        return from_text(row.document)


def _attempts_of(connection: Connection, key: str) -> Any:
    return connection.execute(select(attempts).where(attempts.c.key == key)).one_or_none()


def _keep_attempts(
    connection: Connection, key: str, row: Any, kept: JsonObject, until: datetime
) -> bool:
    """Write a record; False where another request was quicker."""
    values = {"document": to_text(kept), "expires": until}
    if row is None:
        return insert_new(connection, attempts, {"key": key, "version": 1, **values})
    same = (attempts.c.key == key) & (attempts.c.version == row.version)
    changed = update(attempts).where(same).values(version=row.version + 1, **values)
    return connection.execute(changed).rowcount == 1


class Acceptances:
    """Who accepted which terms of use, when, and on which device where that counts."""

    def __init__(self, unit: Unit) -> None:
        """Work through a unit of work."""
        self._unit = unit

    def accept(self, user_id: str, agreement_id: str, device_id: str, *, by: Actor) -> None:
        """Keep an acceptance; `device_id` is empty where the terms are not for each device."""
        with self._unit.recording(by) as change:
            row = {"user_id": user_id, "agreement_id": agreement_id, "device_id": device_id}
            upsert(change.connection, acceptances, {**row, "at": change.at})
            _record(change, "Accept terms of use", user_id, {"agreementId": agreement_id})

    def of_user(self, user_id: str) -> list[tuple[str, str, datetime]]:
        """Give agreement, device and time of each acceptance."""
        query = (
            select(acceptances)
            .where(acceptances.c.user_id == user_id)
            .order_by(acceptances.c.agreement_id, acceptances.c.device_id)
        )
        with self._unit.reading() as connection:
            return [(r.agreement_id, r.device_id, r.at) for r in connection.execute(query)]

    def of_agreement(self, agreement_id: str) -> list[tuple[str, str, datetime]]:
        """Give user, device and time of each acceptance, the latest first."""
        query = (
            select(acceptances)
            .where(acceptances.c.agreement_id == agreement_id)
            .order_by(acceptances.c.at.desc(), acceptances.c.user_id)
        )
        with self._unit.reading() as connection:
            return [(r.user_id, r.device_id, r.at) for r in connection.execute(query)]

    def forget(self, agreement_id: str, *, by: Actor) -> None:
        """Forget every acceptance of terms of use: everybody is asked again."""
        with self._unit.recording(by) as change:
            of_agreement = acceptances.c.agreement_id == agreement_id
            change.connection.execute(delete(acceptances).where(of_agreement))
            target = Target("terms of use", agreement_id)
            change.record(Entry("Forget acceptances", "Policy", target))


def _record(change: Change, activity: str, user_id: str, detail: JsonObject) -> None:
    change.record(Entry(activity, _CATEGORY, Target("user", user_id), detail=detail))


def _row(made: Method, sealed: bytes | None) -> dict[str, Any]:
    return {
        "id": made.id,
        "user_id": made.user_id,
        "kind": made.kind,
        "etag": made.etag,
        "created": made.created,
        "credential": made.credential,
        "sealed": sealed,
        "document": to_text(made.document),
    }


def _read(row: Any) -> Method:  # a row
    return Method(
        row.id,
        row.user_id,
        row.kind,
        row.etag,
        row.created,
        row.used,
        row.credential,
        from_text(row.document),
    )
