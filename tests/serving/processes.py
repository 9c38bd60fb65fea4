"""A server in a process of its own, on free ports, with the certificate of its own authority."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import IO, Any

import httpx

from ostiary.serving.certificates import CA_CERTIFICATE

ROOT = Path(__file__).parents[2]
_PATIENCE = 60
_MAIN = "import sys; from ostiary.cli.main import main; sys.exit(main())"


def at_last(holds: Callable[[], bool]) -> bool:
    """Ask again until something holds: servers look for changes twice a second.

    False: it never did.
    """
    until = monotonic() + _PATIENCE
    while monotonic() < until:
        if holds():
            return True
    return False


def free_ports(count: int) -> list[int]:
    """Give ports that nobody listens on, different from each other."""
    with ExitStack() as held:
        found = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in found:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in found]


def addresses(ports: Sequence[int]) -> dict[str, str]:
    """Give the environment of a server that listens on three ports (sign-in, management, Graph)."""
    names = ("LOGIN", "MANAGEMENT", "GRAPH")
    found = {"OSTIARY_LISTEN__ADDRESSES": "127.0.0.1"}
    for name, port in zip(names, ports, strict=True):
        found[f"OSTIARY_{name}_URL"] = f"https://localhost:{port}"
        found[f"OSTIARY_LISTEN__{name}_PORT"] = str(port)
    return found


@dataclass
class Process:
    """A running server."""

    data: Path
    ports: list[int]
    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list[str])
    _reader: threading.Thread | None = None

    @property
    def login_url(self) -> str:
        """The origin of the sign-in service."""
        return f"https://localhost:{self.ports[0]}"

    def client(self, url: str | None = None, **options: Any) -> httpx.Client:
        """Give a client that believes the server's own authority and nobody else."""
        trust = ssl.create_default_context(cafile=self.data / CA_CERTIFICATE)
        trust.verify_flags |= ssl.VERIFY_X509_STRICT
        return httpx.Client(base_url=url or self.login_url, verify=trust, **options)

    def stop(self) -> int:
        """Tell it to stop, and give its exit code."""
        self.process.send_signal(signal.SIGTERM)
        self._end()
        return self.process.returncode

    def kill(self) -> None:
        """End it without a word."""
        self.process.kill()
        self._end()

    def read_on(self, output: IO[str]) -> None:
        """Go on reading what it says: a server whose reader stopped waits for it."""
        self._reader = threading.Thread(target=self._read, args=(output,), daemon=True)
        self._reader.start()

    def _read(self, output: IO[str]) -> None:
        self.lines.extend(line.rstrip("\n") for line in output)

    def _end(self) -> None:
        self.process.wait(timeout=_PATIENCE)
        if self._reader is not None:
            self._reader.join(_PATIENCE)


@contextmanager
def running(
    data: Path,
    *arguments: str,
    ports: list[int] | None = None,
    environment: Mapping[str, str] | None = None,
    command: tuple[str, ...] = ("serve",),
) -> Generator[Process]:
    """Run `ostiary serve`; ready when this gives it."""
    found = ports or free_ports(3)
    path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    process = subprocess.Popen(  # noqa: S603  # our own interpreter and fixed words
        [sys.executable, "-c", _MAIN, *command, "--data", str(data), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **addresses(found), "PYTHONPATH": path, **(environment or {})},
    )
    served = Process(data, found, process)
    try:
        _wait(served)
        yield served
    finally:
        if process.poll() is None:
            served.kill()
        if process.stdout is not None:
            process.stdout.close()


def _wait(served: Process) -> None:
    """Read what it says until it says that it serves."""
    out = served.process.stdout
    if out is None:
        raise RuntimeError("the server has no output")
    for line in out:
        served.lines.append(line.rstrip("\n"))
        if "ready" in line:
            served.read_on(out)
            return
    raise AssertionError("the server ended: " + "\n".join(served.lines))
