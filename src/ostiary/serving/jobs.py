"""What a server does beside answering: each job at its interval, none of them fatal."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from ostiary.secrecy.clock import Clock

_LOOKS_EVERY: Final = 0.5
"""Seconds between two looks at the clock."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do again and again."""

    name: str
    every: timedelta
    run: Callable[[], object]


@dataclass
class Jobs:
    """Jobs and when each ran last; `failed` is told of an error, and the job is tried again."""

    jobs: Sequence[Job]
    clock: Clock
    failed: Callable[[str, Exception], None]
    _ran: dict[str, datetime] = field(default_factory=dict[str, datetime])

    def run_due(self) -> list[str]:
        """Run what is due and give the names; a job that never ran is due."""
        done: list[str] = []
        for job in self.jobs:
            now, last = self.clock.now(), self._ran.get(job.name)
            if last is not None and timedelta(0) <= now - last < job.every:
                continue
            self._ran[job.name] = now
            done.append(job.name)
            try:
                job.run()
            except Exception as error:  # the server goes on, whatever a job meets
                self.failed(job.name, error)
        return done


class JobThread:
    """Runs jobs in a thread of their own until it is closed."""

    def __init__(self, jobs: Jobs) -> None:
        """Start."""
        self._jobs = jobs
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Let the job under way end, and run no more."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._jobs.run_due()
            self._stop.wait(_LOOKS_EVERY)
