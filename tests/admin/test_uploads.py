"""Forms with files: read whole, never more than a page takes, and nothing that is no form."""

from __future__ import annotations

import anyio
from httpx import Request as Sent
from starlette.requests import Request
from starlette.types import Message

from ostiary.admin.uploads import Received, Uploaded, received

ADDRESS = "https://login.fjordvik.example/admin/x"


def read(content_type: str, body: bytes) -> Received | None:
    """Read a body as a page does."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", content_type.encode())]
    scope = {"type": "http", "method": "POST", "headers": headers}
    return anyio.run(received, Request(scope, receive))


def multipart(**files: tuple[str, bytes]) -> tuple[str, bytes]:
    """Write a form with files, as a browser does."""
    made = Sent("POST", ADDRESS, data={"name": "Head office", "csrf": "x"}, files=files)
    return made.headers["content-type"], made.read()


def test_fields_and_files_are_told_apart() -> None:
    found = read(*multipart(ranges=("ranges.txt", b"203.0.113.0/24\r\n")))
    assert found is not None
    assert found.fields == {"name": ["Head office"], "csrf": ["x"]}
    assert found.files == {"ranges": Uploaded("ranges.txt", b"203.0.113.0/24\r\n")}


def test_a_field_without_a_chosen_file_is_no_file() -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="ranges"; filename=""\r\n\r\n\r\n--b--\r\n'
    assert read("multipart/form-data; boundary=b", body) == Received({}, {})


def test_what_is_too_long_or_no_form_is_not_read() -> None:
    assert read(*multipart(ranges=("ranges.txt", b"x" * 3 * 1024 * 1024))) is None
    assert read("application/x-www-form-urlencoded", b"a=" + b"x" * 300_000) is None
    assert read("multipart/form-data", b"") is None
    assert read("multipart/form-data; boundary=b", b"nothing of the kind") is None
    assert read("multipart/form-data; boundary=b; charset=none", b"--b--") == Received({}, {})
    assert read("application/json", b"{}") is None
    assert read("application/x-www-form-urlencoded", b"a=1&a=2") == Received({"a": ["1", "2"]}, {})
