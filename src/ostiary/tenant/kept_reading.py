"""What was read of one state of a tenant, for reading the next: only what changed is parsed.

INVARIANT: a document is never changed in place; other content is another object, as the store's
copy in memory has it. So the same object reads as the same value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import is_
from typing import Any, TypeVar

from ostiary.model.json_types import Json
from ostiary.tenant.documents import Part, Warning_

_Read = TypeVar("_Read")


@dataclass
class Memory:
    """Values by the identity of their documents, which `_Collection` keeps alive."""

    before: dict[int, Any] = field(default_factory=dict[int, Any])
    now: dict[int, Any] = field(default_factory=dict[int, Any])


@dataclass(frozen=True)
class _Collection:
    """A list as it was read: its documents in order, where they stood, and what came of them."""

    documents: list[Json]
    places: list[tuple[str, str | None, int, bool]]
    values: dict[int, Any]
    found: Any
    warnings: tuple[Warning_, ...]


class KeptReading:
    """The collections of one tenant as they were last read."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._known: dict[str, _Collection] = {}

    def read(
        self,
        key: str,
        parts: Sequence[Part],
        warnings: list[Warning_],
        read: Callable[[Memory, list[Warning_]], _Read],
    ) -> _Read:
        """Give what a collection was read as, or let it be read with the values known of it.

        Raises whatever `read` raises; then the collection is read whole the next time.
        """
        known = self._known.pop(key, None)
        documents = [each for part in parts for each in part.values]
        places = [(each.file, each.pointer, len(each.values), each.goes_on) for each in parts]
        if known is None or known.places != places or not _same(known.documents, documents):
            memory, said = Memory(known.values if known else {}), list[Warning_]()
            found = read(memory, said)
            known = _Collection(documents, places, memory.now, found, tuple(said))
        self._known[key] = known
        warnings.extend(known.warnings)
        return known.found


def _same(one: Sequence[Json], other: Sequence[Json]) -> bool:
    return len(one) == len(other) and all(map(is_, one, other))
