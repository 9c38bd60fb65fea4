"""DS02: a client that sends slowly, or nothing, does not hold a connection."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message

from ostiary.serving.slow_clients import BodyDeadline, PunctualProtocol


class Impatient(PunctualProtocol):
    """Waits hardly at all, so that a test does not."""

    header_seconds = 0.05


async def read(request: Request) -> Response:
    return PlainTextResponse(f"{len(await request.body())} bytes")


WHOLE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
APP = Starlette(routes=[Route("/", read, methods=["GET", "POST"])])


async def sent(app: ASGIApp, *pieces: bytes) -> bytes:
    """Send pieces to a server and give everything that it answers until it ends the connection."""
    config = uvicorn.Config(
        app, http=Impatient, port=0, lifespan="off", log_config=None, timeout_keep_alive=60
    )
    server = uvicorn.Server(config)
    config.load()
    loop = asyncio.get_running_loop()
    state: Any = server.server_state
    listening = await loop.create_server(lambda: Impatient(config, state, {}, loop), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*listening.sockets[0].getsockname())
    answer = b""
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        if piece == WHOLE:
            answer += await reader.readuntil(b"0 bytes")
    answer += await reader.read()
    writer.close()
    listening.close()
    return answer


@pytest.mark.parametrize(
    "pieces", [(), (b"GET / HTT",), (b"GET / HTTP/1.1\r\n", b"Host: x\r\nX: ")]
)
def test_DS02_headers_that_do_not_come_end_the_connection(pieces: tuple[bytes, ...]) -> None:
    assert asyncio.run(sent(APP, *pieces)) == b""


def test_DS02_a_second_request_that_does_not_come_to_its_end_does_too() -> None:
    answer = asyncio.run(sent(APP, WHOLE, b"GET / HTT"))
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert answer.count(b"HTTP/1.1") == 1


def test_DS02_a_body_that_does_not_come_is_408() -> None:
    half = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf"
    answer = asyncio.run(sent(BodyDeadline(APP, seconds=0.05), half))
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
