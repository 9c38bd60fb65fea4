"""How long to wait before a request is sent again: as the answer says, else ever longer.

Source: Graph concepts/throttling, best practices to handle throttling; RFC 9110, 10.2.3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

FIRST: Final = 1.0
LONGEST_BY_ITSELF: Final = 60.0
MOST_TRIES: Final = 10


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long altogether (in seconds) one request is tried.

    `now` gives the time for a `Retry-After` that is a date; `pause` waits.
    """

    now: Callable[[], datetime]
    pause: Callable[[float], None]
    tries: int = MOST_TRIES
    seconds: float = 900.0


def wait_of(headers: Mapping[str, str], tries: int, now: datetime) -> float:
    """Give the seconds to wait after so many tries (from 1).

    `headers` have names in lower case.
    """
    asked = retry_after(headers.get("retry-after", ""), now)
    if asked is not None:
        return asked
    return float(min(LONGEST_BY_ITSELF, FIRST * 2 ** (tries - 1)))


def retry_after(text: str, now: datetime) -> float | None:
    """Read `Retry-After`: seconds or a date; None where there is none that can be read."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 9:
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds())
