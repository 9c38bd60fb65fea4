"""Starting a server for real clients: `ostiary init`, the tenant's people, `ostiary serve`."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from joserfc.jwk import RSAKey

from ostiary.demo.outside import WEBHOOK, Outside, outside
from ostiary.demo.tenant import AUDIENCE, SUBJECT
from ostiary.secrecy.clock import SystemClock
from ostiary.secrecy.randomness import SystemRandomness
from ostiary.serving.host import opened_store
from ostiary.web.service import Settings, open_service
from tests.clients import tenant
from tests.clients.serving import (
    ENVIRONMENT,
    LOG,
    OSTIARY,
    SECONDS,
    Served,
    eventually,
    free_ports,
    ostiary,
)
from tests.clients.tenant import Filled, fill

REALM_PORT = 443
MOST_ADDRESSES = 8


@contextmanager
def started(folder: Path, *options: str) -> Generator[Served]:
    """Make a tenant in a folder and serve it until the end."""
    data, config = folder / "data", folder / "ostiary.toml"
    made = _init(data)
    address = next(_free_addresses(), None)
    key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
    where = ("--data", str(data), "--config", str(config))
    with (
        outside(
            folder, key.as_dict(private=True), clock=SystemClock(), randomness=SystemRandomness()
        ) as beyond,
        opened_store(str(data), {}) as store,
        (folder / LOG).open("w") as log,
    ):
        filled = _fill(data, beyond)
        urls = _configure(config, address, beyond)
        exports = json.loads(ostiary("env", "--json", *where))
        served = Served(data, *urls, made, filled, store, exports, beyond, address is not None)
        with subprocess.Popen(  # noqa: S603  # our own command
            [*OSTIARY, "serve", *where, *options], stdout=log, stderr=log, env=ENVIRONMENT
        ) as process:
            try:
                eventually(lambda: _ready(served, process), "server that answers")
                yield served
            finally:
                process.terminate()
                process.wait(timeout=SECONDS)


def _init(data: Path) -> str:
    """Make the tenant as its first administrator does, and give its id."""
    people = ("--admin", tenant.ADMINISTRATOR, "--emergency-account", tenant.LIFEBOAT)
    place = ("--domain", tenant.DOMAIN, "--organization", "Fjordvik")
    return json.loads(ostiary("init", "--json", "--data", str(data), *place, *people))["tenantId"]


def _fill(data: Path, beyond: Outside) -> Filled:
    randomness = SystemRandomness()
    service = open_service(
        data, Settings(), clock=SystemClock(), randomness=randomness, environment={}
    )
    try:
        filled = fill(service.store, service.attempts.passwords, service.seeds, randomness)
        service.store.app_credentials.add_federated(
            tenant.DAEMON, beyond.origin, SUBJECT, {"audiences": [AUDIENCE]}, by=tenant.SYSTEM
        )
        return filled
    finally:
        service.store.close()


def _free_addresses() -> Iterator[str]:
    """Give loopback addresses on whose port 443 we may listen, and nobody does."""
    # Workers begin at different ones, or two would find the same one free.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    for number in range(MOST_ADDRESSES):
        address = f"127.0.0.{1 + number + int(worker) * MOST_ADDRESSES}"
        with socket.socket() as found:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                found.bind((address, REALM_PORT))
            except OSError:
                continue
        yield address


def _configure(config: Path, address: str | None, beyond: Outside) -> tuple[str, str, str, str]:
    """Write the settings; gives the URLs of sign-in, management API, Graph, Government suite."""
    host = address or "127.0.0.1"
    name = "localhost" if host == "127.0.0.1" else host
    names = ("login", "management", "graph", "government")
    identities, *ports = free_ports(1 + len(names))
    login, management, graph, government = (f"https://{name}:{port}" for port in ports)
    urls = (login, management, graph, government)
    lines = [
        *(f'{each}_url = "{url}"' for each, url in zip(names, urls, strict=True)),
        "[listen]",
        f'addresses = ["{host}"]',
        *(f"{each}_port = {port}" for each, port in zip(names, ports, strict=True)),
        *([f"password_grant_port = {REALM_PORT}"] if address else []),
        "[managed_identities]",
        f"port = {identities}",
        f'addresses = ["{host}"]',
        "[password_grant]",
        "enabled = true",
        f'apps = ["{tenant.CLI}"]',
        "[outbound]",
        f'allow = ["{beyond.origin}"]',
        'networks = ["127.0.0.0/8"]',
        f'authorities = "{beyond.authority}"',
        "[alerts]",
        f'webhook_url = "{beyond.origin}{WEBHOOK}"',
    ]
    config.write_text("\n".join(lines) + "\n")
    config.chmod(0o600)
    return urls


def _ready(served: Served, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, served.log()
    try:
        served.get(f"{served.authority}/v2.0/.well-known/openid-configuration")
    except OSError:
        return False
    return True
