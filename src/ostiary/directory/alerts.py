"""Alerts on their way: kept until they are delivered, whatever happens to the process.

An alert is queued in the transaction of what it tells of, once for each channel. Whoever delivers
claims it for a while; a process that dies meanwhile leaves it to the next one, so that an alert may
come twice and never not at all. Its id tells the receiver.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, delete, insert, select, update

from ostiary.directory.json_documents import from_text, to_text
from ostiary.directory.tables_sessions import alert_outbox
from ostiary.directory.unit import Unit
from ostiary.model.json_types import JsonObject

FIRST_PAUSE: Final = timedelta(seconds=10)
LONGEST_PAUSE: Final = timedelta(minutes=15)
CLAIM: Final = timedelta(minutes=1)
"""How long one process may take before another one tries."""
MOST_AT_ONCE: Final = 100


class Channel(StrEnum):
    """A way to tell somebody."""

    WEBHOOK = "webhook"
    MAIL = "mail"
    PERSON = "person"
    """A mail to the one whom it concerns, not to the operators."""


_OPERATORS: Final = (Channel.WEBHOOK, Channel.MAIL)


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert that waits, and how often it was tried, this time included."""

    id: str
    channel: Channel
    created: datetime
    tries: int
    document: JsonObject


class Alerts:
    """The alerts that are not delivered yet."""

    def __init__(self, unit: Unit) -> None:
        """Work through a unit of work."""
        self._unit = unit

    def queue(self, alert_id: str, document: JsonObject) -> None:
        """Keep an alert for the operators; a channel that is not set up drops it later."""
        now, text = self._unit.means.clock.now(), to_text(document)
        row = {"id": alert_id, "created": now, "due": now, "tries": 0, "document": text}
        with self._unit.writing() as connection:
            rows = [{**row, "channel": each.value} for each in _OPERATORS]
            connection.execute(insert(alert_outbox), rows)

    def claim(self, channel: Channel) -> list[Alert]:
        """Take what is due on a channel, the earliest first; nobody else is given it meanwhile."""
        now, table = self._unit.means.clock.now(), alert_outbox
        due = (table.c.channel == channel.value) & (table.c.due <= now)
        first = select(table.c.id).where(due).order_by(table.c.created, table.c.id)
        with self._unit.writing() as connection:
            ids = connection.execute(first.limit(MOST_AT_ONCE)).scalars().all()
            taken = update(table).where(due & table.c.id.in_(ids))
            taken = taken.values(due=now + CLAIM, tries=table.c.tries + 1)
            rows = connection.execute(taken.returning(*table.c)).all()
        found = [Alert(r.id, channel, r.created, r.tries, from_text(r.document)) for r in rows]
        return sorted(found, key=lambda each: (each.created, each.id))

    def delivered(self, alerts: Sequence[Alert]) -> None:
        """Forget what was delivered."""
        with self._unit.writing() as connection:
            for each in alerts:
                connection.execute(delete(alert_outbox).where(_is(each)))

    def failed(self, alerts: Sequence[Alert]) -> None:
        """Try again after a pause that doubles each time."""
        now = self._unit.means.clock.now()
        with self._unit.writing() as connection:
            for each in alerts:
                pause = min(FIRST_PAUSE * 2 ** min(each.tries - 1, 16), LONGEST_PAUSE)
                connection.execute(update(alert_outbox).where(_is(each)).values(due=now + pause))

    def drop(self, channel: Channel) -> int:
        """Forget what waits for a channel that is not set up; gives the number."""
        waiting = alert_outbox.c.channel == channel.value
        with self._unit.reading() as connection:
            if (
                connection.execute(select(alert_outbox.c.id).where(waiting).limit(1)).first()
                is None
            ):
                return 0
        with self._unit.writing() as connection:
            return connection.execute(delete(alert_outbox).where(waiting)).rowcount

    def waiting(self) -> int:
        """Count what is not delivered, each channel by itself."""
        with self._unit.reading() as connection:
            return len(connection.execute(select(alert_outbox.c.id)).all())


def _is(alert: Alert) -> ColumnElement[bool]:
    return (alert_outbox.c.id == alert.id) & (alert_outbox.c.channel == alert.channel.value)
