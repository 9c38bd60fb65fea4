"""What a `$filter` asks of sign-ins, as far as the columns of the log can answer it.

INVARIANT: a condition of the database holds of the very sign-ins of which `odata_filter.holds`
says so with `fold`: columns are kept in lower case, and what a row does not have is ''.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import eq, ge, gt, le, lt, ne
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, and_, func, literal, not_, or_

from ostiary.directory.sign_in_events import INTERACTIVE
from ostiary.directory.tables_logs import sign_ins
from ostiary.schema.odata_filter import (
    And,
    AnyElement,
    Comparison,
    Filter,
    Function,
    Not,
    Or,
    Path,
)

Sql: TypeAlias = ColumnElement[bool]
Operator: TypeAlias = Callable[[Any, Any], Any]

_C: Final = sign_ins.c
_TEXTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "id": "id",
        "userid": "principal_id",
        "serviceprincipalid": "principal_id",
        "userprincipalname": "user_name",
        "appid": "app_id",
        "appdisplayname": "app_name",
        "ipaddress": "ip",
        "correlationid": "correlation_id",
        "conditionalaccessstatus": "ca_status",
    }
)
"""Member of Graph's signIn in lower case -> column of its text."""
_PEOPLE: Final = frozenset({"userid", "userprincipalname"})
_WORKLOADS: Final = frozenset({"serviceprincipalid"})
_KINDS_OF_WORKLOADS: Final = ("serviceprincipal", "managedidentity")
_ORDERED: Final[Mapping[str, Operator]] = MappingProxyType({"gt": gt, "ge": ge, "lt": lt, "le": le})
_OPERATORS: Final[Mapping[str, Operator]] = MappingProxyType({**_ORDERED, "eq": eq, "ne": ne})
_LAST: Final = "\U0010ffff"
"""Behind every text that begins with what stands before it."""
_INDEXED: Final = frozenset(
    {"id", "principal_id", "user_name", "app_id", "ip", "correlation_id", "ca_status", "kind"}
    | {"error_code"}
)
_LARGEST: Final = 2**31
"""Of numbers that every database can be asked for; no error code is larger."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: `plain` keeps every index out of the search, `indexed` lets one serve.

    `indexed` None: no index does. `in_order`: by the index they come in the order of time.
    """

    plain: Sql
    indexed: Sql | None = None
    in_order: bool = False

    @classmethod
    def of(cls, column: str, value: str | int) -> Condition:
        """Make the condition that a column with an index has a value."""
        return cls(_hidden(column) == value, _C[column] == value, in_order=True)


def conditions_of(wanted: Filter | None) -> tuple[tuple[Condition, ...], Filter | None]:
    """Give the conditions that the database answers, and what has to be asked of each sign-in."""
    if wanted is None:
        return (), None
    found: list[Condition] = []
    rest: list[Filter] = []
    for each in wanted.parts if isinstance(wanted, And) else (wanted,):
        plain = _sql(each, _hidden)
        if plain is None:
            rest.append(each)
            continue
        indexed = _sql(each, _open) if _is_indexed(each) else None
        found.append(Condition(plain, indexed, indexed is not None and _is_one_value(each)))
    left = And(tuple(rest)) if len(rest) > 1 else next(iter(rest), None)
    return tuple(found), left


def _open(column: str) -> ColumnElement[Any]:
    return _C[column]


def _hidden(column: str) -> ColumnElement[Any]:
    """Give a column as an expression that no index serves: the planner knows no frequencies."""
    empty: Any = 0 if column == "error_code" else ""
    return _C[column] if column == "at" else func.coalesce(_C[column], literal(empty))


def _is_one_value(part: Filter) -> bool:
    """Tell whether a part is `eq`: an index sorts sign-ins of one value by time."""
    comparison = part.inner if isinstance(part, AnyElement) else part
    return isinstance(comparison, Comparison) and comparison.operator == "eq"


def _is_indexed(part: Filter) -> bool:
    """Tell whether an index leads to the sign-ins of a condition, and to no others."""
    match part:
        case Comparison(path, "eq" | "in", value):
            return value is not None and _column(path) in _INDEXED
        case Function("startswith", path, value):
            return bool(value) and _column(path) in _INDEXED
        case AnyElement(path, Comparison(_, "eq" | "in", _)):
            return _name(path) == "signineventtypes"
        case Or(parts):
            return all(map(_is_indexed, parts))
        case _:
            return False


