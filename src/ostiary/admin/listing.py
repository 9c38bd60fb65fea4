"""Lists on a page: search, filter and order as the address says, so that it can be kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a list can be ordered by: its text is `column.<name>`."""

    name: str
    key: Callable[[Row], Any]


@dataclass(frozen=True, slots=True)
class Order:
    """By which column, and which way round."""

    column: str
    descending: bool = False

    @property
    def text(self) -> str:
        """Write it for an address."""
        return f"-{self.column}" if self.descending else self.column


def order_of(query: Mapping[str, str], columns: Sequence[Column], usual: Order) -> Order:
    """Read `order` of an address; what names no column is passed over."""
    text = query.get("order", "")
    column = text.removeprefix("-")
    known = any(each.name == column for each in columns)
    return Order(column, text.startswith("-")) if known else usual


def ordered(rows: Iterable[Row], columns: Sequence[Column], order: Order) -> list[Row]:
    """Put rows in order."""
    key = next(each.key for each in columns if each.name == order.column)
    return sorted(rows, key=key, reverse=order.descending)


def address(path: str, query: Mapping[str, str], **changed: str) -> str:
    """Give the address of the same list with something changed; empty values are left out."""
    kept = {**query, **changed}
    text = urlencode({name: value for name, value in kept.items() if value and name != "notice"})
    return f"{path}?{text}" if text else path


def order_links(
    path: str, query: Mapping[str, str], columns: Sequence[Column], order: Order
) -> dict[str, tuple[str, str]]:
    """Give for each column the address that orders by it, and what `aria-sort` says now."""
    found: dict[str, tuple[str, str]] = {}
    for each in columns:
        mine = each.name == order.column
        other = Order(each.name, mine and not order.descending)
        says = ("descending" if order.descending else "ascending") if mine else ""
        found[each.name] = (address(path, query, order=other.text), says)
    return found
