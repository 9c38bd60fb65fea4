"""When two JSON values are equal, and when one contains the other.

Rules: `_about.format.comparison` of the suite, its last sentence: a subset, member by member,
lists in any order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ostiary.model.json_types import is_list, is_object


def equal(expected: object, actual: object) -> bool:
    """Tell whether two JSON values are the same; `true` is not 1, and 1 is 1.0."""
    if is_object(expected) and is_object(actual):
        return expected.keys() == actual.keys() and all(
            equal(value, actual[key]) for key, value in expected.items()
        )
    if is_list(expected) and is_list(actual):
        return len(expected) == len(actual) and all(map(equal, expected, actual))
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    return expected == actual


def contains(actual: object, expected: object) -> bool:
    """Tell whether `actual` has everything that `expected` names; null is a value."""
    return next(missing(expected, actual), None) is None


def missing(expected: object, actual: object, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Give every place where `actual` does not contain `expected`: path, expected, actual.

    A member that is not there at all comes with `ABSENT`.
    """
    if is_object(expected) and is_object(actual):
        for key, value in expected.items():
            yield from missing(value, actual.get(key, ABSENT), f"{path}.{key}" if path else key)
    elif is_list(expected) and is_list(actual):
        if not _assignable(expected, actual):
            yield path, expected, actual
    elif not equal(expected, actual):
        yield path, expected, actual


class Absent:
    """The value of a member that an answer does not have, which is not null."""

    def __repr__(self) -> str:
        """Show it as the reports do."""
        return "nothing"


ABSENT = Absent()


def _assignable(expected: Sequence[Any], actual: Sequence[Any]) -> bool:
    """Tell whether every expected element has an element of its own that contains it.

    Taking the first that fits would be wrong: `{}` fits everything and could take the only
    element that fits another. So each one may push those before it to other elements.
    """
    if len(expected) != len(actual):
        return False
    fits = [[n for n, one in enumerate(actual) if contains(one, wanted)] for wanted in expected]
    holder: dict[int, int] = {}
    return all(_place(number, fits, holder) for number in range(len(expected)))


def _place(wanted: int, fits: Sequence[Sequence[int]], holder: dict[int, int]) -> bool:
    """Find an element for one more expected one: an augmenting path, breadth first."""
    reached: dict[int, int] = {}
    queue = [wanted]
    for number in queue:
        for element in fits[number]:
            if element in reached:
                continue
            reached[element] = number
            if element not in holder:
                _shift(element, wanted, reached, holder)
                return True
            queue.append(holder[element])
    return False


def _shift(element: int, wanted: int, reached: dict[int, int], holder: dict[int, int]) -> None:
    """Give `element` to the one that reached it, whose former element goes to the next, …"""
    held = {number: place for place, number in holder.items()}
    while True:
        number = reached[element]
        holder[element] = number
        if number == wanted:
            return
        element = held[number]
