"""DS02: malformed HTTP is refused; no two readers take what is accepted for different requests."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from ostiary.serving.strict_http import UNFINISHED_BYTES, StrictProtocol
from tests.serving.speaking import answered

HOST = b"Host: x\r\n"
LAST = HOST + b"Connection: close\r\n"
NEXT = b"GET /next HTTP/1.1\r\n" + LAST + b"\r\n"
MUCH = 10 * UNFINISHED_BYTES
"""More than comes at once."""
CHUNKS = b"POST / HTTP/1.1\r\n" + LAST + b"Transfer-Encoding: chunked\r\n\r\n"


async def tell(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with what was asked."""
    request = Request(scope, receive)
    body = await request.body()
    told = {
        "path": scope["path"],
        "headers": [name for name, _ in request.headers.items()],
        "body": body.decode("latin-1"),
    }
    text = json.dumps(told).encode() + b"\n"
    length = str(len(text)).encode()
    start = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]}
    await send(start)
    await send({"type": "http.response.body", "body": text})


def asked(*pieces: bytes) -> bytes:
    """Give every answer to what was sent; the server ends the connection."""
    return asyncio.run(answered(StrictProtocol, tell, *pieces))


def told(answer: bytes) -> list[dict[str, Any]]:
    """Give what the application was asked, request by request."""
    return [json.loads(line) for line in answer.splitlines() if line.startswith(b"{")]


def post(*headers: bytes, body: bytes = b"abc") -> bytes:
    """Give a request with headers."""
    return b"\r\n".join((b"POST / HTTP/1.1", b"Host: x", *headers, b"", body))


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"Host: y\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / HTTP/2.0\r\n" + HOST + b"\r\n",
        b"GET / HTTP/1.2\r\n" + HOST + b"\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /a#b HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET /a b HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET / HTTP/1.1\nHost: x\n\n",
        b"GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n",
        b"GET / HTTP/1.1\r\n Host: x\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"A: b\r\n c\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"A: b\0c\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"A: b\rc\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"A : b\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b": b\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"abc\r\n\r\n",
        b"CONNECT x:443 HTTP/1.1\r\n" + HOST + b"\r\n",
        post(b"Content-Length: 3", b"Content-Length: 3"),
        post(b"Content-Length: 3", b"Content-Length: 2"),
        post(b"Content-Length: 3, 3"),
        post(b"Content-Length: +3"),
        post(b"Content-Length: -3"),
        post(b"Content-Length: 0x3"),
        post(b"Content-Length: 1 2"),
        post(b"Content-Length: "),
        post(b"Content-Length: 99999999999999999999999"),
        post(b"Content-Length: 3", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
        post(b"Transfer-Encoding: chunked", b"Content-Length: 3", body=b"0\r\n\r\n"),
        post(b"Transfer-Encoding: identity"),
        post(b"Transfer-Encoding: xchunked", body=b"0\r\n\r\n"),
        post(b"Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"),
        post(b"Transfer-Encoding: chunked, gzip", body=b"0\r\n\r\n"),
        post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
        post(b"Transfer-Encoding: \x0bchunked", body=b"0\r\n\r\n"),
        post(b"Transfer-Encoding : chunked", body=b"0\r\n\r\n"),
        post(b"Transfer-Encoding:\r\n chunked", body=b"0\r\n\r\n"),
        b"POST / HTTP/1.0\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        CHUNKS + b"3\nabc\r\n0\r\n\r\n",
        CHUNKS + b"3;a\nabc\r\n0\r\n\r\n",
        CHUNKS + b"0x3\r\nabc\r\n0\r\n\r\n",
        CHUNKS + b"-3\r\nabc\r\n0\r\n\r\n",
        CHUNKS + b"3\r\nabcXX0\r\n\r\n",
        CHUNKS + b"fffffffffffffffffffff\r\nabc\r\n0\r\n\r\n",
        post(b"Connection: upgrade", b"Upgrade: h2c", b"Content-Length: 3"),
    ],
)
def test_DS02_what_can_be_read_in_two_ways_is_400_and_the_last(request_: bytes) -> None:
    answer = asked(request_ + NEXT)
    assert answer.startswith(b"HTTP/1.1 400 Bad Request")
    assert answer.count(b"HTTP/1.1") == 1
    assert not told(answer)


@pytest.mark.parametrize(
    "pieces",
    [
        (b"GET / HTTP/1.1\r\n" + HOST + b"A: ", b"b" * MUCH),
        (b"GET / HTTP/1.1\r\n" + HOST, b"A: b\r\n" * MUCH),
        (b"GET /", b"b" * MUCH),
        (b"\r\n" * MUCH,),
        (CHUNKS, b"3;a=", b"b" * MUCH),
        (CHUNKS, b"3\r\nabc\r\n0\r\n", b"A: b\r\n" * MUCH),
    ],
)
def test_DS01_what_does_not_end_is_not_read_for_ever(pieces: tuple[bytes, ...]) -> None:
    answer = asked(*pieces)
    assert not told(answer)
    assert b"HTTP/1.1 200" not in answer


def test_a_body_may_be_longer_than_what_may_be_unfinished() -> None:
    size = 3 * UNFINISHED_BYTES
    head = b"POST / HTTP/1.1\r\n" + LAST + b"Content-Length: %d\r\n\r\n" % size
    (asking,) = told(asked(head, b"b" * size))
    assert len(asking["body"]) == size


def test_CS08_trailers_are_no_headers() -> None:
    answer = asked(CHUNKS + b"3\r\nabc\r\n0\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n")
    (asking,) = told(answer)
    assert asking["body"] == "abc"
    assert asking["headers"] == ["host", "connection", "transfer-encoding"]


def test_requests_before_a_malformed_one_are_answered_and_it_is_not() -> None:
    first = b"GET /first HTTP/1.1\r\n" + HOST + b"\r\n"
    answer = asked(first + b"GARBAGE\r\n\r\n" + NEXT)
    assert [each["path"] for each in told(answer)] == ["/first"]
    assert b"400" not in answer


def test_requests_that_do_not_wait_are_answered_in_turn() -> None:
    paths = [f"/{number}" for number in range(10)]
    sent = b"".join(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode() for path in paths)
    assert [each["path"] for each in told(asked(sent + NEXT))] == [*paths, "/next"]


def test_DS02_only_so_many_requests_wait_on_one_connection() -> None:
    answer = asked((b"GET /first HTTP/1.1\r\n" + HOST + b"\r\n") * 1_000 + NEXT)
    assert 0 < len(told(answer)) < 30


def test_a_wish_for_another_protocol_is_not_heard_and_ends_the_connection() -> None:
    wish = b"GET /wish HTTP/1.1\r\n" + HOST + b"Connection: upgrade\r\nUpgrade: h2c\r\n\r\n"
    answer = asked(wish + NEXT)
    assert [each["path"] for each in told(answer)] == ["/wish"]
    assert b"connection: close" in answer
