"""What the operations of `identity/conditionalAccess` share: requests, pages, refusals, override.

What a request means is decided in `ostiary.schema.requests`; here are its versions (`ETag`,
`If-Match`), its pages, and the two ways in which a change is refused: by a rule, by the guard.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import unquote

from ostiary.administration.guard import Override
from ostiary.administration.policy_objects import PolicyRequest, change, read
from ostiary.graph.answers import (
    etag_header,
    if_match,
    next_link,
    number_in,
    token_of,
    top_of,
    version_of,
)
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.model.json_types import as_object
from ostiary.schema.answers import Refusal, Response
from ostiary.schema.edge_types import Version
from ostiary.schema.state import Collection

ROOT: Final = "identity/conditionalAccess"
OVERRIDE_HEADER: Final = "Ostiary-Override-Reason"
"""Why a Global Administrator makes a change that the lockout guard refuses (ours, not Graph's).

Percent-encoded UTF-8, because a header holds no other letters.
"""
OVERRIDE_PARAMETER: Final = {
    "name": OVERRIDE_HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "Why a Global Administrator overrides the lockout guard; audited.",
}
OVERRIDABLE: Final = {"parameters": [OVERRIDE_PARAMETER]}
"""What the document of the API says of an operation that the guard may refuse."""
_HANDED_ON: Final = ("$filter", "$select", "$count")


def page(call: Call, path: str) -> Answer:
    """Answer a page of a list; without `$top` all of it, as the collections are small."""
    response = granted(read(call.store, request(call, path)).response)
    body = dict(response.body or {})
    found: list[dict[str, Any]] = list(body["value"])
    begin = number_in(token_of(call)) or 0
    top = top_of(call, default=max(len(found), 1))
    end = begin + top
    body["value"] = found[begin:end]
    if end < len(found):
        body["@odata.nextLink"] = next_link(call, str(end))
    return Answer(200, body)


def told(call: Call, path: str, collection: Collection | None = None) -> Answer:
    """Answer what a path tells; an object of a collection with its version as ETag."""
    found = read(call.store, request(call, path))
    response = granted(found.response)
    etag = found.etag(collection, call.path["id"]) if collection else None
    return Answer(response.status, response.body, etag_header(etag) if etag else {})


def changed(call: Call, path: str, collection: Collection) -> Answer:
    """Make a change behind the guard; an object that is answered with its version as ETag."""
    made = change(
        call.store,
        call.server.snapshots,
        request(call, path),
        by=call.actor,
        override=override_of(call),
    )
    response = granted(made.response)
    call.server.snapshots.refresh()
    if response.body is None:
        return Answer(response.status)
    etag = made.etag(collection, str(response.body.get("id", "")))
    return Answer(response.status, response.body, etag_header(etag) if etag else {})


def granted(response: Response) -> Response:
    """Give the answer to a request that was not refused. Raises ApiError with Graph's words."""
    if response.status < 400:
        return response
    error = as_object(as_object(response.body).get("error"))
    raise ApiError(
        response.status,
        str(error.get("code")),
        str(error.get("message")),
        details=error.get("details") or (),
    )


def refused(refusal: Refusal) -> ApiError:
    """Give a refusal of the rules for policies in Graph's words."""
    details = [
        {"code": each.code, "target": each.path, "message": each.message}
        for each in refusal.problems
    ]
    word = {404: "ResourceNotFound"}.get(refusal.status, "BadRequest")
    return ApiError(refusal.status, word, refusal.message, details=details)


def schema_version(call: Call) -> Version:
    """Give the version of the path as the rules for policies name it."""
    return "beta" if version_of(call) == "beta" else "v1.0"


def override_of(call: Call) -> Override | None:
    """Read why the guard is to be overridden; None: it is not."""
    text = unquote(call.asked.headers.get(OVERRIDE_HEADER.casefold(), "")).strip()
    return Override(text) if text else None


def request(call: Call, path: str) -> PolicyRequest:
    """Give a call as the rules for policies see it; `path` has its ids in braces."""
    for name, value in call.path.items():
        path = path.replace(f"{{{name}}}", value)
    query = "&".join(
        each
        for each in call.asked.query_text.split("&")
        if each.partition("=")[0].replace("%24", "$").casefold() in _HANDED_ON
    )
    return PolicyRequest(
        method=call.asked.method,
        path=f"{path}?{query}" if query else path,
        body=call.sent,
        version=version_of(call),
        root=call.server.urls.graph,
        request_id=call.asked.request_id,
        expected=if_match(call),
    )
