"""Several worker processes on the same sockets: started, watched, ended together.

A worker that dies is replaced, because others hold its users' sessions too: all state is in the
store. One that dies at once again and again ends the server, so that the fault is seen.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from typing import Final

from ostiary.model.errors import OstiaryError
from ostiary.secrecy.clock import Clock
from ostiary.serving.listeners import GRACE_SECONDS

_LOOKS_EVERY: Final = 0.2
_TOO_SOON: Final = 5.0
"""Seconds that a worker has to live, or it failed to start."""
_MOST_FAILURES: Final = 3


class WorkersFail(OstiaryError):
    """Workers do not stay alive."""

    code = "workersFail"


Start = Callable[[int], SpawnProcess]
"""Makes the worker with a number, not started yet."""


@dataclass
class Supervisor:
    """Keeps a number of workers alive until it is told to stop."""

    count: int
    start: Start
    clock: Clock
    tell: Callable[[str], None]
    _workers: dict[int, tuple[SpawnProcess, float]] = field(
        default_factory=dict[int, tuple[SpawnProcess, float]]
    )
    _failures: int = 0

    def run(self, stop: threading.Event, started: Callable[[], None]) -> None:
        """Start the workers and watch them. Raises WorkersFail where they do not stay alive."""
        try:
            for number in range(self.count):
                self._begin(number)
            started()
            while not stop.is_set():
                wait([each.sentinel for each, _ in self._workers.values()], _LOOKS_EVERY)
                if not stop.is_set():
                    self._replace_dead()
        finally:
            self._end()

    def _begin(self, number: int) -> None:
        worker = self.start(number)
        worker.start()
        self._workers[number] = worker, self.clock.seconds()

    def _replace_dead(self) -> None:
        for number, (worker, since) in list(self._workers.items()):
            if worker.is_alive():
                continue
            code = worker.exitcode
            soon = self.clock.seconds() - since < _TOO_SOON
            self._failures = self._failures + 1 if soon else 0
            if self._failures >= _MOST_FAILURES:
                raise WorkersFail(
                    f"expected workers that stay alive, {_MOST_FAILURES} ended at once, the last "
                    f"with exit code {code}",
                    hint="the lines above tell why",
                )
            self.tell(f"worker {number} ended with exit code {code} and is replaced")
            self._begin(number)

    def _end(self) -> None:
        for worker, _ in self._workers.values():
            worker.terminate()
        deadline = self.clock.seconds() + GRACE_SECONDS + 5
        for worker, _ in self._workers.values():
            worker.join(max(0.1, deadline - self.clock.seconds()))
            if worker.is_alive():
                worker.kill()
                worker.join()


@contextmanager
def told_to_stop() -> Generator[threading.Event]:
    """Give an event that SIGTERM and SIGINT set."""
    stop = threading.Event()

    def told(number: int, frame: object) -> None:
        stop.set()

    before = {each: signal.signal(each, told) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def worker_process(target: Callable[..., None], *arguments: object) -> SpawnProcess:
    """Make a process that shares nothing with this one but the arguments."""
    return multiprocessing.get_context("spawn").Process(target=target, args=arguments)


def end_with_supervisor() -> None:
    """Tell this worker to stop when its supervisor is gone, which could not tell it any more."""
    supervisor = multiprocessing.parent_process()
    if supervisor is None:
        return

    def watch() -> None:
        supervisor.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="supervisor watch", daemon=True).start()
