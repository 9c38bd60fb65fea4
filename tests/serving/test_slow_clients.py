"""DS02: a client that sends slowly, or nothing, does not hold a connection."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ostiary.serving.slow_clients import BodyDeadline, PunctualProtocol
from tests.serving.speaking import answered


class Impatient(PunctualProtocol):
    """Waits hardly at all, so that a test does not."""

    header_seconds = 0.05


async def read(request: Request) -> Response:
    return PlainTextResponse(f"{len(await request.body())} bytes")


WHOLE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
APP = Starlette(routes=[Route("/", read, methods=["GET", "POST"])])


def sent(app: ASGIApp, *pieces: bytes, whole: bytes = WHOLE) -> bytes:
    """Send pieces to a server and give everything that it answers until it ends the connection."""
    return asyncio.run(answered(Impatient, app, *pieces, whole=whole))


@pytest.mark.parametrize(
    "pieces", [(), (b"GET / HTT",), (b"GET / HTTP/1.1\r\n", b"Host: x\r\nX: ")]
)
def test_DS02_headers_that_do_not_come_end_the_connection(pieces: tuple[bytes, ...]) -> None:
    assert sent(APP, *pieces) == b""


def test_DS02_a_second_request_that_does_not_come_to_its_end_does_too() -> None:
    answer = sent(APP, WHOLE, b"GET / HTT")
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert answer.count(b"HTTP/1.1") == 1


def test_DS02_a_body_that_nobody_reads_may_not_come_for_ever() -> None:
    async def refuses(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("not even 0 bytes", 403)(scope, receive, send)

    begun = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nha"
    answer = sent(refuses, begun, b"lf", whole=begun)
    assert answer.startswith(b"HTTP/1.1 403 Forbidden")


def test_DS02_a_body_that_does_not_come_is_408() -> None:
    half = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf"
    answer = sent(BodyDeadline(APP, seconds=0.05), half)
    assert answer.startswith(b"HTTP/1.1 408 Request Timeout")
    assert b"the body did not come in time" in answer


def test_a_body_that_comes_in_pieces_is_read_whole() -> None:
    pieces = [b"one", b"two", b"three"]
    told: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def send(message: Message) -> None:
        told.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "headers": [],
        "query_string": b"",
    }
    asyncio.run(BodyDeadline(APP)(scope, receive, send))
    assert (told[0]["status"], told[1]["body"]) == (200, b"11 bytes")
