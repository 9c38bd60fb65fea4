"""`$batch`: up to 20 requests in one, each judged, and refused, by itself.

Source: Graph concepts/json-batching; OData JSON format 4.01, section 19. The operation reads what
came; `BatchRequests` then hands each request to the whole API, with the token and from the address
of the batch: permissions and continuous access evaluation are judged for each.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, unquote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ostiary.graph.bodies import OBJECT, TEXT, TEXTS, Kind, Members, one_of, written
from ostiary.graph.keys import LONGEST_PATH
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.http.shapes import ANY, WHOLE, Named, closed, list_of, opened
from ostiary.http.shapes import OBJECT as OBJECT_SHAPE
from ostiary.http.shapes import TEXT as TEXT_SHAPE
from ostiary.http.shapes import TEXTS as TEXTS_SHAPE
from ostiary.model.json_types import JsonObject, is_list, is_object

OPERATIONS: Final = Operations()
MOST_REQUESTS: Final = 20
_LONGEST_ID: Final = 128
_MOST_HEADERS: Final = 20
_LONGEST_HEADER: Final = 4_096
_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_PATHS: Final = frozenset({"/v1.0/$batch", "/beta/$batch"})
_OF_BATCH: Final = frozenset({"authorization", "user-agent", "host", "cookie", "content-length"})
"""Headers that a request in a batch cannot have for itself; nor those of proxies."""
_INHERITED: Final = (b"authorization", b"user-agent", b"client-request-id")
_URL: Final = Kind(
    lambda value: isinstance(value, str) and 0 < len(value) <= 2 * LONGEST_PATH,
    "an address relative to the version",
    empties=False,
    shape=TEXT_SHAPE,
)
_REQUEST: Final[Members] = {
    "id": TEXT.needed,
    "method": one_of(*_METHODS).needed,
    "url": _URL,
    "headers": OBJECT,
    "body": Kind(lambda value: True, "anything", shape=ANY),
    "dependsOn": TEXTS,
}
_NEEDED: Final = ("id", "method", "url")
_BODY: Final = Named(
    "batchRequest",
    closed(
        {
            "requests": list_of(
                opened(
                    {
                        "id": TEXT_SHAPE,
                        "method": {"enum": list(_METHODS)},
                        "url": TEXT_SHAPE,
                        "headers": OBJECT_SHAPE,
                        "body": ANY,
                        "dependsOn": TEXTS_SHAPE,
                    },
                    needed=_NEEDED,
                )
            )
        },
        needed=("requests",),
    ),
)
_ANSWER: Final = Named(
    "batchResponse",
    closed(
        {
            "responses": list_of(
                closed(
                    {"id": TEXT_SHAPE, "status": WHOLE, "headers": OBJECT_SHAPE, "body": ANY},
                    needed=("id", "status", "headers"),
                )
            )
        },
        needed=("responses",),
    ),
)


@dataclass(frozen=True, slots=True)
class AnyToken:
    """Whoever has a token for Graph: what each request needs is asked for that request."""

    def refusal(self, call: Call) -> ApiError | None:
        """Refuse nobody."""
        return None

    def described(self) -> Mapping[str, Any]:
        """Give it for the document of the API."""
        return {"signedIn": True}


@OPERATIONS.add("POST", "/$batch", needs=AnyToken(), answers={200: _ANSWER}, body=_BODY)
def batch(call: Call) -> Answer:
    """Answer several requests at once, each as if it had come alone."""
    sent = call.document.get("requests")
    if not is_list(sent) or not sent or set(call.document) != {"requests"}:
        raise _wrong("expected a list `requests`, and nothing else, in the body")
    if len(sent) > MOST_REQUESTS:
        raise _wrong(f"Number of batch request steps exceeds the max value of {MOST_REQUESTS}.")
    requests = [_request(each) for each in sent]
    ids = [str(each["id"]).casefold() for each in requests]
    if len(set(ids)) != len(ids):
        raise _wrong("expected another `id` for each request of the batch")
    return Answer(body={"requests": _ordered(requests)})


def _request(sent: object) -> dict[str, Any]:
    if not is_object(sent):
        raise _wrong("expected objects in `requests`")
    read = written(sent, _REQUEST, needed=_NEEDED)
    if len(read["id"]) > _LONGEST_ID:
        raise _wrong(f"expected an `id` of at most {_LONGEST_ID} characters")
    given: JsonObject = read.get("headers") or {}
    headers = {name.casefold(): value for name, value in given.items()}
    for name, value in headers.items():
        if not (
            isinstance(value, str) and len(value) <= _LONGEST_HEADER and _is_header(name, value)
        ):
            raise _wrong(f"expected a text in the header `{name[:60]}` of request {read['id']}")
    if len(headers) > _MOST_HEADERS:
        raise _wrong(f"request {read['id']} has more than {_MOST_HEADERS} headers")
    if read.get("body") is not None and "content-type" not in headers:
        raise _wrong(f"Write request id : {read['id']} does not contain Content-Type header.")
    return {**read, "headers": headers}


def _is_header(name: str, value: str) -> bool:
    return name.isascii() and name.replace("-", "").isalnum() and value.isprintable()


def _ordered(requests: Sequence[JsonObject]) -> list[dict[str, Any]]:
    """Give the requests so that each comes behind those that it depends on."""
    known = {str(each["id"]).casefold() for each in requests}
    left, done = [dict(each) for each in requests], dict[str, dict[str, Any]]()
    while left:
        for each in left:
            needed = {str(name).casefold() for name in each.get("dependsOn") or ()}
            if not needed <= known:
                raise _wrong(f"request {each['id']} depends on one that is not in the batch")
            if needed <= set(done):
                done[str(each["id"]).casefold()] = each
                left.remove(each)
                break
        else:
            raise _wrong(f"request {left[0]['id']} depends on itself")
    return list(done.values())


def _wrong(message: str) -> ApiError:
    return ApiError(400, "BadRequest", message)


class BatchRequests:
    """Answers the requests of a batch by asking the application once for each."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on; of a batch, what the operation has read of it."""
        path = scope.get("path", "").casefold().rstrip("/")
        if scope["type"] != "http" or scope["method"] != "POST" or path not in _PATHS:
            await self._app(scope, receive, send)
            return
        read = await _asked(self._app, scope, receive)
        if read.status != 200:
            await read.give(send)
            return
        version = scope["path"].split("/")[1]
        answers: dict[str, dict[str, Any]] = {}
        for each in json.loads(read.body)["requests"]:
            failed = [
                name
                for name in each.get("dependsOn") or ()
                if answers[name.casefold()]["status"] >= 400
            ]
            answer = _not_tried(failed[0]) if failed else await self._one(scope, version, each)
            answers[each["id"].casefold()] = {"id": each["id"], **answer}
        body = json.dumps({"responses": list(answers.values())}, ensure_ascii=False).encode()
        await _Response(200, read.headers, body).give(send)

    async def _one(self, outer: Scope, version: str, asked: JsonObject) -> dict[str, Any]:
        url = str(asked["url"])
        if unquote(url.partition("?")[0]).strip("/").casefold() == "$batch":
            return _refused(400, "BadRequest", "a batch cannot be in a batch")
        content = b"" if asked.get("body") is None else json.dumps(asked["body"]).encode()
        scope = _scope(outer, version, asked)
        sent = False

        async def receive() -> Message:
            nonlocal sent
            if sent:
                return {"type": "http.disconnect"}
            sent = True
            return {"type": "http.request", "body": content, "more_body": False}

        response = await _asked(self._app, scope, receive)
        return response.described()


