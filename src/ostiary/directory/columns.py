"""Column types that mean the same in SQLite (STRICT tables) and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, Dialect, Integer, LargeBinary, MetaData, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Whole: Final[TypeEngine[int]] = BigInteger().with_variant(Integer(), "sqlite")
"""A 64-bit number: STRICT tables of SQLite know the name INTEGER only."""
Words: Final[TypeEngine[str]] = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is compared by code point in both databases."""
Octets: Final[TypeEngine[bytes]] = LargeBinary()

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def microseconds(moment: datetime) -> int:
    """Give a time as whole microseconds since 1970, exactly; raises ValueError without a zone."""
    if moment.tzinfo is None:
        raise ValueError("expected a time with a zone")
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(number: int) -> datetime:
    """Give the time, in UTC, of whole microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=number)


class Moment(TypeDecorator[datetime]):
    """A time in UTC, kept as microseconds since 1970: exact, and sorted alike everywhere."""

    impl = BigInteger().with_variant(Integer(), "sqlite")
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Write a time."""
        return None if value is None else microseconds(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Read a time."""
        return None if value is None else moment_of(value)
