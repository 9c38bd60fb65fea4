"""`$search` as a condition for the database: it leaves out what a search cannot find.

What is left is still looked at one by one (`found_by`): words begin at blanks, symbols and
capitals, which no index knows. At 100,000 users the database leaves a few hundred of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Table, and_, false, or_, select, true

from ostiary.directory.json_documents import storable
from ostiary.schema.odata_search import Clause, Search, words_of

_LAST = "\U0010ffff"


def possible(search: Search, table: Table, columns: Mapping[str, str]) -> ColumnElement[bool]:
    """Give a condition that holds of every row that a search finds, and of few others.

    `columns` are the members that the table has a column of, as they are looked up: in any case.
    """
    known = {member.casefold(): table.c[column] for member, column in columns.items()}
    # Asked by id: the database then reads the columns' indexes, not the documents.
    return table.c.id.in_(select(table.c.id).where(_condition(search, known)))


def _condition(search: Search, known: Mapping[str, ColumnElement[str]]) -> ColumnElement[bool]:
    if not isinstance(search, Clause):
        parts = [_condition(each, known) for each in search.parts]
        return and_(*parts) if search.every else or_(*parts)
    column = known.get(search.member)
    if column is None:
        return true()
    words = words_of(search.member, search.words)
    if words is None:
        key = search.words.casefold()
        return (column >= key) & (column < key + _LAST) if storable(key) else false()
    # INVARIANT: a word of a name may have symbols in it (`O'Brien` is found by `obrien`), so its
    # letters need only follow one another. Words have no letter that LIKE reads otherwise.
    return and_(*(column.like(f"%{'%'.join(each)}%") for each in words)) if words else false()
