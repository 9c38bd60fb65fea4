"""Sessions of the admin center: the cookie holds a secret, the store its hash and sealed tokens."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, insert, select, update

from ostiary.directory.json_documents import from_text, to_text
from ostiary.directory.tables_sessions import admin_sessions
from ostiary.directory.tokens import hash_of, opaque
from ostiary.directory.unit import Unit
from ostiary.model.json_types import JsonObject
from ostiary.secrecy.sealing import SealError

LASTS: Final = timedelta(hours=12)
IDLE: Final = timedelta(hours=1)
"""A working day, and an hour without a page (OWASP ASVS 7.3.1, 7.3.2)."""
_SEEN_EVERY: Final = timedelta(seconds=60)
_REMEMBERED: Final = LASTS
"""So long it is known whose a session was that ended by itself: a form that he sends too late is
kept for him."""
_FORM: Final = "form"


@dataclass(frozen=True, slots=True)
class AdminSession:
    """A session that lives; `document` holds the tokens, and is never to be logged."""

    hash: bytes
    user_id: str
    version: int
    expires: datetime
    document: JsonObject

    def __repr__(self) -> str:
        """Leave the tokens out."""
        return f"AdminSession({self.user_id!r})"


class AdminSessions:
    """Sessions end when they are idle too long, at their absolute end, or when they are ended."""

    def __init__(self, unit: Unit) -> None:
        """Work through a unit of work."""
        self._unit = unit

    def begin(self, user_id: str, document: JsonObject) -> str:
        """Begin a session and give the secret of its cookie, which is kept nowhere."""
        means = self._unit.means
        secret, now = opaque(means.random), means.clock.now()
        row = {
            "hash": secret.hash,
            "user_id": user_id,
            "created": now,
            "seen": now,
            "expires": now + LASTS,
            "version": 1,
            "sealed": self._sealed(secret.hash, document),
        }
        with self._unit.writing() as connection:
            connection.execute(insert(admin_sessions), row)
        return secret.text

    def of(self, secret: str) -> AdminSession | None:
        """Give the living session of a cookie, None where there is none; notes that it was seen."""
        now, hashed = self._unit.means.clock.now(), hash_of(secret)
        query = select(admin_sessions).where(
            (admin_sessions.c.hash == hashed) & (admin_sessions.c.expires > now)
        )
        with self._unit.reading() as connection:
            row: Any = connection.execute(query).one_or_none()
        if row is None or row.seen + IDLE <= now:
            return None
        if now - row.seen >= _SEEN_EVERY:
            seen = update(admin_sessions).where(admin_sessions.c.hash == hashed).values(seen=now)
            with self._unit.writing() as connection:
                connection.execute(seen)
        opened = self._unit.means.sealer.open("admin_sessions", hashed.hex(), "sealed", row.sealed)
        document = from_text(opened.decode())
        return AdminSession(hashed, row.user_id, row.version, row.expires, document)

    def keep(self, session: AdminSession, document: JsonObject) -> bool:
        """Give a session newer tokens; False where it ended, or got others, meanwhile."""
        same = (admin_sessions.c.hash == session.hash) & (
            admin_sessions.c.version == session.version
        )
        values = {
            "version": session.version + 1,
            "sealed": self._sealed(session.hash, document),
        }
        with self._unit.writing() as connection:
            done = connection.execute(update(admin_sessions).where(same).values(values))
        return done.rowcount == 1

    def end(self, session: AdminSession) -> None:
        """End a session."""
        with self._unit.writing() as connection:
            gone = delete(admin_sessions).where(admin_sessions.c.hash == session.hash)
            connection.execute(gone)

    def owner(self, secret: str) -> str | None:
        """Give whose session a cookie is of, also where it is over; None where nobody knows.

        Nobody does of one that was ended: at sign-out, or with all sessions of a person.
        """
        query = select(admin_sessions.c.user_id).where(admin_sessions.c.hash == hash_of(secret))
        with self._unit.reading() as connection:
            return connection.execute(query).scalar_one_or_none()

    def sealed_form(self, user_id: str, document: JsonObject) -> str:
        """Seal a form that somebody sent, so that only `opened_form` for him can read it."""
        plain = to_text(document).encode()
        sealed = self._unit.means.sealer.seal("admin_sessions", user_id.casefold(), _FORM, plain)
        return b64encode(sealed).decode()

    def opened_form(self, user_id: str, sealed: str) -> JsonObject | None:
        """Open a form that was sealed for this person, None where it was for another."""
        try:
            plain = self._unit.means.sealer.open(
                "admin_sessions", user_id.casefold(), _FORM, b64decode(sealed)
            )
        except SealError:
            return None
        return from_text(plain.decode())

    def forget_expired(self) -> int:
        """Delete sessions that were over long ago; gives their number."""
        now = self._unit.means.clock.now() - _REMEMBERED
        over = (admin_sessions.c.expires <= now) | (admin_sessions.c.seen <= now - IDLE)
        with self._unit.writing() as connection:
            return connection.execute(delete(admin_sessions).where(over)).rowcount

    def _sealed(self, hashed: bytes, document: JsonObject) -> bytes:
        plain = to_text(document).encode()
        return self._unit.means.sealer.seal("admin_sessions", hashed.hex(), "sealed", plain)
