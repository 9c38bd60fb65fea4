"""The servers of the demonstration: free ports, its ostiary.toml, and `ostiary serve`."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from ostiary.demo import people
from ostiary.demo.outside import WEBHOOK, Outside
from ostiary.model.errors import OstiaryError
from ostiary.secrecy.randomness import Randomness
from ostiary.serving.files import PRIVATE, write_anew

CONFIG: Final = "ostiary.toml"
LOG: Final = "server.log"
_HOST: Final = "127.0.0.1"
_USUAL: Final = (8443, 8444, 8445, 8446)
_REALM: Final = 443
"""Where MSAL asks for the realm of a user, whatever the authority says."""
_TRIES: Final = 1_000
_SECONDS: Final = 60.0
_EVERY: Final = 0.05


class DoesNotServe(OstiaryError):
    """The server of the demonstration ended, or did not answer."""

    code = "doesNotServe"


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the server listens; `realm` None: port 443 cannot be had."""

    login: int
    management: int
    graph: int
    identities: int
    realm: int | None

    @property
    def moved(self) -> Iterator[tuple[int, int]]:
        """Usual ports that were taken, each with the one used instead."""
        own = (self.login, self.management, self.graph, self.identities)
        return (pair for pair in zip(_USUAL, own, strict=True) if pair[0] != pair[1])

    @property
    def login_url(self) -> str:
        """Public address of the sign-in service."""
        return f"https://localhost:{self.login}"

    @property
    def management_url(self) -> str:
        """Public address of the management API."""
        return f"https://localhost:{self.management}"

    @property
    def graph_url(self) -> str:
        """Public address of Microsoft Graph."""
        return f"https://localhost:{self.graph}"

    @property
    def identities_url(self) -> str:
        """Where workloads of this host get the tokens of managed identities."""
        return f"http://{_HOST}:{self.identities}"


def free_ports() -> Ports:
    """Take the usual ports, or the next free ones. Raises DoesNotServe where there are none."""
    taken: list[int] = []
    for usual in _USUAL:
        tries = (each for each in range(usual, usual + _TRIES) if each not in taken)
        found = next((each for each in tries if _is_free(each)), None)
        if found is None:
            raise DoesNotServe(f"expected a free port from {usual} on, and all are taken")
        taken.append(found)
    login, management, graph, identities = taken
    realm = _REALM if _is_free(_REALM) else None
    return Ports(login, management, graph, identities, realm)


def _is_free(port: int) -> bool:
    for family, address in ((socket.AF_INET, _HOST), (socket.AF_INET6, "::1")):
        if family is socket.AF_INET6 and not _has_ipv6():
            continue
        with socket.socket(family) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind((address, port))
            except OSError:
                return False
    return True


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as tried:
            tried.bind(("::1", 0))
    except OSError:
        return False
    return True


def write_config(
    data: Path, ports: Ports, beyond: Outside, lifetime: int | None, randomness: Randomness
) -> Path:
    """Write the settings, for `ostiary serve --data` to go by as well."""
    accounts = ", ".join(f'"{each}"' for each in people.BREAK_GLASS)
    lines = [
        "# Written by `ostiary demo` at each start.",
        f'login_url = "{ports.login_url}"',
        f'management_url = "{ports.management_url}"',
        f'graph_url = "{ports.graph_url}"',
        *([f"access_token_lifetime = {lifetime}"] if lifetime is not None else []),
        "",
        "[listen]",
        f"login_port = {ports.login}",
        f"management_port = {ports.management}",
        f"graph_port = {ports.graph}",
        *([f"password_grant_port = {ports.realm}"] if ports.realm else []),
        "",
        "[managed_identities]",
        f"port = {ports.identities}",
        "",
        "[emergency_access]",
        f"accounts = [{accounts}]",
        "",
        "# For the story only: this grant must not be used (RFC 9700), and is off by default.",
        "[password_grant]",
        "enabled = true",
        f'apps = ["{people.AZURE_CLI}"]',
        "",
        "[outbound]",
        f'allow = ["{beyond.origin}"]',
        'networks = ["127.0.0.0/8"]',
        f'authorities = "{beyond.authority.resolve()}"',
        "",
        "[alerts]",
        f'webhook_url = "{beyond.origin}{WEBHOOK}"',
        "",
    ]
    path = data / CONFIG
    write_anew(path, "\n".join(lines).encode(), mode=PRIVATE, randomness=randomness)
    return path


@contextmanager
def serving(data: Path, ports: Ports) -> Generator[Callable[[], None]]:
    """Serve the folder in a process of its own; gives what waits until that ends.

    Raises DoesNotServe, with the last lines of its log.
    """
    command = [sys.executable, "-m", "ostiary.demo.server_process", str(data)]
    with (data / LOG).open("wb") as log:
        # In a session of its own: Ctrl-C on the terminal is for the story, which then ends it; and
        # it ends by itself when the pipe does.
        process = subprocess.Popen(  # noqa: S603  # our own module
            command, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
        )
        try:
            _await(process, data, ports)
            yield lambda: _until_it_ends(process, data)
        finally:
            process.terminate()
            try:
                process.wait(_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _until_it_ends(process: subprocess.Popen[bytes], data: Path) -> None:
    process.wait()
    raise DoesNotServe(f"the server ended: {_last_lines(data)}", hint=f"see {data / LOG}")


def _await(process: subprocess.Popen[bytes], data: Path, ports: Ports) -> None:
    ends = time.monotonic() + _SECONDS
    while time.monotonic() < ends:
        if process.poll() is not None:
            raise DoesNotServe(f"the server ended: {_last_lines(data)}", hint=f"see {data / LOG}")
        if _answers(data, ports):
            return
        time.sleep(_EVERY)
    raise DoesNotServe(f"the server did not answer in {_SECONDS:.0f} s", hint=f"see {data / LOG}")


def _answers(data: Path, ports: Ports) -> bool:
    authority = data / "ca.pem"
    if not authority.exists():
        return False
    address = f"{ports.login_url}/common/v2.0/.well-known/openid-configuration"
    try:
        trust = ssl.create_default_context(cafile=authority)
        return httpx.get(address, verify=trust).status_code == 200
    except (httpx.HTTPError, OSError):
        return False


def _last_lines(data: Path) -> str:
    lines = (data / LOG).read_text("utf-8", "replace").splitlines()
    return " ".join(lines[-3:])[-600:] or "it wrote nothing"
