"""What lists and single objects of the directory share, whichever resource they belong to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from ostiary.directory.documents import Documents, Stored
from ostiary.directory.searching import Wanted
from ostiary.directory.store import Aggregates
from ostiary.graph.answers import (
    entity,
    etag_header,
    number_in,
    page,
    selected,
)
from ostiary.graph.expanding import expanded
from ostiary.graph.listing import Found, Row, Source, counted, equals, of_list, queried
from ostiary.graph.queries import Offers, Query, is_eventual, query_of
from ostiary.graph.shapes import listed, shape_of, told
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Needs, Operations
from ostiary.http.shapes import NUMBER, TEXT, Named, Shape, opened
from ostiary.model.json_types import JsonObject


@dataclass(frozen=True, slots=True)
class DirectoryResource:
    """One collection: `path` in addresses, `default` the members of an answer without `$select`.

    `plain` are members that every object has, with their value where nobody set one. `quickly`
    finds objects by a member that a filter asks to be equal, without reading all of them. `more`
    gives what the store keeps apart from the document.
    """

    path: str
    title: str
    aggregate: Callable[[Aggregates], Documents]
    plain: Mapping[str, Any]
    default: tuple[str, ...] = ()
    never: frozenset[str] = frozenset()
    ordered: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    """Members that lists are sorted by; True: in advanced queries only."""
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Members that the store sorts by, and its columns."""
    written: frozenset[str] = frozenset()
    """Members by whose values the store leaves objects out: the document says them as told."""
    expands: frozenset[str] = frozenset()
    """Members that `$expand` tells with what they refer to (`ostiary.graph.expanding`)."""
    is_directory: bool = True
    """Whether the rules of advanced queries count (Graph's directoryObject)."""
    members: Mapping[str, Shape] = field(default_factory=lambda: MappingProxyType({}))
    """What members may be, where the values of `plain` do not tell."""
    more: Callable[[Aggregates, JsonObject], JsonObject] = lambda _store, _document: {}
    follows: Callable[[JsonObject], JsonObject] = lambda _document: {}
    """What the document does not say and what it says tells."""
    quickly: Mapping[str, Callable[[Aggregates, str], Sequence[Stored]]] = field(
        default_factory=lambda: MappingProxyType({})
    )

    @property
    def type(self) -> Named:
        """The type of an object in the document of the API; an import may have brought more."""
        plain = {name: shape_of(value) for name, value in self.plain.items()}
        known = {"id": TEXT, **plain, **self.members}
        return Named(self.title[:1].lower() + self.title[1:], opened(known))

    @property
    def offers(self) -> Offers:
        """The query options of its lists."""
        return Offers(self.ordered, self.is_directory, self.expands)

    def shown(self, document: JsonObject) -> dict[str, Any]:
        """Give an object with every member it has."""
        kept = {key: value for key, value in document.items() if key not in self.never}
        return {**self.plain, **kept, **self.follows(document)}

    def answered(self, call: Call, document: JsonObject) -> dict[str, Any]:
        """Give an object with the members that are asked for."""
        told = {**self.shown(document), **self.more(call.store, document)}
        return selected(call, told, self.default)

    def get(self, store: Aggregates, name: str) -> Stored:
        """Give the object of an id, or of another key (`appId='…'`). Raises ApiError (404)."""
        key = _ALTERNATE.fullmatch(name)
        named = key[1].casefold() if key else ""
        look = self.quickly.get(named) if named in _ALTERNATES else None
        found = look(store, key[2]) if key and look else one(self.aggregate(store).get(name))
        if not found:
            raise absent(name)
        return found[0]


_ALTERNATE: Final = re.compile(r"(\w+)='(.*)'", re.DOTALL)
"""An alternate key as `ostiary.graph.keys` leaves it in the path."""
COUNT_OPTIONS: Final = {
    "parameters": [
        each
        for each in Offers(directory=True).parameters()
        if each["name"] in {"$filter", "$search", "ConsistencyLevel"}
    ]
}
_ALTERNATES: Final = frozenset({"appid", "deviceid", "userprincipalname"})
NO_ONE: Final[tuple[Stored, ...]] = ()


def absent(name: str) -> ApiError:
    """Refuse a request for an object that is not there."""
    return ApiError(
        404,
        "Request_ResourceNotFound",
        f"Resource '{name[:100]}' does not exist or one of its queried reference-property "
        "objects are not present.",
    )


def one(found: Stored | None) -> tuple[Stored, ...]:
    """Give an object as what a quick search finds."""
    return NO_ONE if found is None else (found,)


