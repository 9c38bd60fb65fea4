"""How much of a request is read before it is refused (checklist DS01)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

BODY_BYTES = 64 * 1024
API_BODY_BYTES = 4 * 1024 * 1024
"""Of APIs whose caller is known before the body is read (azure-docs request-limits: 4 MB)."""
HEADER_BYTES = 16 * 1024


class HeaderLimit:
    """Refuses long headers with 431."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on whose headers are short enough."""
        headers: list[tuple[bytes, bytes]] = scope.get("headers", [])
        if sum(len(name) + len(value) for name, value in headers) > HEADER_BYTES:
            await too_long(431, "the headers are too long")(scope, receive, send)
            return
        await self._app(scope, receive, send)


async def body_of(request: Request, most: int = BODY_BYTES) -> bytes | None:
    """Read a body, None as soon as it is too long, whatever length it claims."""
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > most:
            return None
    return bytes(found)


def too_long(status: int, text: str) -> PlainTextResponse:
    """Answer a request that was not read to its end."""
    headers = {"Cache-Control": "no-store", "Connection": "close"}
    return PlainTextResponse(text, status, headers)
