"""Numbers for Prometheus, of all worker processes together.

Where several processes serve, each writes its numbers to files of a shared folder and whichever is
asked adds them up (prometheus.github.io/client_python/multiprocess).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ostiary.directory.sign_in_events import SignInEvent

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

SHARED: Final = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
NO_ROUTE: Final = "none"
"""What a path that is no route counts as: a scanner must not fill the memory with labels."""


def share_between_processes(folder: Path) -> None:
    """Let the processes that start from now on count together, from nothing.

    It has to come before the first `Metrics` of this process, and before the others start.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.glob("*.db"):
        old.unlink(missing_ok=True)
    os.environ[SHARED] = str(folder)


class Metrics:
    """What is counted. Labels come from routes, our words and numbers, never from requests."""

    def __init__(self) -> None:
        """Begin to count."""
        # The package looks for the shared folder when it is imported.
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self._registry = CollectorRegistry()
        self.requests = Counter(
            "ostiary_http_requests",
            "Requests answered",
            ("listener", "method", "route", "status"),
            registry=self._registry,
        )
        self.seconds = Histogram(
            "ostiary_http_request_seconds",
            "Time from a request's headers to the end of its answer",
            ("listener", "route"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._decisions = Counter(
            "ostiary_conditional_access_decisions",
            "Sign-ins by what Conditional Access said (conditionalAccessStatus)",
            ("status",),
            registry=self._registry,
        )
        self._sign_ins = Counter(
            "ostiary_sign_ins",
            "Sign-ins by kind and AADSTS code, 0 where they succeeded",
            ("category", "error_code"),
            registry=self._registry,
        )
        self._revision = Gauge(
            "ostiary_snapshot_revision",
            "Revision of the policies in force, of the process that is furthest behind",
            registry=self._registry,
            multiprocess_mode="livemin",
        )
        self._age = Gauge(
            "ostiary_snapshot_read_seconds",
            "Time at which the process that is furthest behind last looked for changes",
            registry=self._registry,
            multiprocess_mode="livemin",
        )
        self._store_busy = Counter(
            "ostiary_store_busy",
            "Times that the store was held too long by others",
            registry=self._registry,
        )
        self._waiting = Gauge(
            "ostiary_password_checks_waiting",
            "Password checks that wait for a processor",
            registry=self._registry,
            multiprocess_mode="livesum",
        )
        self._busy_before = 0

    def signed_in(self, event: SignInEvent) -> None:
        """Count an attempt to sign in."""
        self._sign_ins.labels(event.category, str(event.error_code)).inc()
        self._decisions.labels(event.ca_status).inc()

    def note(self, *, revision: int, read_at: float, store_busy: int, waiting: int) -> None:
        """Keep how this process stands; `store_busy` counts from its start."""
        self._revision.set(revision)
        self._age.set(read_at)
        self._waiting.set(waiting)
        self._store_busy.inc(max(0, store_busy - self._busy_before))
        self._busy_before = store_busy

    def page(self) -> tuple[bytes, str]:
        """Give all numbers as Prometheus reads them, and their content type."""
        from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

        write: Callable[[CollectorRegistry], bytes] = generate_latest
        return write(self._asked()), CONTENT_TYPE_LATEST

    def _asked(self) -> CollectorRegistry:
        if SHARED not in os.environ:
            return self._registry
        from prometheus_client import CollectorRegistry
        from prometheus_client.multiprocess import MultiProcessCollector

        together = CollectorRegistry()
        MultiProcessCollector(together)
        return together
