"""Access tokens that are void before their end: a client's from one session, up to a moment.

They are signed and stand in no table, so what is kept is whose are void. Source: RFC 6749 section
4.1.2, checklist AZ06.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select

from ostiary.directory.documents import upsert
from ostiary.directory.tables_sessions import used_once
from ostiary.directory.tokens import hash_of
from ostiary.directory.unit import Unit

KEPT: Final = timedelta(hours=29)
"""Longer than the longest life of an access token, which is 28 hours."""
_KIND: Final = "endedGrant"


class EndedGrants:
    """Grants whose access tokens are void; each record lasts as long as such a token may."""

    def __init__(self, unit: Unit) -> None:
        """Work through a unit of work."""
        self._unit = unit

    def ended(self, sid: str, client_id: str) -> datetime | None:
        """Tell up to when the tokens that a client got in a session are void, None: none is."""
        query = select(used_once.c.expires).where(
            (used_once.c.kind == _KIND) & (used_once.c.key == _key(sid, client_id))
        )
        with self._unit.reading() as connection:
            expires = connection.execute(query).scalar_one_or_none()
        return None if expires is None else expires - KEPT


def end_grant(connection: Connection, sid: str, client_id: str, at: datetime) -> None:
    """Make the access tokens void that a client got in a session until now."""
    row = {"kind": _KIND, "key": _key(sid, client_id), "expires": at + KEPT}
    upsert(connection, used_once, row)


def _key(sid: str, client_id: str) -> bytes:
    return hash_of(f"{sid} {client_id.casefold()}")
