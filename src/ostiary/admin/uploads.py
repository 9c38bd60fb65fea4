"""What a form sends: fields, and with multipart/form-data (RFC 7578) the files beside them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from ostiary.http.limits import body_of

_FORM_BYTES: Final = 256 * 1024
_UPLOAD_BYTES: Final = 3 * 1024 * 1024 - 256 * 1024
"""So that a file still fits into a request to Graph, where it is written in base64."""
_MOST_FILES: Final = 8
_MOST_FIELDS: Final = 4096
_FORM: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file: what it is called where it comes from, and what is in it."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Received:
    """The fields of a form with all their values, and its files by the names of their fields."""

    fields: Mapping[str, list[str]]
    files: Mapping[str, Uploaded]


async def received(request: Request) -> Received | None:
    """Read the body of a form; None where it is none, or too long."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if kind not in {_FORM, _MULTIPART}:
        return None
    try:
        body = await body_of(request, _FORM_BYTES if kind == _FORM else _UPLOAD_BYTES)
    except ClientDisconnect:  # a script that asks anew does not wait for what it asked before
        return None
    if body is None:
        return None
    if kind == _FORM:
        return Received(parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True), {})
    return await _parts(request, body)


async def _parts(request: Request, body: bytes) -> Received | None:
    fields, files = dict[str, list[str]](), dict[str, Uploaded]()
    parser = MultiPartParser(
        request.headers,
        _at_once(body),
        max_files=_MOST_FILES,
        max_fields=_MOST_FIELDS,
        max_part_size=_FORM_BYTES,
    )
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError):  # no boundary, a charset that is none
        return None
    try:
        for name, value in form.multi_items():
            if not isinstance(value, UploadFile):
                fields.setdefault(name, []).append(value)
            elif value.filename:  # a field in which no file was chosen sends an empty one
                files[name] = Uploaded(value.filename, await value.read())
    finally:
        await form.close()
    return Received(fields, files)


async def _at_once(body: bytes) -> AsyncGenerator[bytes]:
    yield body
