"""Values of the template language: what functions expect of them, and how large they may get.

Source: azure-docs azure-resource-manager/templates/data-types.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from ostiary.model.json_types import is_list, is_object

Value: TypeAlias = Any  # JSON
Known: TypeAlias = "tuple[Callable[..., Value], int, int]"
"""A function, and how many arguments it takes at least and at most."""
LARGEST: Final = 1_048_576
"""Characters, elements and members of one value, all together (we choose)."""
ANY_NUMBER: Final = LARGEST
_KINDS: Final[Mapping[type, str]] = {
    # A truth value is a number too, in Python: asked first.
    bool: "a truth value",
    str: "a text",
    int: "a number",
    float: "a number",
    list: "an array",
    type(None): "null",
}


def weight(value: Value) -> int:
    """Give the size of a value: of a text its length, of all else its parts; stops at LARGEST."""
    found, left = 0, [value]
    while left and found <= LARGEST:
        each = left.pop()
        found += 1
        if isinstance(each, str):
            found += len(each)
        elif is_object(each):
            found += sum(map(len, each))
            left.extend(each.values())
        elif is_list(each):
            left.extend(each)
    return found


def text_of(value: Value) -> str:
    """Write a value as `string()` does."""
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def text(value: Value) -> str:
    """Expect a text, or a number that is written as one."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TypeError(f"expected a text, came {kind(value)}")
    return str(value)


def strict_text(value: Value) -> str:
    """Expect a text."""
    if not isinstance(value, str):
        raise TypeError(f"expected a text, came {kind(value)}")
    return value


def number(value: Value) -> int:
    """Expect a whole number."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"expected a whole number, came {kind(value)}")
    return value


def truth(value: Value) -> bool:
    """Expect true or false."""
    if not isinstance(value, bool):
        raise TypeError(f"expected true or false, came {kind(value)}")
    return value


def elements(value: Value) -> list[Value]:
    """Expect an array."""
    if not is_list(value):
        raise TypeError(f"expected an array, came {kind(value)}")
    return list(value)


def members(value: Value) -> dict[str, Value]:
    """Expect an object."""
    if not is_object(value):
        raise TypeError(f"expected an object, came {kind(value)}")
    return dict(value)


def kind(value: Value) -> str:
    """Name the kind of a value, for errors."""
    if is_object(value):
        return "an object"
    return next((name for each, name in _KINDS.items() if isinstance(value, each)), "nothing")


def same(left: Value, right: Value) -> bool:
    """Compare as `equals` does: no value equals one of another type; texts count case."""
    return type(left) is type(right) and left == right


def require_length(length: int) -> None:
    """Refuse a text before it is made that would be too long."""
    if length > LARGEST:
        raise ValueError(f"the result would be longer than {LARGEST} characters")
