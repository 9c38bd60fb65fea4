"""One-time links for somebody who can show nothing yet: kept as hashes, each good once.

Source: checklist BG03 and BG06.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, insert, select

from ostiary.directory.audit import Entry, Target
from ostiary.directory.protocols import Actor
from ostiary.directory.tables_sessions import enrolment_links
from ostiary.directory.tokens import hash_of, opaque
from ostiary.directory.unit import Unit

_CATEGORY: Final = "UserManagement"


@dataclass(frozen=True, slots=True)
class EnrolmentLink:
    """A link that is good: for whom, and until when."""

    user_id: str
    created: datetime
    expires: datetime


class EnrolmentLinks:
    """Links that are good. One that was used, has expired or was replaced is not kept."""

    def __init__(self, unit: Unit) -> None:
        """Work through a unit of work."""
        self._unit = unit

    def make(self, user_id: str, *, lifetime: timedelta, by: Actor) -> tuple[str, EnrolmentLink]:
        """Make the secret of a link for a user and give it; an earlier link of his ends."""
        means = self._unit.means
        secret = opaque(means.random)
        with self._unit.recording(by) as change:
            made = EnrolmentLink(user_id, change.at, change.at + lifetime)
            table, connection = enrolment_links, change.connection
            connection.execute(delete(table).where(table.c.user_id == user_id))
            row = {"user_id": user_id, "created": made.created, "expires": made.expires}
            connection.execute(insert(table), {"hash": secret.hash, **row})
            detail = {"expires": made.expires.isoformat()}
            target = Target("user", user_id)
            change.record(Entry("Create enrolment link", _CATEGORY, target, detail=detail))
        return secret.text, made

    def of(self, secret: str) -> EnrolmentLink | None:
        """Give a link that is good, None for any other."""
        good = self._good(secret)
        with self._unit.reading() as connection:
            row = connection.execute(select(enrolment_links).where(good)).one_or_none()
        return None if row is None else _read(row)

    def use(self, secret: str, *, by: Actor) -> EnrolmentLink | None:
        """Use a link up: of any number of attempts exactly one is given it."""
        with self._unit.recording(by) as change:
            used = delete(enrolment_links).where(self._good(secret)).returning(*enrolment_links.c)
            row = change.connection.execute(used).one_or_none()
            if row is None:
                return None
            target = Target("user", row.user_id)
            change.record(Entry("Use enrolment link", _CATEGORY, target))
        return _read(row)

    def forget_expired(self) -> int:
        """Delete links that nobody used; gives their number."""
        now = self._unit.means.clock.now()
        with self._unit.writing() as connection:
            over = delete(enrolment_links).where(enrolment_links.c.expires <= now)
            return connection.execute(over).rowcount

    def _good(self, secret: str) -> Any:  # a condition of a query
        now = self._unit.means.clock.now()
        return (enrolment_links.c.hash == hash_of(secret)) & (enrolment_links.c.expires > now)


def _read(row: Any) -> EnrolmentLink:  # a row
    return EnrolmentLink(row.user_id, row.created, row.expires)
