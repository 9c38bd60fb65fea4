"""Sessions of browsers: the store knows only the hash of what the cookie holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, insert, select, update

from ostiary.directory.audit import Entry, Target
from ostiary.directory.endings import end_session
from ostiary.directory.json_documents import from_text, to_text
from ostiary.directory.protocols import Actor
from ostiary.directory.tables_sessions import sessions
from ostiary.directory.tokens import Opaque, hash_of, opaque
from ostiary.directory.unit import Unit
from ostiary.model.json_types import JsonObject

SEEN_EVERY: Final = timedelta(seconds=60)
"""How stale `seen` may become: not every request is worth a write."""


@dataclass(frozen=True, slots=True)
class Session:
    """A session that lives; `sid` is its public name in tokens and logs.

    `document` holds what the sign-in keeps: methods, time of authentication, device.
    """

    sid: str
    user_id: str
    created: datetime
    seen: datetime
    expires: datetime
    idle_seconds: int
    document: JsonObject


class Sessions:
    """Sessions end when they are idle too long, at their absolute end, or when they are ended."""

    def __init__(self, unit: Unit) -> None:
        """Work through a unit of work."""
        self._unit = unit

    def begin(
        self,
        user_id: str,
        document: JsonObject,
        *,
        lasts: timedelta,
        idle: timedelta,
    ) -> tuple[str, Session]:
        """Begin a session and give the secret of its cookie, which is kept nowhere."""
        means = self._unit.means
        secret, now = opaque(means.random), means.clock.now()
        made = Session(
            means.new_id(), user_id, now, now, now + lasts, int(idle.total_seconds()), document
        )
        with self._unit.writing() as connection:
            connection.execute(insert(sessions), _row(made, secret))
        return secret.text, made

    def renew(
        self, sid: str, document: JsonObject, *, until: datetime, idle: timedelta
    ) -> str | None:
        """Give a living session a new secret and other facts, as after each new proof.

        The old secret is worth nothing from now on (ASVS 7.2.4); name, tokens and families stay.
        It ends at `until`. None where the session ended meanwhile.
        """
        means = self._unit.means
        secret, now = opaque(means.random), means.clock.now()
        values = {
            "hash": secret.hash,
            "document": to_text(document),
            "seen": now,
            "expires": until,
            "idle_seconds": int(idle.total_seconds()),
        }
        alive = (sessions.c.sid == sid) & sessions.c.ended.is_(None) & (sessions.c.expires > now)
        with self._unit.writing() as connection:
            done = connection.execute(update(sessions).where(alive).values(values))
        return secret.text if done.rowcount == 1 else None

    def of(self, secret: str) -> Session | None:
        """Give the living session of a cookie, None where there is none; notes that it was seen."""
        now = self._unit.means.clock.now()
        hashed = hash_of(secret)
        query = select(sessions).where(
            (sessions.c.hash == hashed) & sessions.c.ended.is_(None) & (sessions.c.expires > now)
        )
        with self._unit.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or row.seen + timedelta(seconds=row.idle_seconds) <= now:
            return None
        if now - row.seen >= SEEN_EVERY:
            with self._unit.writing() as connection:
                connection.execute(
                    update(sessions).where(sessions.c.hash == hashed).values(seen=now)
                )
        return _read(row)

    def living(self, sid: str) -> Session | None:
        """Give the living session with this public name, None where there is none."""
        now = self._unit.means.clock.now()
        query = select(sessions).where(
            (sessions.c.sid == sid) & sessions.c.ended.is_(None) & (sessions.c.expires > now)
        )
        with self._unit.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or row.seen + timedelta(seconds=row.idle_seconds) <= now:
            return None
        return _read(row)

    def keep(self, sid: str, document: JsonObject) -> bool:
        """Give a living session other facts; False where it ended meanwhile."""
        alive = (sessions.c.sid == sid) & sessions.c.ended.is_(None)
        with self._unit.writing() as connection:
            done = connection.execute(
                update(sessions).where(alive).values(document=to_text(document))
            )
        return done.rowcount == 1

    def of_user(self, user_id: str) -> list[Session]:
        """Give the sessions of a user that have not ended, the latest first."""
        now = self._unit.means.clock.now()
        query = (
            select(sessions)
            .where(
                (sessions.c.user_id == user_id)
                & sessions.c.ended.is_(None)
                & (sessions.c.expires > now)
            )
            .order_by(sessions.c.created.desc())
        )
        with self._unit.reading() as connection:
            return [_read(row) for row in connection.execute(query)]

    def end(self, sid: str, *, by: Actor, why: str = "signedOut") -> None:
        """End a session; the tokens that came of it stay, and nothing happens to others."""
        with self._unit.recording(by) as change:
            end_session(change.connection, sid, change.at, why)
            target = Target("session", sid)
            change.record(Entry("End session", "Session", target, detail={"why": why}))

    def forget_expired(self) -> int:
        """Delete sessions that are long over; gives their number."""
        now = self._unit.means.clock.now()
        with self._unit.writing() as connection:
            return connection.execute(delete(sessions).where(sessions.c.expires <= now)).rowcount


def _row(made: Session, secret: Opaque) -> dict[str, Any]:
    return {
        "hash": secret.hash,
        "sid": made.sid,
        "user_id": made.user_id,
        "created": made.created,
        "seen": made.seen,
        "idle_seconds": made.idle_seconds,
        "expires": made.expires,
        "document": to_text(made.document),
    }


def _read(row: Any) -> Session:  # a row
    return Session(
        row.sid,
        row.user_id,
        row.created,
        row.seen,
        row.expires,
        row.idle_seconds,
        from_text(row.document),
    )
