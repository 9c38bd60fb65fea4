"""Query options of lists: what each resource offers, and what directory objects take when.

Sources: Graph concepts/query-parameters; concepts/aad-advanced-queries: what directory objects
answer only with `ConsistencyLevel: eventual`, and most of it only with `$count=true` too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, TypeVar

from ostiary.http.calls import Call
from ostiary.http.errors import ApiError
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject
from ostiary.schema.odata_filter import (
    Comparison,
    Filter,
    Function,
    Not,
    holds,
    parts_of,
    read_filter,
)
from ostiary.schema.odata_order import Expanded, OrderKey, read_expand, read_order
from ostiary.schema.odata_search import Search, found_by, read_search

_ALWAYS: Final = ("$filter", "$select", "$top", "$skiptoken", "$count")
_REFER: Final = (
    "because the required query parameters are missing. Refer to [Advanced query capabilities on "
    "Azure AD directory objects](https://aka.ms/graph-docs/advanced-queries) for more information."
)
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Offers:
    """What a list offers beside `$filter`, `$select`, `$top`, `$skiptoken` and `$count`.

    `ordered` names the members it can be sorted by, True: only in an advanced query. `directory`
    lists are searched, and follow the rules of advanced queries.
    """

    ordered: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    directory: bool = False
    expands: frozenset[str] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all options."""
        more = {
            "$orderby": bool(self.ordered),
            "$search": self.directory,
            "$expand": bool(self.expands),
        }
        return (*_ALWAYS, *(name for name, offered in more.items() if offered))

    def parameters(self) -> list[dict[str, Any]]:
        """Describe the options for the document of the API."""
        kinds = {"$top": {"type": "integer", "minimum": 1}, "$count": {"type": "boolean"}}
        found: list[dict[str, Any]] = [
            {
                "name": name,
                "in": "query",
                "required": False,
                "schema": kinds.get(name, {"type": "string"}),
            }
            for name in self.names
        ]
        if self.directory:
            found.append(
                {
                    "name": "ConsistencyLevel",
                    "in": "header",
                    "required": False,
                    "schema": {"enum": ["eventual", "session"]},
                }
            )
        return found


@dataclass(frozen=True, slots=True)
class Query:
    """What a call asks of a list."""

    filter: Filter | None = None
    search: Search | None = None
    order: tuple[OrderKey, ...] = ()
    expand: tuple[Expanded, ...] = ()
    count: bool = False

    @property
    def narrows(self) -> bool:
        """Whether it leaves some objects out."""
        return self.filter is not None or self.search is not None

    def takes(self, document: JsonObject) -> bool:
        """Tell whether an object is asked for; case does not count."""
        if self.filter is not None and not holds(self.filter, document, fold=True):
            return False
        return self.search is None or found_by(self.search, document)


def unsupported(message: str) -> ApiError:
    """Refuse a query."""
    return ApiError(400, "Request_UnsupportedQuery", message)


def query_of(call: Call, offers: Offers) -> Query:
    """Read the options of a call. Raises ApiError (400)."""
    options = call.asked.query
    offered = {each.casefold() for each in offers.names}
    for name in options:
        if name.startswith("$") and name not in offered:
            raise unsupported(f"the query option `{name[:20]}` is not offered here")
    counted = options.get("$count", "").casefold() == "true"
    found = Query(
        _read(call, "$filter", read_filter, "Invalid filter clause: "),
        _read(call, "$search", read_search, "Invalid search clause: "),
        _read(call, "$orderby", read_order, "") or (),
        _read(call, "$expand", read_expand, "") or (),
        # Without the header directory objects are not counted, and nothing says so (Graph too).
        counted and (is_eventual(call) or not offers.directory),
    )
    _require_offered(found, offers)
    if offers.directory:
        _require_advanced(call, found, offers, counted=counted)
    return found


def is_eventual(call: Call) -> bool:
    """Tell whether a call takes answers that may be a moment old."""
    return call.asked.headers.get("consistencylevel", "").strip().casefold() == "eventual"


def _read(call: Call, name: str, read: Callable[[str], Read], before: str) -> Read | None:
    text = call.asked.query.get(name)
    if text is None:
        return None
    try:
        return read(text)
    except InputError as error:
        raise unsupported(f"{before}{error.message}") from error


def _require_offered(found: Query, offers: Offers) -> None:
    ordered = {each.casefold() for each in offers.ordered}
    for key in found.order:
        if key.path.casefold() not in ordered:
            raise unsupported(f"Sorting by `{key.path[:60]}` is not supported here.")
    expands = {each.casefold() for each in offers.expands}
    for each in found.expand:
        if each.member.casefold() not in expands:
            raise unsupported(f"`{each.member[:60]}` cannot be expanded here.")


def _require_advanced(call: Call, found: Query, offers: Offers, *, counted: bool) -> None:
    if found.search is not None and not is_eventual(call):
        raise unsupported(
            "Request with $search query parameter only works through MSGraph with a special "
            "request header: 'ConsistencyLevel: eventual'"
        )
    if is_eventual(call) and counted:
        return
    operator = next((name for each in parts_of(found.filter) if (name := _advanced(each))), "")
    if operator:
        raise unsupported(f"Operator '{operator}' is not supported {_REFER}")
    advanced = {name.casefold() for name, needed in offers.ordered.items() if needed}
    if any(key.path.casefold() in advanced for key in found.order) or (
        found.order and found.filter is not None
    ):
        raise unsupported(f"Sorting is not supported for the current query {_REFER}")


def _advanced(part: Filter) -> str:
    """Name the operator of a part of a filter that only advanced queries take."""
    match part:
        case Not():
            return "not"
        case Comparison(path, operator, _) if operator == "ne" or "$count" in path:
            return operator if operator == "ne" else "$count"
        case Function("endswith", _, _):
            return "endsWith"
        case _:
            return ""
