"""`identity/conditionalAccess`: policies and named locations.

What a request means is decided in `ostiary.schema.requests`; here are its permissions, versions
(`ETag`, `If-Match`) and pages. Source: api-reference conditionalaccesspolicy, namedlocation.
"""

from __future__ import annotations

from typing import Any, Final

from ostiary.administration.policy_objects import PolicyRequest, aggregate_of, change, read
from ostiary.graph.answers import (
    etag_header,
    if_match,
    next_link,
    number_in,
    token_of,
    top_of,
    version_of,
)
from ostiary.graph.permissions import READ_POLICIES, WRITE_LOCATIONS, WRITE_POLICIES
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Needs, Operations
from ostiary.model.json_types import as_object
from ostiary.schema.answers import Response
from ostiary.schema.state import Collection

OPERATIONS: Final = Operations()
_ROOT: Final = "identity/conditionalAccess"
_HANDED_ON: Final = ("$filter", "$select", "$count")


def _declare(collection: Collection, *, reading: Needs, writing: Needs) -> None:
    whole = f"/{_ROOT}/{collection.value}"
    one = f"{whole}/{{id}}"

    def listing(call: Call) -> Answer:
        """List the objects, a page at a time."""
        return _page(call, collection)

    def telling(call: Call) -> Answer:
        """Tell one object, with its version as ETag."""
        response = _granted(read(call.store, _request(call, collection)))
        found = aggregate_of(call.store, collection).get(call.path["id"])
        headers = etag_header(found.etag) if found else {}
        return Answer(response.status, response.body, headers)

    def changing(call: Call) -> Answer:
        """Make, change or delete an object."""
        return _change(call, collection)

    OPERATIONS.add("GET", whole, needs=reading)(listing)
    OPERATIONS.add("GET", one, needs=reading)(telling)
    OPERATIONS.add("POST", whole, needs=writing)(changing)
    OPERATIONS.add("PATCH", one, needs=writing)(changing)
    OPERATIONS.add("DELETE", one, needs=writing)(changing)


_declare(Collection.POLICIES, reading=READ_POLICIES, writing=WRITE_POLICIES)
_declare(Collection.NAMED_LOCATIONS, reading=READ_POLICIES, writing=WRITE_LOCATIONS)


def _page(call: Call, collection: Collection) -> Answer:
    """Answer a page of a list; without `$top` all of it, as the collections are small."""
    response = _granted(read(call.store, _request(call, collection)))
    body = dict(response.body or {})
    found: list[dict[str, Any]] = list(body["value"])
    begin = number_in(token_of(call)) or 0
    top = top_of(call, default=max(len(found), 1))
    end = begin + top
    body["value"] = found[begin:end]
    if end < len(found):
        body["@odata.nextLink"] = next_link(call, str(end))
    return Answer(200, body)


def _change(call: Call, collection: Collection) -> Answer:
    response = _granted(
        change(call.store, call.server.snapshots, _request(call, collection), by=call.actor)
    )
    call.server.snapshots.refresh()
    if response.body is None:
        return Answer(response.status)
    made = aggregate_of(call.store, collection).get(str(response.body["id"]))
    return Answer(response.status, response.body, etag_header(made.etag) if made else {})


def _granted(response: Response) -> Response:
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


def _request(call: Call, collection: Collection) -> PolicyRequest:
    path = f"{_ROOT}/{collection.value}"
    if "id" in call.path:
        path += f"/{call.path['id']}"
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
