"""How deeply what a client sends may be nested: it is merged, compared and written by recursion."""

from __future__ import annotations

from typing import Any, Final

from ostiary.http.errors import ApiError
from ostiary.model.json_types import is_list, is_object

_DEEPEST: Final = 100
"""Levels (we choose)."""


def require_shallow(value: Any) -> None:
    """Refuse a value that is nested too deeply. Raises ApiError (400)."""
    level: list[Any] = [value]
    for _ in range(_DEEPEST):
        inner: list[Any] = []
        for each in level:
            if is_object(each):
                inner.extend(each.values())
            elif is_list(each):
                inner.extend(each)
        if not inner:
            return
        level = inner
    raise ApiError(
        400,
        "InvalidRequestContent",
        f"The request content was invalid: it is nested more deeply than {_DEEPEST} levels.",
    )
