"""Many requests at one moment, each in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, get_ident
from typing import Any

from httpx import Response

_MOST_TRIES = 20


def at_once(count: int, ask: Callable[[], Any]) -> list[int]:
    """Ask that many times at once and give the statuses."""
    return [response.status_code for response in responses_at_once(count, ask)]


def responses_at_once(count: int, ask: Callable[[], Any]) -> list[Any]:
    """Ask that many times at once and give the responses.

    Who is told that too much waits for the database (503) asks again, as clients do: nothing of
    such a request was kept.
    """
    ready = Barrier(count)

    def one(_: int) -> Any:
        ready.wait()
        answer = ask()
        for _again in range(_MOST_TRIES):
            if not isinstance(answer, Response) or answer.status_code != 503:
                break
            answer = ask()
        return answer

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def each_his_own(things: Sequence[str]) -> Callable[[], str]:
    """Give each thread that asks another of these things, and the same one when it asks again."""
    left, own = list(things), dict[int, str]()

    def mine() -> str:
        me = get_ident()
        if me not in own:
            own[me] = left.pop()
        return own[me]

    return mine
