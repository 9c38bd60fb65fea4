"""`$expand`: what an object refers to, told inside it.

Source: Graph concepts/query-parameters, `$expand`: of directory objects at most 20 are told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

from ostiary.directory.documents import Stored
from ostiary.http.calls import Call
from ostiary.schema.odata_order import Expanded

MOST_EXPANDED: Final = 20
Expansion: TypeAlias = Callable[[Call, Stored], Sequence[dict[str, Any]] | dict[str, Any] | None]
_KNOWN: Final[dict[tuple[str, str], Expansion]] = {}


def expands(path: str, member: str) -> Callable[[Expansion], Expansion]:
    """Declare the function below as what a member of the objects at a path expands to."""

    def declared(function: Expansion) -> Expansion:
        _KNOWN[path, member] = function
        return function

    return declared


def expanded(call: Call, path: str, found: Stored, wanted: Sequence[Expanded]) -> dict[str, Any]:
    """Give the members that are asked for with what they refer to."""
    told: dict[str, Any] = {}
    for each in wanted:
        folded = each.member.casefold()
        member = next(name for of, name in _KNOWN if of == path and name.casefold() == folded)
        told[member] = _selected(_KNOWN[path, member](call, found), each.select)
    return told


def _selected(value: Any, names: tuple[str, ...]) -> Any:  # JSON
    if isinstance(value, Sequence):
        return [_selected(each, names) for each in value[:MOST_EXPANDED]]  # pyright: ignore[reportUnknownVariableType]  # JSON
    if value is None or not names:
        return value
    folded = {each.casefold() for each in names}
    return {key: v for key, v in value.items() if key.startswith("@") or key.casefold() in folded}
