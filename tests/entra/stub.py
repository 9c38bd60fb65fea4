"""A Graph API of a few answers, for what a real one is too good at."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any

import httpx

from ostiary.entra.client import GraphClient
from tests.entra.faults import Fault, FaultProxy, Waits

ORIGIN = "https://graph.example"


def token_of(**claims: Any) -> str:
    """Give a token that says something; nobody signed it."""

    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none'})}.{part(claims)}.x"


class Counting:
    """Gives another token each time, and remembers what it was asked for."""

    def __init__(self) -> None:
        """Begin with the first token."""
        self.asked: list[str | None] = []

    def token(self, claims: str | None = None) -> str:
        """Give the next token."""
        self.asked.append(claims)
        return f"token-{len(self.asked)}"


def stub(
    answer: Callable[[httpx.Request], httpx.Response],
    *faults: tuple[int, Fault],
    waits: Waits | None = None,
    writes: bool = False,
    tries: int = 10,
) -> tuple[GraphClient, FaultProxy]:
    """Give a client of a function that answers, behind a proxy."""
    proxy = FaultProxy(httpx.MockTransport(answer), list(faults))
    http = httpx.Client(transport=proxy, base_url=ORIGIN)
    patience = (waits or Waits()).patience(tries)
    return GraphClient(http, Counting(), patience, writes), proxy


def values(found: Sequence[dict[str, Any]], link: str | None = None) -> httpx.Response:
    """Give a page."""
    more = {"@odata.nextLink": link} if link else {}
    return httpx.Response(200, json={"value": list(found), **more})
