"""The one place from which this server connects to others (checklist SF01).

The host must be on the list; its name is resolved once, every address is judged, and the connection
goes to an address that was judged: a name that changes its address meanwhile changes nothing. No
redirect is followed, no proxy of the environment is asked, TLS is always verified.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias, TypeVar
from urllib.parse import urlsplit

from ostiary.model.errors import OstiaryError
from ostiary.secrecy.outbound_rules import Origin, OutboundRefused, OutboundRules, origin_of

Resolve: TypeAlias = Callable[[str, int], Sequence[str]]
"""Host and port -> addresses."""
Result = TypeVar("Result")
SECONDS: Final = 5.0
"""For everything together: the name, the connection, the whole answer."""
ANSWER_BYTES: Final = 1024 * 1024
AT_ONCE: Final = 8
"""Requests under way; a stranger's slowness must not use up our threads."""


class OutboundFailed(OstiaryError):
    """A request that was allowed and had no usable answer."""

    code = "outboundFailed"


@dataclass(frozen=True, slots=True)
class OutboundAnswer:
    """What came back; names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class OutboundLimits:
    """How long and how much."""

    seconds: float = SECONDS
    answer_bytes: int = ANSWER_BYTES


def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the operating system for the addresses of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


@dataclass
class _Line:
    """The connection of one request, which another thread can cut off."""

    sockets: list[socket.socket] = field(default_factory=list[socket.socket])
    cut_off: bool = False

    def keep(self, made: socket.socket) -> socket.socket:
        self.sockets.append(made)
        if self.cut_off:
            self.cut()
            raise TimeoutError
        return made

    def cut(self) -> None:
        self.cut_off = True
        for each in list(self.sockets):
            with suppress(OSError):
                # of the socket itself: TLS would say goodbye first, and wait for the answer
                socket.socket.shutdown(each, socket.SHUT_RDWR)


class _Connection(http.client.HTTPConnection):
    """Speaks HTTP on a connection that was made elsewhere."""

    def __init__(self, origin: Origin, made: socket.socket) -> None:
        super().__init__(origin.host, origin.port)
        self.default_port = 443 if origin.secure else 80
        self._made = made

    def connect(self) -> None:
        """Take the connection that there is."""
        self.sock = self._made


class Outbound:
    """Sends requests to origins that the settings name. One object serves all threads."""

    def __init__(
        self,
        rules: OutboundRules | None = None,
        *,
        authorities: Path | None = None,
        resolve: Resolve = resolve,
        limits: OutboundLimits | None = None,
    ) -> None:
        """Allow what the rules allow: nothing without any.

        `authorities`: certificates in PEM that are believed beside those of the system. Raises
        OSError where they cannot be read.
        """
        self._rules = rules or OutboundRules()
        self._limits = limits or OutboundLimits()
        self._resolve = resolve
        self._free = threading.BoundedSemaphore(AT_ONCE)
        self.tls = ssl.create_default_context()
        if authorities is not None:
            self.tls.load_verify_locations(authorities)

    def get(self, url: str, *, accept: str = "application/json") -> OutboundAnswer:
        """Fetch an address. Raises InputError, OutboundRefused, OutboundFailed."""
        return self._ask("GET", url, {"Accept": accept}, None)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> OutboundAnswer:
        """Post a body. Raises InputError, OutboundRefused, OutboundFailed."""
        return self._ask("POST", url, headers, body)

    def connected(self, origin: Origin, work: Callable[[socket.socket], Result]) -> Result:
        """Do something on a connection to an allowed origin; it is closed at the end.

        Raises OutboundRefused and OutboundFailed, which also stands for what `work` met: OSError,
        HTTPException, or the end of the time.
        """
        self._rules.require_origin(origin)
        if not self._free.acquire(blocking=False):
            raise OutboundFailed(f"{origin} was not asked: {AT_ONCE} other requests are under way")
        line, outcome = _Line(), Future[Result]()
        target = (origin, work, line, outcome)
        threading.Thread(target=self._run, args=target, name="outbound", daemon=True).start()
        try:
            return outcome.result(self._limits.seconds)
        except TimeoutError as error:
            line.cut()
            seconds = f"{self._limits.seconds:g}"
            raise OutboundFailed(f"{origin} did not answer in full in {seconds} seconds") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise OutboundFailed(f"{origin} could not be asked: {_told(error)}") from error

    def _run(
        self,
        origin: Origin,
        work: Callable[[socket.socket], Result],
        line: _Line,
        outcome: Future[Result],
    ) -> None:
        try:
            with self._open(origin, line) as made:
                found = work(made)
        except BaseException as error:
            outcome.set_exception(error)
        else:
            outcome.set_result(found)
        finally:
            self._free.release()

    def _open(self, origin: Origin, line: _Line) -> socket.socket:
        found = self._resolve(origin.host, origin.port)
        addresses = self._rules.require_addresses(origin, found)
        plain = line.keep(self._first(addresses, origin.port))
        if not origin.secure:
            return plain
        try:
            made = self.tls.wrap_socket(
                plain, server_hostname=origin.host, do_handshake_on_connect=False
            )
        except BaseException:
            plain.close()
            raise
        try:
            line.keep(made)
            made.do_handshake()
        except BaseException:
            made.close()
            raise
        return made

    def _first(self, addresses: Sequence[str], port: int) -> socket.socket:
        """Connect to the first address that answers."""
        last: OSError = OSError("the name has no address")
        for each in addresses:
            try:
                return socket.create_connection((each, port), timeout=self._limits.seconds)
            except OSError as error:
                last = error
        raise last

    def _ask(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> OutboundAnswer:
        origin = origin_of(url)
        if origin.scheme not in {"https", "http"}:
            raise OutboundRefused(f"expected an address of the web, came {origin}")
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        sent = {"User-Agent": "ostiary", "Accept-Encoding": "identity", **headers}

        def work(made: socket.socket) -> OutboundAnswer:
            connection = _Connection(origin, made)
            connection.request(method, path, body, {**sent, "Connection": "close"})
            with connection.getresponse() as response:
                return self._read(origin, response)

        return self.connected(origin, work)

    def _read(self, origin: Origin, response: http.client.HTTPResponse) -> OutboundAnswer:
        most = self._limits.answer_bytes
        if 300 <= response.status < 400:
            raise OutboundFailed(
                f"expected an answer of {origin}, came a redirect, which is not followed",
                hint="name the address that it leads to",
            )
        coding = response.headers.get("Content-Encoding", "identity")
        if coding != "identity":
            raise OutboundFailed(f"expected an answer of {origin} as it is, came one in {coding}")
        body = response.read(most + 1)
        if len(body) > most:
            raise OutboundFailed(f"expected at most {most} bytes of {origin}, came more")
        headers = {name.casefold(): value for name, value in response.headers.items()}
        return OutboundAnswer(response.status, headers, body)


def _told(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not believed: {error.verify_message}"
    if isinstance(error, http.client.HTTPException):
        return f"its answer is no HTTP ({type(error).__name__})"
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return (reason or type(error).__name__).lower()