def _name(path: Path) -> str:
    return "/".join(path).casefold()


def _column(path: Path) -> str:
    name = _name(path)
    return "error_code" if name == "status/errorcode" else _TEXTS.get(name, "")


def _sql(part: Filter, column: Callable[[str], ColumnElement[Any]]) -> Sql | None:
    """Write a part of a filter; None where the columns do not tell."""
    match part:
        case And(parts):
            return _joined(parts, and_, column)
        case Or(parts):
            return _joined(parts, or_, column)
        case Not(inner):
            found = _sql(inner, column)
            return None if found is None else not_(found)
        case Function(name, path, value):
            return _begins(path, value, column) if name == "startswith" else None
        case AnyElement(path, inner):
            return _kind(path, inner, column)
        case Comparison():
            return _compared(part, column)


def _joined(
    parts: Sequence[Filter], join: Callable[..., Sql], column: Callable[[str], ColumnElement[Any]]
) -> Sql | None:
    found = [each for part in parts if (each := _sql(part, column)) is not None]
    return join(*found) if len(found) == len(parts) else None


def _compared(part: Comparison, column: Callable[[str], ColumnElement[Any]]) -> Sql | None:
    name = _name(part.path)
    if name == "createddatetime" and part.operator in _ORDERED:
        at = _moment(part.value)
        return None if at is None else _ORDERED[part.operator](column("at"), at)
    if name == "status/errorcode":
        return _number(part, column("error_code"))
    if name == "isinteractive" and isinstance(part.value, bool) and part.operator in {"eq", "ne"}:
        same = part.value is (part.operator == "eq")
        return (eq if same else ne)(column("kind"), INTERACTIVE.casefold())
    return _text(name, part, column)


def _number(part: Comparison, column: ColumnElement[Any]) -> Sql | None:
    value, operator = part.value, _OPERATORS.get(part.operator)
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST
    return operator(column, value) if whole and operator is not None else None


def _text(name: str, part: Comparison, column: Callable[[str], ColumnElement[Any]]) -> Sql | None:
    """Compare a text; one without a value is neither equal to a text nor in a list of them."""
    if name not in _TEXTS:
        return None
    mine = column(_TEXTS[name])
    match part:
        case Comparison(_, "eq", str() as value) if value:
            found = mine == value.casefold()
        case Comparison(_, "in", value) if values := _texts_in(value):
            found = mine.in_(values)
        case _:
            return None
    return _of_its_kind(name, found, column)


def _begins(path: Path, value: str, column: Callable[[str], ColumnElement[Any]]) -> Sql | None:
    name, wanted = _name(path), value.casefold()
    if name not in _TEXTS or not wanted:
        return None
    mine = column(_TEXTS[name])
    found = and_(mine >= wanted, mine < wanted + _LAST)
    return _of_its_kind(name, found, column)


def _of_its_kind(name: str, found: Sql, column: Callable[[str], ColumnElement[Any]]) -> Sql:
    """Users and workload identities share a column: the kind tells whose id it is."""
    if name in _PEOPLE:
        return and_(found, _hidden("kind").not_in(_KINDS_OF_WORKLOADS))
    if name in _WORKLOADS:
        return and_(found, _hidden("kind").in_(_KINDS_OF_WORKLOADS))
    return found


def _kind(
    path: Path, inner: Comparison | Function, column: Callable[[str], ColumnElement[Any]]
) -> Sql | None:
    """Write `signInEventTypes/any(t: t eq 'interactiveUser')`: a sign-in is of one kind."""
    if _name(path) != "signineventtypes" or not isinstance(inner, Comparison) or inner.path:
        return None
    match inner:
        case Comparison(_, "eq", str() as value):
            return column("kind") == value.casefold()
        case Comparison(_, "in", value) if values := _texts_in(value):
            return column("kind").in_(values)
        case _:
            return None


def _texts_in(value: object) -> list[str]:
    """Give the texts of a list in lower case, none where not all of them are texts."""
    every: tuple[Any, ...] = value if isinstance(value, tuple) else ()  # pyright: ignore[reportUnknownVariableType]  # literals
    texts = [each.casefold() for each in every if isinstance(each, str) and each]
    return texts if len(texts) == len(every) else []


def _moment(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value).upper())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
