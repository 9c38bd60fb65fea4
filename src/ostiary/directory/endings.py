"""What ends when a person may no longer be signed in: sessions, token families, codes, factors."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, Table, delete, select, update

from ostiary.directory.families import Use
from ostiary.directory.json_documents import from_text
from ostiary.directory.tables_identities import forward_sessions
from ostiary.directory.tables_objects import users
from ostiary.directory.tables_sessions import (
    acceptances,
    admin_sessions,
    codes,
    device_codes,
    enrolment_links,
    families,
    interactions,
    methods,
    passwords,
    risks,
    sessions,
)
from ostiary.model.json_types import JsonObject

_LASTING: Final = (
    (sessions, sessions.c.ended, sessions.c.ended_why),
    (families, families.c.revoked, families.c.revoked_why),
)


def lock_user(connection: Connection, user_id: str, *, shared: bool = False) -> None:
    """Let what begins a sign-in (shared) and what ends them wait for each other.

    INVARIANT: taken before a code is redeemed or deleted, or the two could wait for ever.
    """
    query = select(users.c.id).where(users.c.id == user_id)
    connection.execute(query.with_for_update(read=shared)).all()


def end_sign_ins_of(connection: Connection, user_id: str, at: datetime, why: str) -> None:
    """End every session, token family and code of a user."""
    lock_user(connection, user_id)
    for table in (codes, device_codes, admin_sessions):
        connection.execute(delete(table).where(table.c.user_id == user_id))
    for table, moment, reason in _LASTING:
        alive = (table.c.user_id == user_id) & moment.is_(None)
        connection.execute(update(table).where(alive).values({moment: at, reason: why}))


def end_password_sign_ins_of(
    connection: Connection, user_id: str, at: datetime, why: str, *, keep_sid: str | None = None
) -> None:
    """End what a user has by a password, as a new one does, but not the session `keep_sid`.

    What came of no password stays, and so do the families of confidential clients. Source:
    entra-docs identity-platform/refresh-tokens, token revocation.
    """
    lock_user(connection, user_id)
    for table, document in ((codes, codes.c.document), (device_codes, device_codes.c.approval)):
        ends = _of_user(table, user_id, keep_sid) & _waiting(table)
        for row in connection.execute(select(table.c.hash, document).where(ends)).all():
            if is_by_password(from_text(row[1])):
                connection.execute(delete(table).where((table.c.hash == row.hash) & ends))
    for table, moment, reason in _LASTING:
        ends = _of_user(table, user_id, keep_sid) & moment.is_(None)
        if table is families:
            ends &= families.c.use != Use.FORGIVING.value
        name = next(iter(table.primary_key))
        for row in connection.execute(select(name, table.c.document).where(ends)).all():
            if is_by_password(from_text(row.document)):
                ended = update(table).where((name == row[0]) & ends)
                connection.execute(ended.values({moment: at, reason: why}))


def is_by_password(document: JsonObject) -> bool:
    """Tell whether a password was among what was shown; true where nobody can tell."""
    shown = document.get("shown")
    return not shown or any(each["factor"] == "PASSWORD" for each in shown)


def end_session(connection: Connection, sid: str, at: datetime, why: str) -> None:
    """End one session, and its codes that nobody redeemed; refresh tokens go on without it.

    A device that was approved in it gets its tokens too. Source: as above, single sign-out.
    """
    alive = (sessions.c.sid == sid) & sessions.c.ended.is_(None)
    connection.execute(update(sessions).where(alive).values(ended=at, ended_why=why))
    connection.execute(delete(codes).where((codes.c.sid == sid) & _waiting(codes)))


def _of_user(table: Table, user_id: str, keep_sid: str | None) -> ColumnElement[bool]:
    mine = table.c.user_id == user_id
    return mine if keep_sid is None else mine & table.c.sid.is_distinct_from(keep_sid)


def _waiting(table: Table) -> ColumnElement[bool]:
    """Name codes that gave nothing yet: others are kept, so that a replay is still seen as one."""
    if table is codes:
        return codes.c.redeemed.is_(None)
    return device_codes.c.approval.is_not(None)


def end_everything(connection: Connection, at: datetime, why: str) -> None:
    """End every sign-in of everybody, as after a restore: nothing that was used comes back."""
    connection.execute(
        update(sessions).where(sessions.c.ended.is_(None)).values(ended=at, ended_why=why)
    )
    connection.execute(
        update(families).where(families.c.revoked.is_(None)).values(revoked=at, revoked_why=why)
    )
    for table in (
        *(codes, device_codes, interactions, enrolment_links),
        *(forward_sessions, admin_sessions),
    ):
        connection.execute(delete(table))
    connection.execute(update(users).values(sessions_valid_from=at))


def forget(connection: Connection, user_ids: Iterable[str]) -> None:
    """Remove the factors and what else is kept of people who are deleted."""
    for user_id in user_ids:
        for table in (methods, passwords, acceptances, enrolment_links):
            connection.execute(delete(table).where(table.c.user_id == user_id))
        connection.execute(delete(risks).where(risks.c.id == user_id))