@dataclass(frozen=True, slots=True)
class _Response:
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    async def give(self, send: Send) -> None:
        """Send it, with the length that it has."""
        kept = [each for each in self.headers if each[0].lower() != b"content-length"]
        headers = [*kept, (b"content-length", str(len(self.body)).encode())]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})

    def described(self) -> dict[str, Any]:
        """Give it as one of the responses of a batch."""
        names = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in self.headers]
        headers = {"-".join(map(str.capitalize, name.split("-"))): value for name, value in names}
        headers.pop("Content-Length", None)
        found: dict[str, Any] = {"status": self.status, "headers": headers}
        # What is no document is a number (`/$count`), which JSON writes in the same way.
        return {**found, "body": json.loads(self.body)} if self.body else found


def _scope(outer: Scope, version: str, asked: JsonObject) -> Scope:
    path, _, query = str(asked["url"]).partition("?")
    inherited = [
        (name, value)
        for name, value in outer["headers"]
        if name.lower() in _INHERITED or name.lower().startswith((b"x-forwarded", b"forwarded"))
    ]
    own = [
        (name.encode(), value.encode())
        for name, value in asked["headers"].items()
        if name not in _OF_BATCH and not name.startswith(("x-forwarded", "forwarded"))
    ]
    names = {name for name, _ in own}
    headers = [*own, *(each for each in inherited if each[0].lower() not in names)]
    whole = f"/{version}/{unquote(path).lstrip('/')}"
    return {
        **outer,
        "method": asked["method"],
        "path": whole,
        "raw_path": quote(whole).encode(),
        "query_string": quote(query, safe="%&=$'(),/:;@!*+-._~\"").encode(),
        "headers": headers,
        "state": {},
    }


async def _asked(app: ASGIApp, scope: Scope, receive: Receive) -> _Response:
    """Ask an application and keep its answer."""
    status, headers, body = 500, (), bytearray()

    async def keep(message: Message) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status, headers = message["status"], tuple(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            body.extend(message.get("body", b""))

    await app(scope, receive, keep)
    return _Response(status, headers, bytes(body))


def _not_tried(failed: str) -> dict[str, Any]:
    return _refused(424, "FailedDependency", f"request {failed}, on which it depends, failed")


def _refused(status: int, word: str, message: str) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    return {
        "status": status,
        "headers": headers,
        "body": {"error": {"code": word, "message": message}},
    }
