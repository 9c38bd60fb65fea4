"""Work that fills a processor: as much at once as there are processors, and a short queue."""

from __future__ import annotations

import os
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from ostiary.model.errors import OstiaryError

WAITING: Final = 16
"""Passwords that may wait: at 20 ms each the last of them waits less than half a second."""
AT_ONCE: Final = 16
"""However many processors there are. With those that wait it leaves some of the forty threads in
which a process answers (anyio's limit) to requests without a password."""


class TooManyAtOnce(OstiaryError):
    """The queue is full (checklist DS03): 429 with Retry-After."""

    code = "tooManyAtOnce"


class Turns:
    """Lets a few threads work at once and some wait; a thread that has its turn keeps it."""

    def __init__(self, at_once: int | None = None, waiting: int = WAITING) -> None:
        """Let `at_once` threads work, as many as there are processors unless said."""
        self._free = threading.Semaphore(at_once or min(AT_ONCE, os.cpu_count() or 1))
        self._most, self._waiting = waiting, 0
        self._counting = threading.Lock()
        self._mine = threading.local()

    @property
    def waiting(self) -> int:
        """How many threads wait now."""
        return self._waiting

    @contextmanager
    def turn(self) -> Generator[None]:
        """Wait for a turn. Raises TooManyAtOnce where too many wait already."""
        if getattr(self._mine, "has_turn", False):
            yield
            return
        if not self._free.acquire(blocking=False):
            self._wait()
        self._mine.has_turn = True
        try:
            yield
        finally:
            self._mine.has_turn = False
            self._free.release()

    def _wait(self) -> None:
        with self._counting:
            if self._waiting >= self._most:
                raise TooManyAtOnce("too many passwords are being checked", hint="try again")
            self._waiting += 1
        try:
            self._free.acquire()
        finally:
            with self._counting:
                self._waiting -= 1
