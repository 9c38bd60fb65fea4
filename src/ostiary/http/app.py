"""An API as an ASGI application, made of its operations; errors in the words of that API."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, cast

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from ostiary.administration.guard import LockedOut
from ostiary.administration.people import LastAdministrator
from ostiary.directory.errors import (
    NoSuchObject,
    ObjectChanged,
    ObjectExists,
    StoreBusy,
    StoreUnavailable,
)
from ostiary.directory.snapshot import NoGoodPolicies
from ostiary.http.api import Api
from ostiary.http.bearer import caller_of
from ostiary.http.calls import Answer, Asked, Call
from ostiary.http.document import openapi_document
from ostiary.http.errors import ApiError
from ostiary.http.limits import API_BODY_BYTES, HeaderLimit, body_of
from ostiary.http.operations import OpenOperation, Operation
from ostiary.model.errors import InputError, OstiaryError
from ostiary.signin.headers import joined_headers
from ostiary.signin.resource_server import ResourceServer
from ostiary.tokens.read import AccessToken

_SAFE: Mapping[str, str] = {"X-Content-Type-Options": "nosniff"}
"""On every answer: no browser takes JSON for a page (checklist CS04)."""


class _AnyCase(Route):
    """One method of a path, which may be written in any case, with or without a slash at its end.

    HEAD is answered only where an operation declares it.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], method: str, name: str) -> None:
        super().__init__(path, endpoint, methods=[method], name=name)
        self.methods = {method}
        self.path_regex = re.compile(f"{self.path_regex.pattern[:-1]}/?$", re.IGNORECASE)


def api_app(api: Api, server: ResourceServer) -> HeaderLimit:
    """Build the application of an API."""

    async def unknown(request: Request, error: Exception) -> Response:
        asked = _asked(request)
        status = error.status_code if isinstance(error, HTTPException) else 404
        word = {404: "ResourceNotFound", 405: "MethodNotAllowed"}.get(status, "BadRequest")
        message = f"there is nothing at {asked.location[:200]} for {asked.method}"
        return _refused(api, asked, ApiError(status, word, message))

    async def broken(request: Request, error: Exception) -> Response:
        # The error goes on to the server's log; the client gets the ids to ask by (TK15).
        asked = _asked(request)
        message = "the service failed; its log tells why, under the ids of this answer"
        return _refused(api, asked, ApiError(500, "InternalServerError", message))

    app = Starlette(
        routes=_routes(api), exception_handlers={HTTPException: unknown, Exception: broken}
    )
    app.router.redirect_slashes = False
    app.state.server = server
    return HeaderLimit(app)


@cache
def _routes(api: Api) -> tuple[Route, ...]:
    """Give the routes of an API, made once for all servers of a process: there are hundreds."""
    document = cache(lambda: openapi_document(api))  # made when somebody asks for it

    async def described(request: Request) -> Response:
        return JSONResponse(document(), headers=_SAFE)

    return (
        _AnyCase("/openapi.json", described, "GET", "openapi"),
        *(_route(each, _open_endpoint(api, each)) for each in api.open),
        *(_route(each, _endpoint(api, each)) for each in api.operations),
    )


def _route(each: Operation | OpenOperation, endpoint: Any) -> Route:
    return _AnyCase(each.path, endpoint, each.method, each.name)


def _server(request: Request) -> ResourceServer:
    return cast("ResourceServer", request.app.state.server)


def _open_endpoint(api: Api, each: OpenOperation) -> Any:
    async def endpoint(request: Request) -> Response:
        asked = _asked(request)
        return await run_in_threadpool(_answered, api, asked, lambda: each.handler(asked))

    return endpoint


def _endpoint(api: Api, each: Operation) -> Any:
    """Give the function that answers; it waits for the store in a thread.

    The body is read once it is known who calls: only then may it be long.
    """

    async def endpoint(request: Request) -> Response:
        asked = _asked(request)
        known = await run_in_threadpool(_known, api, asked)
        if isinstance(known, Response):
            return known
        body = await body_of(request, API_BODY_BYTES)
        if body is None:
            message = f"the body is longer than {API_BODY_BYTES} bytes"
            return _refused(api, asked, ApiError(413, "RequestEntityTooLarge", message))
        call = Call(asked, known, body)
        return await run_in_threadpool(_answered, api, asked, lambda: _allowed(api, call, each))

    return endpoint


def _known(api: Api, asked: Asked) -> AccessToken | Response:
    try:
        _require_plain(asked)
        caller = caller_of(asked)
        api.dialect.check(asked)
        return caller
    except OstiaryError as error:
        return _failed(api, asked, error)


def _require_plain(asked: Asked) -> None:
    """Refuse what no name, id or filter holds and not every database can be asked for."""
    for text in (*asked.path.values(), *asked.query.values()):
        if "\0" in text or not text.isprintable():
            raise ApiError(400, "BadRequest", "the address holds characters that cannot be read")


def _allowed(api: Api, call: Call, operation: Operation) -> Answer:
    refusal = operation.needs.refusal(call)
    if refusal is None and api.gate is not None:
        refusal = api.gate(call)
    if refusal is not None:
        raise refusal
    return operation.handler(call)


def _answered(api: Api, asked: Asked, answer: Callable[[], Answer]) -> Response:
    try:
        given = answer()
    except OstiaryError as error:
        return _failed(api, asked, error)
    headers = {**_SAFE, **api.dialect.headers(asked), **given.headers}
    after = None if given.after is None else BackgroundTask(given.after)
    if given.body is None:
        return Response(status_code=given.status, headers=headers, background=after)
    if isinstance(given.body, str):
        return PlainTextResponse(given.body, given.status, headers, background=after)
    return JSONResponse(given.body, given.status, headers, background=after)


def _failed(api: Api, asked: Asked, error: OstiaryError) -> Response:
    if isinstance(error, ApiError):
        return _refused(api, asked, error)
    for kind, status in _STATUSES.items():
        if isinstance(error, kind):
            headers = {"Retry-After": "1"} if status == 503 else {}
            message = str(error) if status != 503 else "the service cannot answer at the moment"
            word = api.dialect.word(error)
            details = error.details() if isinstance(error, LockedOut) else ()
            refusal = ApiError(status, word, message, headers=headers, details=details)
            return _refused(api, asked, refusal)
    raise error


_STATUSES: Mapping[type[OstiaryError], int] = {
    InputError: 400,
    NoSuchObject: 404,
    ObjectExists: 409,
    LastAdministrator: 409,
    LockedOut: 409,
    ObjectChanged: 412,
    StoreBusy: 503,
    StoreUnavailable: 503,
    NoGoodPolicies: 503,
}


def _refused(api: Api, asked: Asked, error: ApiError) -> Response:
    headers = {**_SAFE, **api.dialect.headers(asked), **error.headers}
    if asked.method == "HEAD":
        return Response(status_code=error.status, headers=headers)
    return JSONResponse(api.dialect.error_body(asked, error), error.status, headers)


def _asked(request: Request) -> Asked:
    server = _server(request)
    return Asked(
        server,
        request.method,
        {name: str(value) for name, value in request.path_params.items()},
        request.url.path,
        request.url.query,
        dict(_first(request.query_params.multi_items())),
        joined_headers(request.headers.raw),
        request.client.host if request.client else None,
        server.clock.now(),
        server.randomness.object_id(),
    )


def _first(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Keep the first of each name, in lower case: `$Top` is `$top`."""
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name.casefold(), value)
    return found
