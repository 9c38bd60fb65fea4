"""Many requests at one moment, each in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any


def at_once(count: int, ask: Callable[[], Any]) -> list[int]:
    """Ask that many times at once and give the statuses."""
    return [response.status_code for response in responses_at_once(count, ask)]


def responses_at_once(count: int, ask: Callable[[], Any]) -> list[Any]:
    """Ask that many times at once and give the responses."""
    ready = Barrier(count)

    def one(_: int) -> Any:
        ready.wait()
        return ask()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
