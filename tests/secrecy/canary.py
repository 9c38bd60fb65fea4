"""Servers on loopback that tell who came: for whatever this server sends to others."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TypeAlias

from ostiary.secrecy.clock import SystemClock
from ostiary.secrecy.randomness import SystemRandomness
from ostiary.serving.certificates import CA_CERTIFICATE, server_certificate


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What is answered."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict[str, str])


Reply: TypeAlias = Callable[[Asked], Answer | None]
"""None: there is no answer at all, and the connection stays open until the end."""


@dataclass
class Canary:
    """A server and what it was asked."""

    port: int
    scheme: str
    asked: list[Asked] = field(default_factory=list[Asked])
    reply: Reply = lambda _: Answer()
    over: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """Give an address at this server."""
        return f"{self.scheme}://{host}:{self.port}{path}"


@contextmanager
def canary(folder: Path | None = None) -> Generator[Canary]:
    """Serve until the end; with a folder over TLS, by a certificate authority in that folder."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.casefold(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, headers, self.rfile.read(length))
            found.asked.append(asked)
            answer = found.reply(asked)
            if answer is None:
                found.over.wait()
                return
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = _answer

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Say nothing of a client that went away."""

    with Server(("127.0.0.1", 0), Handler) as server:
        found = Canary(server.server_address[1], "https" if folder else "http")
        if folder is not None:
            server.socket = tls_of(folder).wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield found
        finally:
            found.over.set()
            server.shutdown()
            thread.join()


def authority(folder: Path) -> Path:
    """Give the certificate authority of a canary over TLS."""
    return folder / CA_CERTIFICATE


def tls_of(folder: Path) -> ssl.SSLContext:
    """Give what a server on loopback shows, by the authority in a folder."""
    names = ("localhost", "127.0.0.1")
    made = server_certificate(folder, names, clock=SystemClock(), randomness=SystemRandomness())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.certificate, made.key)
    return context
