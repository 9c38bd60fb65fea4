"""Statements that every refresh runs, written once.

SQLAlchemy looks a statement up, converts its values and wraps its answer anew each time, which
takes ten times as long as SQLite does. Here text and conversions are kept, and the driver is asked
at once; what it raises is told as SQLAlchemy tells it. PostgreSQL is asked as always.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from sqlalchemy import Connection, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.types import TypeEngine

_Convert: TypeAlias = Callable[[Any], Any]
_Values: TypeAlias = Mapping[str, Any]


def run(connection: Connection, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
    """Run SQL on the driver of SQLite. Raises DBAPIError, IntegrityError."""
    driver = cast("sqlite3.Connection", connection.connection.driver_connection)
    try:
        return driver.execute(statement, values)
    except sqlite3.Error as error:
        told = IntegrityError if isinstance(error, sqlite3.IntegrityError) else DBAPIError
        raise told(statement, None, error, hide_parameters=True) from error


@dataclass(frozen=True, slots=True)
class _Value:
    """A value of a statement: one that is given, or one that stands in it."""

    name: str | None
    constant: Any
    convert: _Convert | None

    def of(self, given: _Values) -> Any:
        """Give it as the driver takes it."""
        found = self.constant if self.name is None else given[self.name]
        return self.convert(found) if self.convert else found


@dataclass(frozen=True, slots=True)
class _Text:
    """A statement for SQLite: its text, its values in order, and what makes a row of an answer."""

    sql: str
    values: tuple[_Value, ...]
    columns: tuple[_Convert | None, ...]
    row: Callable[..., Any]

    def run(self, connection: Connection, given: _Values) -> sqlite3.Cursor:
        """Run it."""
        return run(connection, self.sql, [each.of(given) for each in self.values])

    def read(self, kept: Sequence[Any]) -> Any:
        """Read a row."""
        return self.row(
            *[
                each if convert is None else convert(each)
                for convert, each in zip(self.columns, kept, strict=True)
            ]
        )


class WrittenOnce:
    """A statement; who runs it names the same values each time, or gets a KeyError."""

    def __init__(self, statement: Select[*tuple[Any, ...]] | Insert | Update) -> None:
        """Write it when it is first run."""
        self._statement = statement
        self._text: _Text | None = None

    def first(self, connection: Connection, values: _Values) -> Any:
        """Run a query; gives its first row, None where there is none."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self._statement, values).first()
        text = self._text or self._written(connection.dialect, values)
        rows = text.run(connection, values).fetchall()
        return text.read(rows[0]) if rows else None

    def change(self, connection: Connection, values: _Values) -> int:
        """Run a change; gives the number of rows that an UPDATE changed."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self._statement, values).rowcount
        text = self._text or self._written(connection.dialect, values)
        return text.run(connection, values).rowcount

    def _written(self, dialect: Dialect, values: _Values) -> _Text:
        statement = self._statement
        named = list(values) if isinstance(statement, Insert) else None
        compiled = statement.compile(dialect=dialect, column_keys=named)
        all_values = compiled.construct_params(dict(values))
        columns = list(statement.selected_columns) if isinstance(statement, Select) else []
        row: Callable[..., Any] = namedtuple("row", [each.name for each in columns])  # pyright: ignore[reportUntypedNamedTuple, reportUnknownArgumentType]  # known at run time
        self._text = _Text(
            compiled.string,
            tuple(
                _Value(
                    name if name in values else None,
                    None if name in values else all_values[name],
                    _writing(compiled.binds[name].type, dialect),
                )
                for name in compiled.positiontup or ()
            ),
            tuple(_reading(each.type, dialect) for each in columns),
            row,
        )
        return self._text


def _writing(kind: TypeEngine[Any], dialect: Dialect) -> _Convert | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _reading(kind: TypeEngine[Any], dialect: Dialect) -> _Convert | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
