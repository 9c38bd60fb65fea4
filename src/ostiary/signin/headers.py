"""Headers of a request as one mapping: lower-case names, repeated ones joined (RFC 9110 5.3).

A header that stands twice must not hide behind its first value: the second `X-Forwarded-For` may be
the one that a proxy added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

Headers: TypeAlias = Mapping[str, str]


def joined_headers(pairs: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Join the raw headers of a request; octets beyond ASCII are read as Latin-1."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name.decode("latin-1").casefold(), []).append(value.decode("latin-1"))
    return {name: ", ".join(values) for name, values in found.items()}
