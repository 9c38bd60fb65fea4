"""Listeners: one for each face of the server, all in one event loop, ended together.

The faces have origins of their own because clients tell their tokens apart by origin (wire
contract section 1), and each origin is a port unless a proxy stands before it.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import ssl
import sys
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from ostiary.model.errors import OstiaryError
from ostiary.serving.certificates import ServerCertificate
from ostiary.serving.slow_clients import PunctualProtocol
from ostiary.web.received import CLIENT_CERTIFICATE

GRACE_SECONDS: Final = 20
"""How long requests under way may take to end after the server was told to stop."""
KEEP_ALIVE_SECONDS: Final = 20
BACKLOG: Final = 1024
_HANDLED: Final = (signal.SIGTERM, signal.SIGINT)


class CannotListen(OstiaryError):
    """An address that cannot be listened on."""

    code = "cannotListen"


@dataclass(frozen=True, slots=True)
class Listener:
    """An application and where it listens; without `tls` it speaks plain HTTP."""

    app: ASGIApp
    sockets: tuple[socket.socket, ...]
    tls: ServerCertificate | None = None
    client_authorities: Path | None = None
    """Who signs certificates of devices; a client is asked for one, and may show none."""


def bound(name: str, addresses: Iterable[str], port: int) -> tuple[socket.socket, ...]:
    """Listen on a port of some addresses. Raises CannotListen, naming listener and address."""
    made: list[socket.socket] = []
    try:
        for address in addresses:
            made.append(_bound(name, address, port))
    except BaseException:
        for each in made:
            each.close()
        raise
    return tuple(made)


def _bound(name: str, address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    shown = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    found = socket.socket(family)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            found.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        found.bind((address, port))
        found.listen(BACKLOG)
        found.setblocking(False)
    except OSError as error:
        found.close()
        why = (error.strerror or str(error)).lower()
        raise CannotListen(
            f"expected to listen on {shown} for the {name} listener, and cannot: {why}",
            hint="stop what listens there, or set another port",
        ) from error
    return found


class _Connection(PunctualProtocol):
    """A connection that leaves the certificate of its client in the state of each request."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Read it once: TLS has checked chain and key."""
        super().connection_made(transport)
        tls: ssl.SSLObject | None = transport.get_extra_info("ssl_object")
        shown = tls.getpeercert(binary_form=True) if tls else None
        if shown:
            self.app_state = {**self.app_state, CLIENT_CERTIFICATE: shown}


class _Server(uvicorn.Server):
    """One listener among several: signals are for all of them."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave signals to `serve_all`."""
        yield


def serve_until_told(listeners: Sequence[Listener]) -> None:
    """Run `serve_all` in an event loop of its own."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(serve_all(listeners))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Give the loop that takes least of the processor; uvloop is not made for Windows."""
    if sys.platform == "win32":
        return None
    import uvloop  # not installed there

    return uvloop.new_event_loop


async def serve_all(listeners: Sequence[Listener]) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are answered, a second signal ends them."""
    stop = asyncio.Event()
    servers = [_server(each) for each in listeners]
    loop = asyncio.get_running_loop()

    def told() -> None:
        for each in servers:
            each.force_exit = stop.is_set()
            each.should_exit = True
        stop.set()

    for each in _HANDLED:
        loop.add_signal_handler(each, told)
    try:
        async with asyncio.TaskGroup() as group:
            for server, listener in zip(servers, listeners, strict=True):
                group.create_task(server.serve(list(listener.sockets)))
    finally:
        for each in _HANDLED:
            with suppress(ValueError):
                loop.remove_signal_handler(each)


def _server(listener: Listener) -> _Server:
    tls = listener.tls
    return _Server(
        uvicorn.Config(
            listener.app,
            lifespan="off",
            log_config=None,
            access_log=False,
            # INVARIANT: who is asked through a proxy is told by our own settings (checklist CS08).
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
            ssl_certfile=tls.certificate if tls else None,
            ssl_keyfile=tls.key if tls else None,
            ssl_ca_certs=str(listener.client_authorities) if listener.client_authorities else None,
            ssl_cert_reqs=ssl.CERT_OPTIONAL if listener.client_authorities else ssl.CERT_NONE,
            http=_Connection,
        )
    )
