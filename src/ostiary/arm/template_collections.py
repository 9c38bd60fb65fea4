"""Functions of the template language for arrays and objects.

Source: azure-docs templates/template-functions-array, template-functions-object.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from ostiary.arm.template_arguments import (
    ANY_NUMBER,
    Known,
    Value,
    elements,
    kind,
    members,
    number,
    same,
    strict_text,
    text,
)
from ostiary.model.json_types import is_list, is_object

_MOST: Final = 10_000
"""Elements of `range`."""
_MOST_COMPARED: Final = 2_000
"""Elements of arrays that are compared each with each (we choose)."""


def _array(value: Value) -> list[Value]:
    return list(value) if is_list(value) else [value]


def _create_array(*values: Value) -> list[Value]:
    return list(values)


def _create_object(*values: Value) -> dict[str, Value]:
    if len(values) % 2:
        raise ValueError("expected names and values in turn")
    return {strict_text(name): each for name, each in zip(values[::2], values[1::2], strict=True)}


def _contains(container: Value, wanted: Value) -> bool:
    if is_object(container):
        return any(each.casefold() == strict_text(wanted).casefold() for each in container)
    if is_list(container):
        return any(same(each, wanted) for each in container)
    return text(wanted) in strict_text(container)


def _length(value: Value) -> int:
    if isinstance(value, str) or is_list(value) or is_object(value):
        return len(value)
    raise TypeError(f"expected a text, an array or an object, came {kind(value)}")


def _empty(value: Value) -> bool:
    return value is None or _length(value) == 0


def _whole(value: Value) -> Value:
    return value if isinstance(value, str) else elements(value)


def _first(value: Value) -> Value:
    if isinstance(value, str):
        return value[:1]
    return next(iter(elements(value)), None)


def _last(value: Value) -> Value:
    if isinstance(value, str):
        return value[-1:]
    return next(reversed(elements(value)), None)


def _skip(value: Value, count: Value) -> Value:
    return _whole(value)[max(0, number(count)) :]


def _take(value: Value, count: Value) -> Value:
    return _whole(value)[: max(0, number(count))]


def _union(*values: Value) -> Value:
    if all(is_object(each) for each in values):
        merged: dict[str, Value] = {}
        for each in values:
            merged = _merged(merged, members(each))
        return merged
    found: list[Value] = []
    for item in _compared(*values):
        if not _contains(found, item):
            found.append(item)
    return found


def _compared(*values: Value) -> list[Value]:
    found = [item for each in values for item in elements(each)]
    if len(found) > _MOST_COMPARED:
        raise ValueError(f"expected at most {_MOST_COMPARED} elements")
    return found


def _merged(left: dict[str, Value], right: dict[str, Value]) -> dict[str, Value]:
    found = dict(left)
    for name, value in right.items():
        both = is_object(value) and is_object(found.get(name))
        found[name] = _merged(members(found[name]), members(value)) if both else value
    return found


def _intersection(first: Value, *rest: Value) -> Value:
    if is_object(first):
        return {
            name: value
            for name, value in first.items()
            if all(name in members(each) and same(each[name], value) for each in rest)
        }
    _compared(first, *rest)
    return [each for each in elements(first) if all(_contains(elements(o), each) for o in rest)]


def _range(start: Value, count: Value) -> list[int]:
    if not 0 <= number(count) <= _MOST:
        raise ValueError(f"expected at most {_MOST} elements")
    return list(range(number(start), number(start) + count))


def _flatten(value: Value) -> list[Value]:
    return [item for each in elements(value) for item in elements(each)]


def _items(value: Value) -> list[Value]:
    return [{"key": name, "value": each} for name, each in sorted(members(value).items())]


def _object_keys(value: Value) -> list[str]:
    return sorted(members(value))


def _json(value: Value) -> Value:
    return json.loads(strict_text(value))


COLLECTIONS: Final[Mapping[str, Known]] = {
    "array": (_array, 1, 1),
    "contains": (_contains, 2, 2),
    "createarray": (_create_array, 0, ANY_NUMBER),
    "createobject": (_create_object, 0, ANY_NUMBER),
    "empty": (_empty, 1, 1),
    "first": (_first, 1, 1),
    "flatten": (_flatten, 1, 1),
    "intersection": (_intersection, 2, ANY_NUMBER),
    "items": (_items, 1, 1),
    "json": (_json, 1, 1),
    "last": (_last, 1, 1),
    "length": (_length, 1, 1),
    "objectkeys": (_object_keys, 1, 1),
    "range": (_range, 2, 2),
    "skip": (_skip, 2, 2),
    "take": (_take, 2, 2),
    "union": (_union, 1, ANY_NUMBER),
}
