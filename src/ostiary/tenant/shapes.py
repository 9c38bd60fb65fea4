"""What kind of JSON value something is, in a form the type checker follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ostiary.model.json_types import is_list, is_object


def kind_of(value: object) -> str:
    """Say in words what kind of JSON value came."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "an object" if is_object(value) else "a list"


def elements(value: object) -> Sequence[Any] | None:
    """Give the elements of a list or of a collection `{"value": [...]}`, None for others."""
    if is_object(value):
        inner = value.get("value", value.get("Value"))
        return inner if is_list(inner) else None
    return value if is_list(value) else None
