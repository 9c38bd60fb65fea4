"""What time it is as the store knows it, to notice a clock that is wrong (checklist CK01)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, func, select

from ostiary.directory.database import Database
from ostiary.directory.tables_logs import audit, sign_ins


def store_time(database: Database) -> datetime | None:
    """Ask PostgreSQL for its time; SQLite for the last thing that was logged, None before one.

    Raises StoreBusy, StoreUnavailable.
    """
    with database.reading() as connection:
        if not database.is_sqlite:
            now = select(func.clock_timestamp(type_=DateTime(timezone=True)))
            return connection.execute(now).scalar_one()
        latest = [
            connection.execute(select(table.c.at).order_by(place.desc()).limit(1)).scalar()
            for table, place in ((audit, audit.c.seq), (sign_ins, sign_ins.c.number))
        ]
    known = [each for each in latest if each is not None]
    return max(known, default=None)
