"""What ends when a person may no longer be signed in: sessions, token families, codes, factors."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, update

from ostiary.directory.tables_objects import users
from ostiary.directory.tables_sessions import (
    acceptances,
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


def end_sign_ins_of(
    connection: Connection, user_id: str, at: datetime, why: str, *, keep_sid: str | None = None
) -> None:
    """End every session, token family and code of a user, but those of the session `keep_sid`."""
    for table, moment, reason in (
        (sessions, sessions.c.ended, sessions.c.ended_why),
        (families, families.c.revoked, families.c.revoked_why),
    ):
        of_user = (table.c.user_id == user_id) & moment.is_(None)
        if keep_sid is not None:
            of_user &= table.c.sid.is_distinct_from(keep_sid)
        connection.execute(update(table).where(of_user).values({moment: at, reason: why}))
    for table in (codes, device_codes):
        of_user = table.c.user_id == user_id
        if keep_sid is not None:
            of_user &= table.c.sid.is_distinct_from(keep_sid)
        connection.execute(delete(table).where(of_user))


def end_session(connection: Connection, sid: str, at: datetime, why: str) -> None:
    """End one session, the families that began in it, and its codes."""
    alive = (sessions.c.sid == sid) & sessions.c.ended.is_(None)
    connection.execute(update(sessions).where(alive).values(ended=at, ended_why=why))
    begun = (families.c.sid == sid) & families.c.revoked.is_(None)
    connection.execute(update(families).where(begun).values(revoked=at, revoked_why=why))
    for table in (codes, device_codes):
        connection.execute(delete(table).where(table.c.sid == sid))


def end_everything(connection: Connection, at: datetime, why: str) -> None:
    """End every sign-in of everybody, as after a restore: nothing that was used comes back."""
    connection.execute(
        update(sessions).where(sessions.c.ended.is_(None)).values(ended=at, ended_why=why)
    )
    connection.execute(
        update(families).where(families.c.revoked.is_(None)).values(revoked=at, revoked_why=why)
    )
    for table in (codes, device_codes, interactions, enrolment_links):
        connection.execute(delete(table))
    connection.execute(update(users).values(sessions_valid_from=at))


def forget(connection: Connection, user_ids: Iterable[str]) -> None:
    """Remove the factors and what else is kept of people who are deleted."""
    for user_id in user_ids:
        for table in (methods, passwords, acceptances, enrolment_links):
            connection.execute(delete(table).where(table.c.user_id == user_id))
        connection.execute(delete(risks).where(risks.c.id == user_id))
