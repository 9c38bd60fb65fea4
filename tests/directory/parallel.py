"""Many requests at once, on several stores of one database as several processes would be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from ostiary.directory.store import Store
from tests.directory.stores import Made

Answer = TypeVar("Answer")
_THREADS = 18


def at_once(
    made: Made, count: int, ask: Callable[[Store, int], Answer], *, replicas: int = 3
) -> Sequence[Answer]:
    """Ask `count` times at once, in turn on each replica; an error of any is an error.

    Every thread has its connection before the first one asks, or the first would be done before
    the others begin.
    """
    stores = [made.another() for _ in range(replicas)]
    threads = min(_THREADS, count)
    ready = Barrier(threads)

    def share(thread: int) -> list[Answer]:
        store = stores[thread % replicas]
        with store.database.reading():
            ready.wait()
        ready.wait()  # every connection is free again
        return [ask(store, number) for number in range(thread, count, threads)]

    try:
        with ThreadPoolExecutor(threads) as pool:
            return [each for answers in pool.map(share, range(threads)) for each in answers]
    finally:
        for store in stores:
            store.close()
