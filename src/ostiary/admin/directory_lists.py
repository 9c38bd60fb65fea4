"""Lists of the directory: a page at a time, searched, filtered and sorted by Graph.

Whatever is looked for stays in the address. Graph sorts what is neither searched nor filtered, and
then tells how many there are: the database knows both without reading every object.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from ostiary.admin.directory_parts import Cell, Field, Row, Table
from ostiary.admin.listing import address
from ostiary.admin.visit import Shown, Visit
from ostiary.http.calls import guid
from ostiary.model.json_types import JsonObject

ON_A_PAGE: Final = "50"


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter: each of its words (with the label's key) stands for a `$filter`."""

    name: str
    label: str
    words: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: where its page is, what Graph is asked, and what stands in a row."""

    title: str
    path: str
    resource: str
    columns: tuple[str, ...]
    row: Callable[[JsonObject], Row]
    select: str
    searched: tuple[str, ...] = ("displayName",)
    hint: str = "directory.search_hint"
    lead: str = ""
    choices: tuple[Choice, ...] = ()
    only: str = ""
    """A filter that always holds."""
    small: bool = False
    """Of these a tenant has so few that whatever is found is counted and sorted."""


def quoted(text: str) -> str:
    """Write a text as a literal of OData."""
    return "'" + text.replace("'", "''") + "'"


def search_for(text: str, members: Sequence[str]) -> str:
    """Write a `$search` for a text in any of some members."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return " OR ".join(f'"{each}:{plain}"' for each in members)


async def show_list(visit: Visit, listing: Listing, links: Sequence[Cell] = ()) -> Shown:
    """Show the page of a list that its address asks for."""
    query = visit.query
    sought = query.get("search", "").strip()
    filters = [listing.only] if listing.only else []
    for each in listing.choices:
        filters += [part for word, _, part in each.words if word == query.get(each.name)]
    asked = {"select": listing.select, "top": ON_A_PAGE}
    if guid(sought) is not None:
        filters.append(f"id eq {quoted(sought)}")
    elif sought:
        asked["search"] = search_for(sought, listing.searched)
    if filters:
        asked["filter"] = " and ".join(filters)
    if listing.small or ("search" not in asked and not filters):
        asked |= {"orderby": "displayName", "count": "true"}
    elif any("not(" in each for each in filters):
        asked["count"] = "true"  # Graph takes a `not` in advanced queries only
    if after := query.get("after"):
        asked["skiptoken"] = after
    page = await visit.graph.get(listing.resource, **asked)
    values: dict[str, Any] = {
        "title": listing.title,
        "lead": listing.lead,
        "path": listing.path,
        "links": links,
        "search": sought,
        "searched": listing.hint,
        "filters": [_field(each, query.get(each.name, "")) for each in listing.choices],
        "every": "directory.all",
        "total": page.get("@odata.count") if "orderby" in asked else None,
        "table": Table(
            listing.title,
            listing.columns,
            [listing.row(each) for each in page["value"]],
            following=following(visit, page),
        ),
    }
    return Shown("directory_list", values)


def following(visit: Visit, page: JsonObject, name: str = "after") -> str:
    """Give the address of the next page of a list, empty after the last."""
    query = parse_qs(urlsplit(str(page.get("@odata.nextLink", ""))).query)
    token = next(iter(query.get("$skiptoken", ())), "")
    return address(visit.browser.url.path, visit.query, **{name: token}) if token else ""


def _field(choice: Choice, chosen: str) -> Field:
    options = tuple((word, label) for word, label, _ in choice.words)
    return Field(choice.name, choice.label, chosen, "choice", options=options)
