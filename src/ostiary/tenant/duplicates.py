"""The same object met several times: copies, and versions of which only one can count."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ostiary.tenant.documents import Item, Warning_
from ostiary.tenant.shapes import is_object

_DOT_NET_DATE = re.compile(r"/Date\((-?\d{1,15})\)/")


@dataclass(frozen=True, slots=True)
class Settled:
    """Objects with every id once.

    `copies` pairs those equal to one that is kept with it; `replaced` pairs those with the id of
    another but not its content with the one that counts in their place.
    """

    kept: tuple[Item, ...]
    copies: tuple[tuple[Item, Item], ...]
    replaced: tuple[tuple[Item, Item], ...]


def settle(items: Iterable[Item]) -> Settled:
    """Keep one object for each id: the one modified last, or else the first in the order of files.

    Objects without id are the same only if they are equal.
    """
    versions: dict[str, list[Item]] = {}
    for item in items:
        versions.setdefault(_identity(item), []).append(item)
    kept: list[Item] = []
    copies: list[tuple[Item, Item]] = []
    replaced: list[tuple[Item, Item]] = []
    for found in versions.values():
        current = _current(found)
        kept.append(current)
        for item in found:
            if item is not current:
                same = item.value == current.value
                (copies if same else replaced).append((item, current))
    return Settled(tuple(kept), tuple(copies), tuple(replaced))


def replacement(item: Item, current: Item) -> str:
    """Say which of two versions counts, and why."""
    own, other = _modified(item), _modified(current)
    later = own is not None and other is not None and other > own
    why = "it was modified later" if later else "it comes first"
    return f"`{current.source}` has the same id with other content and is used, because {why}"


def same_names(kept: Sequence[Item], what: str) -> Iterator[Warning_]:
    """Warn of different objects in several files with one name.

    Within one file that is the tenant's own choice: Graph allows it.
    """
    by_name: dict[str, list[Item]] = {}
    for item in kept:
        name = _member(item, "displayName")
        if name:
            by_name.setdefault(name.strip().casefold(), []).append(item)
    for found in by_name.values():
        if len({item.source.partition("#")[0] for item in found}) > 1:
            sources = ", ".join(f"`{item.source}`" for item in found)
            message = (
                f"{len(found)} different {what} are called `{_member(found[0], 'displayName')}`:"
                f" {sources}; all are used"
            )
            yield Warning_("duplicateName", message, found[0].source)


def _identity(item: Item) -> str:
    identifier = _member(item, "id")
    if identifier:
        return f"id {identifier.casefold()}"
    return f"content {json.dumps(item.value, sort_keys=True, default=repr)}"


def _member(item: Item, name: str) -> str:
    value: Any = item.value.get(name) if is_object(item.value) else None
    return value if isinstance(value, str) else ""


def _current(found: list[Item]) -> Item:
    dated = [(moment, item) for item in found if (moment := _modified(item)) is not None]
    if len(dated) < len(found):
        return found[0]
    # The first of those modified last: max keeps the first of equals.
    return max(dated, key=lambda pair: pair[0])[1]


def _modified(item: Item) -> datetime | None:
    return _moment(_member(item, "modifiedDateTime") or _member(item, "createdDateTime"))


def _moment(written: str) -> datetime | None:
    """Read a timestamp of Graph, or the form PowerShell 5 gives dates in JSON."""
    milliseconds = _DOT_NET_DATE.fullmatch(written)
    try:
        if milliseconds:
            return datetime.fromtimestamp(int(milliseconds.group(1)) / 1000, tz=UTC)
        moment = datetime.fromisoformat(written)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
