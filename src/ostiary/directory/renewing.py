"""Authentication methods after a restore: what was used since the backup must not be good again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import delete, select, update

from ostiary.directory.json_documents import from_text, to_text
from ostiary.directory.registered import keep_registration
from ostiary.directory.tables_sessions import methods
from ostiary.directory.unit import Change
from ostiary.model.json_types import JsonObject

StillGood: TypeAlias = Callable[[str, JsonObject, datetime], JsonObject | None]
"""Kind, document, now -> the document that is kept, None where the method is not good any more."""


def as_it_is(kind: str, document: JsonObject, now: datetime) -> JsonObject:
    """Keep a method as it was."""
    return document


def renew_methods(change: Change, still: StillGood) -> None:
    """Ask of every method what becomes of it."""
    connection, ended = change.connection, set[str]()
    query = select(methods.c.id, methods.c.user_id, methods.c.kind, methods.c.document)
    for row in connection.execute(query).all():
        document = from_text(row.document)
        kept = still(row.kind, document, change.at)
        if kept is None:
            connection.execute(delete(methods).where(methods.c.id == row.id))
            ended.add(row.user_id)
        elif kept != document:
            changed = update(methods).where(methods.c.id == row.id)
            connection.execute(changed.values(document=to_text(kept), etag=change.means.etag()))
    for user_id in sorted(ended):
        keep_registration(change, user_id)
