"""A proxy before a Graph API that misbehaves when it is told to: a transport for httpx.

It throttles, answers 5xx, loses the request or the answer, lets somebody else do something in
between, and kills who asks, which nothing catches, as with SIGKILL.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

import httpx

from ostiary.entra.waiting import Patience

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
Send: TypeAlias = Callable[..., httpx.Response]
"""Hands the request on, or another one in its place."""
Fault: TypeAlias = Callable[[httpx.Request, Send], httpx.Response]


class Killed(BaseException):
    """The process ended here: no handler of an Exception sees it."""


@dataclass
class FaultProxy(httpx.BaseTransport):
    """Hands requests on, but for those that a fault is meant for.

    `faults`: (number of the request from 1, among those that `counts` tells to count, the fault).
    """

    inner: httpx.BaseTransport
    faults: list[tuple[int, Fault]] = field(default_factory=list[tuple[int, Fault]])
    counts: Callable[[httpx.Request], bool] = lambda request: True
    asked: list[str] = field(default_factory=list[str])
    counted: int = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        self.asked.append(f"{request.method} {request.url.path}")

        def send(instead: httpx.Request = request) -> httpx.Response:
            return self.inner.handle_request(instead)

        if not self.counts(request):
            return send()
        self.counted += 1
        fault = next((each for number, each in self.faults if number == self.counted), None)
        return send() if fault is None else fault(request, send)


@dataclass
class Waits:
    """The pauses that somebody made, of which none takes time."""

    seconds: list[float] = field(default_factory=list[float])

    def patience(self, tries: int = 10, seconds: float = 900.0) -> Patience:
        """Give a patience that only writes down how long it would have waited."""
        return Patience(lambda: NOW, self.seconds.append, tries, seconds)


def is_change(request: httpx.Request) -> bool:
    """Tell whether a request changes something: a batch of questions does not."""
    return request.method not in {"GET", "HEAD"} and not request.url.path.endswith("/$batch")


def answering(status: int, body: object = None, **headers: str) -> Fault:
    """Give an answer of its own; the request gets nowhere."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def answer(request: httpx.Request, send: Send) -> httpx.Response:
        content = b"" if body is None else json.dumps(body).encode()
        typed = {"content-type": "application/json", **named}
        return httpx.Response(status, headers=typed, content=content, request=request)

    return answer


def throttled(seconds: int | str = 7) -> Fault:
    """Answer 429 with `Retry-After`."""
    error = {"error": {"code": "TooManyRequests", "message": "The request has been throttled."}}
    return answering(429, error, Retry_After=str(seconds))


def unreachable(request: httpx.Request, send: Send) -> httpx.Response:
    """Let no connection be made."""
    raise httpx.ConnectError("connection refused", request=request)


def lost_request(request: httpx.Request, send: Send) -> httpx.Response:
    """Break the connection before the request arrives."""
    raise httpx.ReadError("connection reset by peer", request=request)


def lost_answer(request: httpx.Request, send: Send) -> httpx.Response:
    """Break the connection once everything is done."""
    send()
    raise httpx.RemoteProtocolError("server disconnected without a response", request=request)


def failed_answer(request: httpx.Request, send: Send) -> httpx.Response:
    """Do it all, and answer 504 as a gateway that grew tired of waiting."""
    send()
    return answering(504, {"error": {"code": "GatewayTimeout", "message": ""}})(request, send)


def killed_before(request: httpx.Request, send: Send) -> httpx.Response:
    """End the process before the request is sent."""
    raise Killed


def killed_after(request: httpx.Request, send: Send) -> httpx.Response:
    """End the process when the answer is on its way."""
    send()
    raise Killed


def meanwhile(happens: Callable[[], Any]) -> Fault:
    """Let somebody else do something first."""

    def fault(request: httpx.Request, send: Send) -> httpx.Response:
        happens()
        return send()

    return fault


def rewritten(old: bytes, new: bytes) -> Fault:
    """Let a request say something else in its body."""

    def fault(request: httpx.Request, send: Send) -> httpx.Response:
        content = request.content.replace(old, new)
        headers = {**request.headers, "content-length": str(len(content))}
        return send(httpx.Request(request.method, request.url, headers=headers, content=content))

    return fault


def proxied(client: Any, *faults: tuple[int, Fault]) -> FaultProxy:
    """Put a proxy before a client of a test, in place of an earlier one."""
    # httpx offers no other way to wrap the transport that a client has made for itself.
    inner = client._transport
    while isinstance(inner, FaultProxy):
        inner = inner.inner
    proxy = FaultProxy(inner, list(faults))
    client._transport = proxy
    return proxy


def sequence(*faults: Fault) -> Sequence[tuple[int, Fault]]:
    """Let the first requests meet one fault each."""
    return [(number, each) for number, each in enumerate(faults, 1)]
