"""The servers of the demonstration: free ports, its ostiary.toml, and `ostiary serve`."""

from __future__ import annotations

import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx

from ostiary.demo import people
from ostiary.demo.outside import WEBHOOK, Outside
from ostiary.directory.first_party import AZURE_CLI
from ostiary.secrecy.randomness import Randomness
from ostiary.serving.files import PRIVATE, write_anew
from ostiary.serving.free_ports import DoesNotServe, Ports

CONFIG: Final = "ostiary.toml"
LOG: Final = "server.log"
_SECONDS: Final = 60.0
_EVERY: Final = 0.05


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
        f'apps = ["{AZURE_CLI}"]',
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