def declare_reading(
    operations: Operations,
    resource: DirectoryResource,
    *,
    needs: Needs,
    get: Callable[[Aggregates, str], Stored] | None = None,
) -> None:
    """Declare the list of a resource and its single objects; `get` finds them by other names."""
    found_by = get or resource.get

    def listing(call: Call) -> Answer:
        """List objects, a page at a time."""
        return _listed(call, resource)

    def telling(call: Call) -> Answer:
        """Tell one object, with its version as ETag."""
        found = found_by(call.store, call.path["id"])
        wanted = query_of(call, resource.offers).expand
        told = {
            **resource.answered(call, found.document),
            **expanded(call, resource.path, found, wanted),
        }
        return Answer(200, entity(call, told, resource.path), etag_header(found.etag))

    def counting(call: Call) -> Answer:
        """Count the objects."""
        return count_answer(call, partial(_source, call, resource), resource.offers)

    listed_as, told_as = listed(resource.type), told(resource.type)
    whole = f"/{resource.path}"
    options = {"parameters": resource.offers.parameters()}
    operations.add("GET", whole, needs=needs, schema=options, answers=listed_as)(listing)
    operations.add(
        "GET", f"{whole}/$count", needs=needs, schema=COUNT_OPTIONS, answers={200: NUMBER}
    )(counting)
    operations.add("GET", f"{whole}/{{id}}", needs=needs, answers=told_as)(telling)


def count_answer(call: Call, source: Callable[[Query], Source[Row]], offers: Offers) -> Answer:
    """Answer how many objects a query asks for, as text. Raises ApiError (400)."""
    if offers.directory and not is_eventual(call):
        raise ApiError(400, "Request_BadRequest", "$count is not currently supported.")
    # What asks for `$count` as a segment needs no `$count=true` to ask in an advanced way.
    asked = replace(call.asked, query={**call.asked.query, "$count": "true"})
    query = query_of(Call(asked, call.token), offers)
    return Answer(body=str(counted(source(query), query)))


def _listed(call: Call, resource: DirectoryResource) -> Answer:
    query = query_of(call, resource.offers)
    quick = _quickly(call, resource, query)
    source = quick or _source(call, resource, query)
    found = (None if quick else _by_column(call, resource, query)) or queried(call, source, query)
    shown = [
        {
            **resource.answered(call, each.document),
            **expanded(call, resource.path, each, query.expand),
        }
        for each in found.rows
    ]
    count = _count(call, resource, query, source) if query.count else None
    return page(call, shown, resource.path, following=found.following, count=count)


def _count(call: Call, resource: DirectoryResource, query: Query, source: Source[Stored]) -> int:
    if query.narrows:
        return counted(source, query)
    return resource.aggregate(call.store).state()[1]


def _quickly(call: Call, resource: DirectoryResource, query: Query) -> Source[Stored] | None:
    """Find objects by an index, None where no member of the filter has one."""
    for name, value in equals(query.filter).items():
        look = resource.quickly.get(name)
        if look is not None and isinstance(value, str):
            rows = sorted(look(call.store, value), key=lambda each: each.id)
            return of_list(rows, lambda row: row.id, lambda row: resource.shown(row.document))
    return None


def _by_column(call: Call, resource: DirectoryResource, query: Query) -> Found[Stored] | None:
    """Let the store sort, None where it cannot; a place is how many rows stand before it."""
    columns = {name.casefold(): column for name, column in resource.columns.items()}
    key = query.order[0] if len(query.order) == 1 else None
    column = columns.get(key.path.casefold()) if key else None
    if key is None or column is None:
        return None
    aggregate, wanted = resource.aggregate(call.store), _wanted(resource, query)

    def read(place: str | None, number: int) -> list[tuple[int, Stored]]:
        begin = number_in(place) or 0
        rows = aggregate.ordered(
            column, descending=key.descending, skip=begin, limit=number, wanted=wanted
        )
        return list(enumerate(rows, begin + 1))

    source = Source[tuple[int, Stored]](
        read, lambda row: str(row[0]), lambda row: resource.shown(row[1].document)
    )
    found = queried(call, source, replace(query, order=()))
    return Found([row for _, row in found.rows], found.following)


def _source(call: Call, resource: DirectoryResource, query: Query) -> Source[Stored]:
    """Give all objects in order, as far as a query may ask for them."""
    aggregate, wanted = resource.aggregate(call.store), _wanted(resource, query)
    return Source(
        lambda place, number: aggregate.page(after=place, limit=number, wanted=wanted),
        lambda row: row.id,
        lambda row: resource.shown(row.document),
    )


def _wanted(resource: DirectoryResource, query: Query) -> Wanted | None:
    if not query.narrows:
        return None
    written = {name: resource.plain.get(name) for name in resource.written}
    return Wanted(query.search, query.filter, resource.columns, written)
