"""Sign-ins at hosts behind proxies: each stands on a session of the browser, and ends with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from ostiary.directory.tables_identities import forward_sessions
from ostiary.directory.tokens import hash_of, opaque
from ostiary.directory.unit import Unit


@dataclass(frozen=True, slots=True)
class ForwardSession:
    """A sign-in at one host; `sid` is the session it stands on, `device_id` where it was made."""

    app_id: str
    origin: str
    user_id: str
    sid: str
    device_id: str | None
    created: datetime
    expires: datetime


class ForwardSessions:
    """What the cookies of such hosts stand for; the store knows their hashes only."""

    def __init__(self, unit: Unit) -> None:
        """Work through a unit of work."""
        self._unit = unit

    def begin(
        self,
        app_id: str,
        origin: str,
        user_id: str,
        sid: str,
        *,
        device_id: str | None,
        lasts: timedelta,
    ) -> str:
        """Begin one and give the secret of its cookie, which is kept nowhere."""
        means = self._unit.means
        secret, now = opaque(means.random), means.clock.now()
        row = {
            "hash": secret.hash,
            "app_id": app_id,
            "origin": origin,
            "user_id": user_id,
            "sid": sid,
            "device_id": device_id,
            "created": now,
            "expires": now + lasts,
        }
        with self._unit.writing() as connection:
            connection.execute(insert(forward_sessions), row)
        return secret.text

    def of(self, secret: str, origin: str) -> ForwardSession | None:
        """Give what a cookie stands for at its own host, None anywhere else and at its end."""
        table, now = forward_sessions, self._unit.means.clock.now()
        good = (table.c.hash == hash_of(secret)) & (table.c.origin == origin)
        query = select(table).where(good & (table.c.expires > now))
        with self._unit.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _read(row)

    def end(self, secret: str) -> None:
        """End one; nothing happens where it ended already."""
        with self._unit.writing() as connection:
            mine = forward_sessions.c.hash == hash_of(secret)
            connection.execute(delete(forward_sessions).where(mine))

    def forget_expired(self) -> int:
        """Delete those that are over; gives their number."""
        now = self._unit.means.clock.now()
        with self._unit.writing() as connection:
            over = delete(forward_sessions).where(forward_sessions.c.expires <= now)
            return connection.execute(over).rowcount


def _read(row: Any) -> ForwardSession:  # a row
    return ForwardSession(
        row.app_id, row.origin, row.user_id, row.sid, row.device_id, row.created, row.expires
    )
