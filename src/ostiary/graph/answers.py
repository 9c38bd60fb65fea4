"""What answers of Graph share: context URLs, selected members, pages, etags, If-Match."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.model.base64url import decoded, encoded

MOST_ON_A_PAGE: Final = 999
ON_A_PAGE: Final = 100


def version_of(call: Call) -> str:
    """Give `v1.0` or `beta`."""
    return "beta" if call.asked.location.casefold().startswith("/beta/") else "v1.0"


def context(call: Call, path: str) -> str:
    """Give `@odata.context` of an answer."""
    return f"{call.server.urls.graph}/{version_of(call)}/$metadata#{path}"


def selected(
    call: Call, document: Mapping[str, Any], names: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Leave the members of `$select`, else `names`, else all; annotations and the id stay."""
    asked = call.asked.query.get("$select", "")
    wanted = {each.strip().casefold() for each in asked.split(",") if each.strip()}
    wanted = wanted or {each.casefold() for each in names}
    if not wanted or "*" in wanted:
        return dict(document)
    return {
        key: value
        for key, value in document.items()
        if key.casefold() in wanted or key.startswith("@") or (key == "id" and not asked)
    }


def entity(call: Call, document: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Give one object with its context first."""
    return {"@odata.context": context(call, f"{path}/$entity"), **document}


def top_of(call: Call, default: int = ON_A_PAGE, most: int = MOST_ON_A_PAGE) -> int:
    """Read `$top`. Raises ApiError (400)."""
    text = call.asked.query.get("$top")
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= most and len(text) < 9):
        raise ApiError(
            400,
            "Request_UnsupportedQuery",
            f"expected a whole number from 1 to {most} in `$top`, came `{text[:20]}`",
        )
    return int(text)


def token_of(call: Call) -> str | None:
    """Read `$skiptoken`: behind what the page begins. Raises ApiError (400)."""
    text = call.asked.query.get("$skiptoken")
    if text is None:
        return None
    try:
        return (decoded(text) or b"").decode()
    except ValueError as error:
        raise no_page() from error


def number_in(place: str | None) -> int | None:
    """Read a place that is a number. Raises ApiError (400)."""
    if place is None:
        return None
    if not (place.isascii() and place.isdigit() and len(place) < 19):
        raise no_page()
    return int(place)


def no_page() -> ApiError:
    """Refuse a `$skiptoken` that was never given out."""
    return ApiError(
        400, "Directory_ExpiredPageToken", "the `$skiptoken` is none that was given out"
    )


def page(
    call: Call,
    found: list[dict[str, Any]],
    path: str,
    *,
    following: str | None = None,
    count: int | None = None,
) -> Answer:
    """Answer a page; `following` is what the next one begins behind, None after the last."""
    body: dict[str, Any] = {"@odata.context": context(call, path)}
    if count is not None:
        body["@odata.count"] = count
    if following is not None:
        body["@odata.nextLink"] = next_link(call, following)
    return Answer(body={**body, "value": found})


def next_link(call: Call, following: str) -> str:
    """Give the address of the next page: the same question, behind a place."""
    asked = {name: value for name, value in call.asked.query.items() if name != "$skiptoken"}
    query = urlencode({**asked, "$skiptoken": encoded(following.encode())}, safe="$'(),/")
    return f"{call.server.urls.graph}{call.asked.location}?{query}"


def told(at: datetime) -> str:
    """Write a time as Graph does."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def if_match(call: Call) -> str | None:
    """Read `If-Match`: the etag that the object must still have; `*` is any."""
    text = call.asked.headers.get("if-match", "").strip()
    if not text or text == "*":
        return None
    return text.removeprefix("W/").strip('"')


def etag_header(etag: str) -> dict[str, str]:
    """Give `ETag` of an answer with one object."""
    return {"ETag": f'W/"{etag}"'}
