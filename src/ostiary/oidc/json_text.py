"""JSON inside of a request (the claims parameter, the parts of a JWT), read strictly."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NoReturn

from ostiary.model.json_types import JsonObject


def json_object(text: str | bytes) -> JsonObject | None:
    """Give the object that a JSON text is, None where it is anything else.

    A name given twice (RFC 7519 section 4), NaN, and nesting or numbers beyond what can be read
    make it no object.
    """
    try:
        value: object = json.loads(text, object_pairs_hook=_named_once, parse_constant=_refused)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None  # pyright: ignore[reportUnknownVariableType]  # JSON


def _named_once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise ValueError("a name is given twice")
        members[name] = value
    return members


def _refused(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
