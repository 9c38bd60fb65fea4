"""A value that must not be shown: no log, traceback or document can print it by accident."""

from __future__ import annotations

import hmac
from typing import Generic, NoReturn, TypeVar

Kept = TypeVar("Kept", str, bytes)


class Secret(Generic[Kept]):
    """Keeps a text or bytes; only `reveal` gives it away.

    Two are compared in constant time. It can be neither hashed, pickled nor written as JSON.
    """

    __slots__ = ("_value",)
    __hash__ = None  # pyright: ignore[reportAssignmentType]  # a set of secrets would compare by hash first

    def __init__(self, value: Kept) -> None:
        """Keep `value`."""
        self._value: Kept = value

    def reveal(self) -> Kept:
        """Give the value away: the one call to look for in a review."""
        return self._value

    def __eq__(self, other: object) -> bool:
        """Compare in constant time; with anything but a secret it is unequal."""
        if not isinstance(other, Secret):
            return NotImplemented
        theirs: str | bytes = other.reveal()  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]  # either kind
        return hmac.compare_digest(_octets(self._value), _octets(theirs))  # pyright: ignore[reportUnknownArgumentType]  # either kind

    def __repr__(self) -> str:
        """Say that there is one, and nothing else."""
        return "Secret(redacted)"

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled or copied into another process."""
        raise TypeError("a secret is not written out; reveal it where it is needed")


def _octets(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
