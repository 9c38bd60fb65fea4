"""`$search` and `$filter` as a condition for the database: it leaves out what they cannot find.

What is left is still looked at one by one (`found_by`, `holds`): words begin at blanks, symbols and
capitals, which no index knows. At 100,000 users the database leaves a few hundred of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Connection, Table, and_, false, or_, select, true

from ostiary.directory.json_documents import storable, to_text
from ostiary.schema.odata_filter import And, Comparison, Filter, Function, Or
from ostiary.schema.odata_search import Clause, Search, words_of

_LAST = "\U0010ffff"
_NONE: Final[Mapping[str, Any]] = MappingProxyType({})
_Condition: TypeAlias = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a list is asked for.

    `columns` are the members that the table has a column of, as they are looked up: in any case.
    `written` are members that stand in the document as they are told, with what is told of objects
    whose documents do not say them.
    """

    search: Search | None = None
    filter: Filter | None = None
    columns: Mapping[str, str] = field(default_factory=lambda: _NONE)
    written: Mapping[str, object] = field(default_factory=lambda: _NONE)


def possible(wanted: Wanted, table: Table, connection: Connection) -> _Condition:
    """Give a condition that holds of every row that is asked for, and of few others."""
    found = _Conditions(wanted, table, connection)
    parts = [
        *([] if wanted.search is None else [found.searched(wanted.search)]),
        *([] if wanted.filter is None else [found.filtered(wanted.filter)]),
    ]
    return and_(true(), *parts)


class _Conditions:
    def __init__(self, wanted: Wanted, table: Table, connection: Connection) -> None:
        self._table = table
        self._known = {name.casefold(): table.c[each] for name, each in wanted.columns.items()}
        self._written = {name.casefold(): (name, v) for name, v in wanted.written.items()}
        # SQLite's LIKE takes no notice of the case of ASCII letters, PostgreSQL's does.
        self._folds = connection.dialect.name == "sqlite"

    def searched(self, search: Search) -> _Condition:
        # Asked by id: the database then reads the columns' indexes, not the documents.
        return self._table.c.id.in_(select(self._table.c.id).where(self._searched(search)))

    def _searched(self, search: Search) -> _Condition:
        if not isinstance(search, Clause):
            parts = [self._searched(each) for each in search.parts]
            return and_(*parts) if search.every else or_(*parts)
        column = self._known.get(search.member)
        if column is None:
            return true()
        words = words_of(search.member, search.words)
        if words is None:
            return _begins(column, search.words.casefold())
        # INVARIANT: a word of a name may have symbols in it (`O'Brien` is found by `obrien`), so
        # its letters need only follow one another. Words have no letter that LIKE reads otherwise.
        return and_(*(column.like(f"%{'%'.join(each)}%") for each in words)) if words else false()

    def filtered(self, part: Filter) -> _Condition:
        match part:
            case And(parts):
                return and_(*(self.filtered(each) for each in parts))
            case Or(parts):
                return or_(*(self.filtered(each) for each in parts))
            case Comparison((member,), "eq", value) if isinstance(value, str | bool):
                return self._equal(member.casefold(), value)
            case Function(name, (member,), value) if member.casefold() in self._known:
                # Columns are kept without blanks around them; every text begins with nothing.
                column, text = self._known[member.casefold()], value.casefold().strip()
                if name != "startswith" or not text:
                    return true()
                return _begins(column, text)
            case _:
                return true()

    def _equal(self, member: str, value: str | bool) -> _Condition:
        column, text = self._known.get(member), str(value).casefold().strip()
        if column is not None and isinstance(value, str) and text:
            return column == text if storable(text) else false()
        name, told = self._written.get(member, ("", value))
        if not name or told == value or not str(value).isascii():
            return true()
        document = self._table.c.document
        written = to_text({name: value})[1:-1]
        if self._folds:
            return document.contains(written, autoescape=True)
        return document.icontains(written, autoescape=True)


def _begins(column: ColumnElement[str], key: str) -> _Condition:
    return (column >= key) & (column < key + _LAST) if storable(key) else false()
