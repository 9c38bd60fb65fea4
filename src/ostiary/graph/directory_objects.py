"""What lists and single objects of the directory share, whichever resource they belong to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from ostiary.directory.documents import Documents, Stored
from ostiary.directory.store import Aggregates
from ostiary.graph.answers import entity, etag_header, page, selected, token_of
from ostiary.graph.listing import Found, Source, equals, filter_of, page_of, unsupported
from ostiary.graph.shapes import listed, shape_of, told
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Needs, Operations
from ostiary.http.shapes import TEXT, Named, Shape, opened
from ostiary.model.json_types import JsonObject
from ostiary.schema.odata_filter import Filter, holds


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

    def shown(self, document: JsonObject) -> dict[str, Any]:
        """Give an object with every member it has."""
        kept = {key: value for key, value in document.items() if key not in self.never}
        return {**self.plain, **kept, **self.follows(document)}

    def answered(self, call: Call, document: JsonObject) -> dict[str, Any]:
        """Give an object with the members that are asked for."""
        told = {**self.shown(document), **self.more(call.store, document)}
        return selected(call, told, self.default)

    def get(self, store: Aggregates, name: str) -> Stored:
        """Give the object of an id. Raises ApiError (404)."""
        found = self.aggregate(store).get(name)
        if found is None:
            raise absent(name)
        return found


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
        body = entity(call, resource.answered(call, found.document), resource.path)
        return Answer(200, body, etag_header(found.etag))

    listed_as, told_as = listed(resource.type), told(resource.type)
    operations.add("GET", f"/{resource.path}", needs=needs, answers=listed_as)(listing)
    operations.add("GET", f"/{resource.path}/{{id}}", needs=needs, answers=told_as)(telling)


def _listed(call: Call, resource: DirectoryResource) -> Answer:
    wanted = filter_of(call)
    found = _quickly(call, resource, wanted)
    if found is None:
        found = page_of(call, _source(call, resource), wanted)
    shown = [resource.answered(call, each.document) for each in found.rows]
    count = None
    if call.asked.query.get("$count", "").casefold() == "true":
        if found.following is not None or token_of(call) is not None:
            raise unsupported("`$count` is offered where the answer is one page")
        count = len(shown)
    return page(call, shown, resource.path, following=found.following, count=count)


def _quickly(
    call: Call, resource: DirectoryResource, wanted: Filter | None
) -> Found[Stored] | None:
    """Find objects by an index, None where no member of the filter has one."""
    for name, value in equals(wanted).items():
        look = resource.quickly.get(name)
        if look is not None and isinstance(value, str) and wanted is not None:
            rows = look(call.store, value)
            left = [
                each for each in rows if holds(wanted, resource.shown(each.document), fold=True)
            ]
            return Found(left, None)
    return None


def _source(call: Call, resource: DirectoryResource) -> Source[Stored]:
    aggregate = resource.aggregate(call.store)
    return Source(
        lambda place, number: aggregate.page(after=place, limit=number),
        lambda row: row.id,
        lambda row: resource.shown(row.document),
    )
