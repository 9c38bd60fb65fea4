"""Names that attack a page: the forty payloads in every text that people see (checklist CS05)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import Final

from tests.pages.payloads import PAYLOADS

HELD: Sequence[str] = tuple(each.replace("\x00", "") for each in PAYLOADS)
"""As a name can hold them: JSON of a database has no NUL."""


_LONGEST: Final = 1000
"""Characters of a name: the store keeps keys of 1024."""


def many_at_once() -> Callable[[str], str]:
    """Give names of as many payloads as fit; each name begins with the next of them."""
    turns = count()

    def named(_: str) -> str:
        first = next(turns) % len(HELD)
        found = ""
        for each in (*HELD[first:], *HELD[:first]):
            if len(found) + len(each) <= _LONGEST:
                found += each
        return found

    return named


def some(payloads: Sequence[str]) -> Callable[[str], str]:
    """Give names of these payloads, each with a number of its own in front."""
    number = count()
    return lambda _: f"{next(number)}{''.join(payloads)}"
