"""Requests to our own services without a network: the answer is the one that their port gives.

The services judge a request by where it comes from, so the browser's address and its headers about
that go along.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import httpx
from starlette.requests import Request
from starlette.types import ASGIApp

Answered: TypeAlias = httpx.Response
_TELLING: Final = ("user-agent", "x-forwarded-for", "forwarded", "accept-language")
"""What a request says of where and by what it was sent."""


async def asked(
    app: ASGIApp,
    origin: str,
    browser: Request,
    method: str,
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    **content: Any,
) -> Answered:
    """Ask a service on behalf of a browser; `content` is what httpx takes as a body or query."""
    client = browser.client
    peer = (client.host, client.port) if client else ("", 0)
    told = {name: browser.headers[name] for name in _TELLING if name in browser.headers}
    transport = httpx.ASGITransport(app, client=peer)
    async with httpx.AsyncClient(transport=transport, base_url=origin) as caller:
        return await caller.request(method, path, headers={**told, **(headers or {})}, **content)
