"""Bodies of billing: addresses, names and texts, checked.

Source: rest/api/billing (2024-04-01), AddressDetails and the properties of each object.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from ostiary.http.calls import Call
from ostiary.http.errors import ApiError
from ostiary.model.json_types import as_object, is_object

_LONGEST: Final = 256
_ADDRESS: Final = frozenset(
    [
        "addressLine1",
        "addressLine2",
        "addressLine3",
        "city",
        "companyName",
        "country",
        "district",
        "email",
        "firstName",
        "lastName",
        "middleName",
        "phoneNumber",
        "postalCode",
        "region",
    ]
)
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", re.ASCII)

Reader = Callable[[str, object], object]


def sent_properties(call: Call, known: Mapping[str, Reader]) -> dict[str, Any]:
    """Read the members of `properties` that a body may change; what it does not name stays.

    Raises ApiError (400) for a value that cannot be; members that only the service writes are left
    alone, as clients send back what they read.
    """
    sent = as_object(call.document.get("properties", call.document))
    return {name: read(name, sent[name]) for name, read in known.items() if name in sent}


def text(name: str, value: object) -> str | None:
    """Read a text, None to take it away."""
    if value is None or (isinstance(value, str) and len(value) <= _LONGEST):
        return value
    raise _wrong(name, f"a text of at most {_LONGEST} characters")


def needed_text(name: str, value: object) -> str:
    """Read a text that cannot be empty."""
    found = text(name, value)
    if not found or not found.strip():
        raise _wrong(name, "a text that is not empty")
    return found.strip()


def switch(name: str, value: object) -> bool:
    """Read true or false."""
    if isinstance(value, bool):
        return value
    raise _wrong(name, "true or false")


def address(name: str, value: object) -> Mapping[str, str] | None:
    """Read an address, None to take it away."""
    if value is None:
        return None
    if not is_object(value):
        raise _wrong(name, "an address")
    found = {key: text(f"{name}.{key}", each) for key, each in value.items() if each is not None}
    unknown = sorted(set(found) - _ADDRESS)
    if unknown:
        raise _wrong(name, f"no member `{unknown[0][:40]}`")
    if not found.get("addressLine1") or not _COUNTRY.fullmatch(found.get("country") or ""):
        raise _wrong(name, "at least `addressLine1` and the two letters of `country`")
    return {key: each for key, each in found.items() if each is not None}


def _wrong(name: str, expected: str) -> ApiError:
    return ApiError(400, "BadRequest", f"`{name}`: expected {expected}.")
