"""Functions of the template language for numbers, truth and comparison.

Source: azure-docs templates/template-functions-numeric, -logical, -comparison.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ostiary.arm.template_arguments import (
    ANY_NUMBER,
    Known,
    Value,
    elements,
    number,
    same,
    truth,
)
from ostiary.model.json_types import is_list

_LARGEST: Final = 2**63


def _bounded(value: int) -> int:
    if not -_LARGEST <= value < _LARGEST:
        raise OverflowError("the result is no 64-bit number")
    return value


def _add(left: Value, right: Value) -> int:
    return _bounded(number(left) + number(right))


def _sub(left: Value, right: Value) -> int:
    return _bounded(number(left) - number(right))


def _mul(left: Value, right: Value) -> int:
    return _bounded(number(left) * number(right))


def _div(left: Value, right: Value) -> int:
    quotient = abs(number(left)) // abs(number(right))
    return quotient if (left < 0) == (right < 0) else -quotient


def _mod(left: Value, right: Value) -> int:
    return number(left) - _div(left, right) * number(right)


def _numbers(values: tuple[Value, ...]) -> list[int]:
    found = elements(values[0]) if len(values) == 1 and is_list(values[0]) else list(values)
    return [number(each) for each in found]


def _min(*values: Value) -> int:
    return min(_numbers(values))


def _max(*values: Value) -> int:
    return max(_numbers(values))


def _int(value: Value) -> int:
    return _bounded(int(value) if isinstance(value, str) and len(value) <= 20 else number(value))


def _bool(value: Value) -> bool:
    if isinstance(value, str) and value.casefold() in {"true", "false"}:
        return value.casefold() == "true"
    return value if isinstance(value, bool) else number(value) != 0


def _and(*values: Value) -> bool:
    truths = [truth(each) for each in values]
    return all(truths)


def _or(*values: Value) -> bool:
    truths = [truth(each) for each in values]
    return any(truths)


def _not(value: Value) -> bool:
    return not truth(value)


def _true() -> bool:
    return True


def _false() -> bool:
    return False


def _null() -> None:
    return None


def _coalesce(*values: Value) -> Value:
    return next((each for each in values if each is not None), None)


def _sides(left: Value, right: Value) -> tuple[Value, Value]:
    if isinstance(left, str) and isinstance(right, str):
        return left, right
    return number(left), number(right)


def _less(left: Value, right: Value) -> bool:
    first, second = _sides(left, right)
    return first < second


def _less_or_equals(left: Value, right: Value) -> bool:
    first, second = _sides(left, right)
    return first <= second


def _greater(left: Value, right: Value) -> bool:
    return _less(right, left)


def _greater_or_equals(left: Value, right: Value) -> bool:
    return _less_or_equals(right, left)


NUMBERS: Final[Mapping[str, Known]] = {
    "add": (_add, 2, 2),
    "and": (_and, 1, ANY_NUMBER),
    "bool": (_bool, 1, 1),
    "coalesce": (_coalesce, 1, ANY_NUMBER),
    "div": (_div, 2, 2),
    "equals": (same, 2, 2),
    "false": (_false, 0, 0),
    "greater": (_greater, 2, 2),
    "greaterorequals": (_greater_or_equals, 2, 2),
    "int": (_int, 1, 1),
    "less": (_less, 2, 2),
    "lessorequals": (_less_or_equals, 2, 2),
    "max": (_max, 1, ANY_NUMBER),
    "min": (_min, 1, ANY_NUMBER),
    "mod": (_mod, 2, 2),
    "mul": (_mul, 2, 2),
    "not": (_not, 1, 1),
    "null": (_null, 0, 0),
    "or": (_or, 1, ANY_NUMBER),
    "sub": (_sub, 2, 2),
    "true": (_true, 0, 0),
}
