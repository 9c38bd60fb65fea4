"""The running server: the only place where its parts are built and joined."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from functools import partial
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Final

from ostiary.arm.invoices import ISSUE_EVERY, issue_invoices
from ostiary.model.errors import OstiaryError
from ostiary.secrecy.clock import Clock, SystemClock
from ostiary.secrecy.randomness import SystemRandomness
from ostiary.serving.alerts import AlertSender
from ostiary.serving.certificates import ServerCertificate
from ostiary.serving.checkpointing import LOOK_EVERY, Checkpointing
from ostiary.serving.collecting import leave_what_stays
from ostiary.serving.data_lock import held
from ostiary.serving.host import require_data
from ostiary.serving.jobs import Job, Jobs, JobThread
from ostiary.serving.listeners import Listener, bound, serve_until_told
from ostiary.serving.log_retention import RETENTION_EVERY, LogRetention
from ostiary.serving.logs import set_up_logs
from ostiary.serving.metrics import Metrics, share_between_processes
from ostiary.serving.rollout_watch import LOOK_EVERY as ROLLOUTS_EVERY
from ostiary.serving.rollout_watch import RolloutWatch
from ostiary.serving.service_settings import certificate_of, service_settings
from ostiary.serving.settings import Carried, ServerSettings, carried, carried_over
from ostiary.serving.supervisor import (
    Supervisor,
    end_with_supervisor,
    told_to_stop,
    worker_process,
)
from ostiary.serving.telemetry import Telemetry, WithHealth, observed
from ostiary.web.app import managed_identity_app, sign_in_app
from ostiary.web.resource_apis import government_api, graph_api, management_api
from ostiary.web.service import Service, open_service

Tell = Callable[[str], None]
Sockets = Mapping[str, tuple[socket.socket, ...]]
LOGIN: Final = "sign-in"
MANAGEMENT: Final = "management API"
GRAPH: Final = "Graph"
GOVERNMENT: Final = "Azure Government management API"
PASSWORD_GRANT: Final = "password grant"  # noqa: S105  # a listener's name
MANAGED_IDENTITIES: Final = "managed identities"
_ALERTS_EVERY: Final = timedelta(seconds=1)
_FORGET_EVERY: Final = timedelta(minutes=10)
_PREPARE_EVERY: Final = timedelta(seconds=30)
_FAILED: Final = 2
METRICS: Final = "metrics"
"""Folder of the numbers that several processes share."""
_READY: Final = "ready; stop with Ctrl-C"
_OVER_HTTP: Final = "http://localhost"
"""The one listener without TLS: the clients of managed identities speak plain HTTP."""


def run(
    data: Path, settings: ServerSettings, *, tell: Tell, listening: Callable[[], None] | None = None
) -> None:
    """Serve until SIGTERM or SIGINT; `listening` is called once the ports are taken.

    Raises InputError, DataInUse, CannotListen, DataFileError, KeyEncryptionKeyError,
    NoGoodPolicies, WorkersFail and what opening a store raises.
    """
    database = settings.database.reveal() if settings.database else None
    require_data(data, database)
    with nullcontext() if database else held(data):
        _run(data, settings, tell, listening)


def _run(
    data: Path, settings: ServerSettings, tell: Tell, listening: Callable[[], None] | None
) -> None:
    sockets = _sockets(settings)
    if listening is not None:
        listening()
    clock, randomness = SystemClock(), SystemRandomness()
    certificate = certificate_of(settings, data, clock=clock, randomness=randomness)
    set_up_logs(settings.log, clock)
    if settings.workers == 1:
        with opened(
            data, settings, clock=clock, tell=tell, keeps_house=True, certificate=certificate
        ) as service:
            _announce(service, settings, tell)
            tell(_READY)
            leave_what_stays()
            serve_until_told(_listeners(service, settings, sockets, certificate))
        return
    with opened(data, settings, clock=clock, tell=tell, keeps_house=False) as service:
        _announce(service, settings, tell)
    share_between_processes(data / METRICS)
    start = partial(_start, data, carried(settings), sockets, certificate)
    with told_to_stop() as stop:
        Supervisor(settings.workers, start, clock, tell).run(stop, lambda: tell(_READY))


@contextmanager
def opened(
    data: Path,
    settings: ServerSettings,
    *,
    clock: Clock,
    tell: Tell,
    keeps_house: bool,
    certificate: ServerCertificate | None = None,
) -> Generator[Service]:
    """Open the service of a data folder; one process of a server keeps house for all."""
    service = open_service(
        data,
        service_settings(settings, certificate),
        clock=clock,
        randomness=SystemRandomness(),
        environment=os.environ,
        database=settings.database.reveal() if settings.database else None,
    )
    service.snapshots.raise_alarm = lambda alarm: tell(_not_in_force(alarm))
    thread = JobThread(_jobs(service, data, settings, tell)) if keeps_house else None
    try:
        yield service
    finally:
        if thread is not None:
            thread.close()
        service.store.close()


def _jobs(service: Service, data: Path, settings: ServerSettings, tell: Tell) -> Jobs:
    """Give what has to be done beside answering."""
    store = service.store
    clock, tenant_id = service.clock, service.issuer.authority.tenant_id
    alerts = AlertSender(store, service.settings.outbound, settings.alerts)
    rollouts = RolloutWatch(store, service.snapshots, service.health)
    return Jobs(
        (
            Job("audit checkpoint", LOOK_EVERY, Checkpointing(store, data).run),
            Job("forgetting what is over", _FORGET_EVERY, store.forget_expired),
            Job("log retention", RETENTION_EVERY, LogRetention(store, settings.retention).run),
            Job("sign-in blocks", _PREPARE_EVERY, service.impacts.keep_up),
            Job("rollouts", ROLLOUTS_EVERY, rollouts.run),
            Job("alerts", _ALERTS_EVERY, alerts.run_once),
            Job("invoices", ISSUE_EVERY, lambda: issue_invoices(store, tenant_id, clock.now())),
        ),
        clock,
        lambda name, error: tell(f"{name}: {error}"),
    )


def _sockets(settings: ServerSettings) -> Sockets:
    listen = settings.listen
    ports = {
        LOGIN: listen.login_port,
        MANAGEMENT: listen.management_port,
        GRAPH: listen.graph_port,
        GOVERNMENT: listen.government_port,
        PASSWORD_GRANT: listen.password_grant_port,
    }
    own = settings.managed_identities
    wanted = [(name, listen.addresses, port) for name, port in ports.items()]
    wanted.append((MANAGED_IDENTITIES, own.addresses, own.port))
    return {
        name: bound(name, addresses, port) for name, addresses, port in wanted if port is not None
    }


def _listeners(
    service: Service, settings: ServerSettings, sockets: Sockets, certificate: ServerCertificate
) -> list[Listener]:
    telemetry = Telemetry(service, Metrics(), settings)
    login = WithHealth(sign_in_app(service), telemetry)
    apps = {
        LOGIN: (login, settings.login_url),
        PASSWORD_GRANT: (login, settings.login_url),
        MANAGEMENT: (management_api(service), settings.management_url),
        GRAPH: (graph_api(service), settings.graph_url),
        MANAGED_IDENTITIES: (managed_identity_app(service), _OVER_HTTP),
    }
    if settings.government_url:
        apps[GOVERNMENT] = (government_api(service), settings.government_url)
    devices = {LOGIN: settings.tls.device_authorities}
    return [
        Listener(
            observed(*apps[name], name, telemetry),
            found,
            None if name == MANAGED_IDENTITIES else certificate,
            devices.get(name),
        )
        for name, found in sockets.items()
    ]


def _start(
    data: Path,
    written: Carried,
    sockets: Sockets,
    certificate: ServerCertificate,
    number: int,
) -> SpawnProcess:
    return worker_process(_work, data, written, sockets, certificate, number)


def _work(
    data: Path,
    written: Carried,
    sockets: Sockets,
    certificate: ServerCertificate,
    number: int,
) -> None:
    """Serve as one of several processes."""

    def tell(line: str) -> None:
        print(f"worker {number}: {line}", file=sys.stderr, flush=True)  # noqa: T201

    settings, clock = carried_over(written), SystemClock()
    set_up_logs(settings.log, clock)
    # Until the loop listens to signals, one ends the process as it would any other.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    end_with_supervisor()
    try:
        with opened(
            data,
            settings,
            clock=clock,
            tell=tell,
            keeps_house=number == 0,
            certificate=certificate,
        ) as service:
            leave_what_stays()
            serve_until_told(_listeners(service, settings, sockets, certificate))
    except OstiaryError as error:
        tell(str(error))
        sys.exit(_FAILED)


def _announce(service: Service, settings: ServerSettings, tell: Tell) -> None:
    snapshot = service.snapshots.current()
    directory = snapshot.policies.directory
    tell(f"tenant {directory.tenant_id}, {len(directory.users)} users")
    states: dict[str, int] = {}
    for each in snapshot.parts.policies:
        states[each.state.value] = states.get(each.state.value, 0) + 1
    counted = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    tell(f"Conditional Access policies: {counted or 'none'}")
    if snapshot.alarm:
        tell(_not_in_force(snapshot.alarm))
    faces = (LOGIN, MANAGEMENT, GRAPH, GOVERNMENT)
    for name, url in zip(faces, settings.public_urls, strict=False):
        tell(f"{name}: {url}")


def _not_in_force(alarm: str) -> str:
    """Say that policies of before decide (checklist PE06)."""
    return f"ALARM: the latest policies are not in force: {alarm}"
