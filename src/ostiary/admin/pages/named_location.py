"""One named location: made, shown with the policies that use it, changed, removed."""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import PlainTextResponse, Response

from ostiary.admin.changing import refusal, send, status_of
from ostiary.admin.graph_calls import Refused
from ostiary.admin.location_form import (
    KINDS,
    empty,
    is_of_addresses,
    lands,
    names_of,
    ranges_of,
    sent,
)
from ostiary.admin.pages.named_locations import LOCATIONS, PATH, POLICIES
from ostiary.admin.usage import uses_of
from ostiary.admin.visit import Answer, GoTo, PageRoute, Shown, Visit
from ostiary.conditions.base import Lookup
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_strings
from ostiary.pages.headers import file_headers
from ostiary.schema.edge_objects import LOOKUP_METHODS

_ONE: Final = f"{PATH}/{{id}}"
_ALL_TRUSTED: Final = "AllTrusted"


def _making(word: str) -> tuple[PageRoute, PageRoute]:
    """Give the routes of the form of a kind."""
    kind, path = KINDS[word], f"{PATH}/new/{word}"

    async def show_new(visit: Visit) -> Answer:
        """Show an empty form of a kind."""
        return await _shown(visit, empty(kind))

    async def create(visit: Visit) -> Answer:
        """Make the location that was sent."""
        try:
            await send(visit, "POST", LOCATIONS, sent(visit, kind))
        except (Refused, InputError) as error:
            return await _again(visit, empty(kind), error)
        return GoTo(PATH, "location_created")

    showing = PageRoute("GET", path, show_new, needs=("POST", LOCATIONS))
    return showing, PageRoute("POST", path, create)


async def show_location(visit: Visit) -> Answer:
    """Show a location, as a form to whoever may change it."""
    return await _shown(visit, await _location(visit))


async def save(visit: Visit) -> Answer:
    """Change the location, where nobody else did meanwhile and nobody would be locked out."""
    before = await _location(visit)
    try:
        body = sent(visit, str(before["@odata.type"]))
        await send(visit, "PATCH", f"{LOCATIONS}/{before['id']}", body)
    except (Refused, InputError) as error:
        return await _again(visit, before, error)
    return GoTo(f"{PATH}/{before['id']}", "location_changed")


async def delete(visit: Visit) -> Answer:
    """Remove a location that no policy uses."""
    location = await _location(visit)
    try:
        await send(visit, "DELETE", f"{LOCATIONS}/{location['id']}")
    except Refused as refused:
        return await _shown(visit, location, refused)
    return GoTo(PATH, "location_deleted")


async def download(visit: Visit) -> Response:
    """Give the ranges as a text file, one a line."""
    lines = ranges_of(await _location(visit))
    return PlainTextResponse(
        "".join(f"{each}\r\n" for each in lines), headers=file_headers("ip-ranges.txt")
    )


async def _location(visit: Visit) -> dict[str, Any]:
    return await visit.graph.get(f"{LOCATIONS}/{visit.path['id']}")


async def _again(visit: Visit, before: JsonObject, error: Refused | InputError) -> Answer:
    """Show the form as it was sent; a file that is no text leaves what was there."""
    try:
        typed = sent(visit, str(before["@odata.type"]))
    except InputError:
        typed = {}
    etag = visit.form.get("etag", "")
    return await _shown(visit, {**before, **typed, "@odata.etag": etag}, error)


async def _shown(
    visit: Visit, location: JsonObject, error: Refused | InputError | None = None
) -> Answer:
    by_address, identifier = is_of_addresses(location), str(location.get("id") or "")
    # A trusted location is also used by whoever uses all trusted ones.
    words = [identifier, *([_ALL_TRUSTED] if location.get("isTrusted") else [])]
    policies = await visit.graph.all(POLICIES) if identifier else []
    values: dict[str, Any] = {
        "location": location,
        "by_address": by_address,
        "ranges": ranges_of(location),
        "countries": names_of(as_strings(location.get("countriesAndRegions"))),
        "lands": [] if by_address else lands(location),
        "lookups": LOOKUP_METHODS,
        "uses": uses_of(policies, Lookup.NAMED_LOCATION, *words),
        "named": bool(uses_of(policies, Lookup.NAMED_LOCATION, identifier)),
        **refusal(error),
    }
    return Shown("named_location", values, status_of(error))


ROUTES: Final = (
    *(route for word in KINDS for route in _making(word)),
    PageRoute("GET", _ONE, show_location),
    PageRoute("POST", _ONE, save),
    PageRoute("POST", f"{_ONE}/delete", delete),
    PageRoute("GET", f"{_ONE}/ranges", download),
)
