"""Clients that send slowly, or nothing: they may not hold a connection for ever (DS02)."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ostiary.serving.strict_http import StrictProtocol

HEADER_SECONDS: Final = 10.0
"""From the first byte that may come, or the end of the request before, to the end of headers."""
BODY_SECONDS: Final = 20.0
"""From the end of the headers to the end of the body."""


class PunctualProtocol(StrictProtocol):
    """Ends a connection whose headers do not come, or the rest of a body that nobody reads."""

    header_seconds = HEADER_SECONDS
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  # as uvicorn's own does
        """Wait for the first headers."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Wait on while headers are not whole."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Leave a connection that rests to uvicorn's own time for that."""
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """Begin to wait where a request is due; what came of it does not begin it again."""
        if self.answers or self.transport.is_closing():
            self._stop()
        elif self.timeout_keep_alive_task is None and self._timer is None:
            self._timer = self.loop.call_later(self.header_seconds, self._end)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end(self) -> None:
        self._timer = None
        if not self.transport.is_closing() and not self.answers:
            self.transport.close()


class BodyDeadline:
    """Answers 408 where a body does not come to its end in time."""

    def __init__(self, app: ASGIApp, seconds: float = BODY_SECONDS) -> None:
        """Stand before an application."""
        self._app, self._seconds = app, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on; the application is told that the client went away."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(receive, send, self._seconds)
        try:
            await self._app(scope, exchange.receive, exchange.send)
        except Exception:
            if not exchange.is_late:
                raise
        if exchange.is_late and not exchange.has_begun:
            headers = {"Cache-Control": "no-store", "Connection": "close"}
            late = PlainTextResponse("the body did not come in time", 408, headers)
            await late(scope, receive, send)


class _Exchange:
    """One request and its answer."""

    def __init__(self, receive: Receive, send: Send, seconds: float) -> None:
        self._receive, self._send = receive, send
        self._deadline = asyncio.get_running_loop().time() + seconds
        self._is_whole = False
        self.is_late = False
        self.has_begun = False

    async def receive(self) -> Message:
        """Wait for a piece of the body, no longer than to the deadline."""
        if self._is_whole:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            self.is_late = True
            return {"type": "http.disconnect"}
        self._is_whole = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        """Hand an answer on, unless it is about a body that never came."""
        if self.is_late and not self.has_begun:
            return
        self.has_begun = True
        await self._send(message)
