"""JSON as the store keeps it: text that any database takes, and one canonical form to hash."""

from __future__ import annotations

import json
from typing import Any, Final

from ostiary.directory.errors import StoreDamaged
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject

_LONGEST_KEY: Final = 1024


def to_text(document: object) -> str:
    """Write JSON in its own order, in ASCII: PostgreSQL takes no NUL and no lone surrogate.

    Raises InputError for what JSON cannot say (NaN, infinite numbers).
    """
    return _written(document, sort=False)


def canonical(document: object) -> str:
    """Write JSON in the one form that is hashed: sorted members, no blanks, ASCII."""
    return _written(document, sort=True)


def _written(document: object, *, sort: bool) -> str:
    try:
        return json.dumps(document, separators=(",", ":"), allow_nan=False, sort_keys=sort)
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"expected JSON, came something else: {error}") from error


def from_text(text: str) -> Any:
    """Read what `to_text` wrote. Raises StoreDamaged for anything else."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise StoreDamaged(
            "a row of the store cannot be read", hint="restore the store from a backup"
        ) from error


def folded(text: str) -> str:
    """Give a name or id as it is looked up: case does not count.

    Raises InputError where no database can keep it as a key: NUL, lone surrogates, too long.
    """
    key = text.strip().casefold()
    if not storable(key):
        raise InputError(
            f"expected a name or id of at most {_LONGEST_KEY} ordinary characters, came "
            f"{json.dumps(text[:60])}"
        )
    return key


def storable(text: str) -> bool:
    """Tell whether a text can be a key in every database."""
    if len(text) > _LONGEST_KEY or "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def identifier_of(document: JsonObject, member: str = "id") -> str:
    """Give the id of a document in lower case; raises InputError where it has none."""
    value = document.get(member)
    if isinstance(value, str) and value.strip():
        return folded(value)
    raise InputError(f"expected an id in `{member}`, came {json.dumps(value, default=str)[:60]}")


def optional_key(document: JsonObject, member: str) -> str | None:
    """Give a text member as it is looked up, None where it is absent or empty."""
    value = document.get(member)
    return folded(value) if isinstance(value, str) and value.strip() else None
