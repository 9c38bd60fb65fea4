"""Lists of the management API: what a caller sees, `$filter`, `$top`, `$skiptoken`.

Source: azure-docs rest/api/resources/resources/list, resource-groups/list. Who holds a role only
at a resource group sees that group and what is in it, in the lists of its subscription as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from ostiary.arm.roles import not_delegated, refusal_of, sees
from ostiary.http.calls import Call
from ostiary.http.errors import ApiError
from ostiary.model.base64url import decoded, encoded
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_object
from ostiary.schema.odata_filter import (
    And,
    Comparison,
    Filter,
    Function,
    Not,
    Or,
    holds,
    read_filter,
)

ON_A_PAGE: Final = 1_000
_TAG_WORDS: Final = frozenset({"tagname", "tagvalue"})


@dataclass(frozen=True, slots=True)
class SeesIn:
    """Any role at the subscription, above it or in it: the list holds what that role may read."""

    scope: str = "/subscriptions/{subscription}"

    def refusal(self, call: Call) -> ApiError | None:
        """Refuse who holds no role there at all."""
        return refusal_of_list(call, self.scope.format_map(call.path))

    def described(self) -> Mapping[str, Any]:
        """Give it for the document of the API."""
        return {"anyRoleIn": self.scope}


def refusal_of_list(call: Call, scope: str) -> ApiError | None:
    """Refuse the list of a scope to who holds no role at, above or in it; None where he does."""
    if sees(call, [scope]):
        return not_delegated(call)
    return refusal_of(call, "Microsoft.Resources/subscriptions/resources/read", scope)


def filter_of(call: Call, words: frozenset[str]) -> Filter | None:
    """Read `$filter`, which may name these properties. Raises ApiError (400)."""
    text = call.asked.query.get("$filter")
    if not text:
        return None
    try:
        found = read_filter(text)
    except InputError as error:
        raise bad_filter(text, error.message) from error
    for each in _leaves(found):
        if len(each.path) != 1 or each.path[0].casefold() not in words:
            raise bad_filter(text, f"it can name {', '.join(sorted(words))}")
    return found


def bad_filter(text: str, why: str) -> ApiError:
    """Refuse a filter."""
    return ApiError(
        400,
        "InvalidFilterInQueryString",
        f"Invalid $filter '{text[:200]}' specified in the query string: {why}.",
    )


def matches(wanted: Filter, document: JsonObject, tags: Mapping[str, str]) -> bool:
    """Ask a filter of a document; of tags, one and the same has to fit name and value."""
    if not any(each.path[0].casefold() in _TAG_WORDS for each in _leaves(wanted)):
        return holds(wanted, document, fold=True)
    return any(
        holds(wanted, {**document, "tagName": name, "tagValue": value}, fold=True)
        for name, value in tags.items()
    )


def equal(wanted: Filter | None) -> dict[str, str]:
    """Give what all must equal: property in lower case -> text; by it a search is narrowed."""
    parts = wanted.parts if isinstance(wanted, And) else (wanted,)
    return {
        each.path[0].casefold(): each.value
        for each in parts
        if isinstance(each, Comparison) and each.operator == "eq" and isinstance(each.value, str)
    }


def tags_of(document: JsonObject) -> Mapping[str, str]:
    """Give the tags of an object."""
    return as_object(document.get("tags"))


def page_of(
    call: Call, found: Sequence[JsonObject], fits: Callable[[JsonObject], bool]
) -> dict[str, Any]:
    """Give a page of objects that are in the order of their ids."""
    top, after = top_of(call), token_of(call)
    shown: list[dict[str, Any]] = []
    for each in found:
        if after is not None and str(each["id"]).casefold() <= after:
            continue
        if not fits(each):
            continue
        if len(shown) == top:
            return {"value": shown, "nextLink": next_link(call, str(shown[-1]["id"]).casefold())}
        shown.append(dict(each))
    return {"value": shown}


def top_of(call: Call) -> int:
    """Read `$top`. Raises ApiError (400)."""
    text = call.asked.query.get("$top")
    if text is None:
        return ON_A_PAGE
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= ON_A_PAGE):
        raise ApiError(
            400,
            "InvalidTopInQueryString",
            f"expected a whole number from 1 to {ON_A_PAGE} in $top, came '{text[:20]}'",
        )
    return int(text)


def token_of(call: Call) -> str | None:
    """Read `$skiptoken`: the id behind which the page begins. Raises ApiError (400)."""
    text = call.asked.query.get("$skiptoken")
    if text is None:
        return None
    octets = decoded(text)
    try:
        return (octets if octets is not None else b"\xff").decode()
    except UnicodeDecodeError as error:
        raise ApiError(
            400, "InvalidSkipToken", "The $skiptoken is none that was given out."
        ) from error


def next_link(call: Call, after: str) -> str:
    """Give the address of the next page: the same question, behind an id."""
    asked = {name: value for name, value in call.asked.query.items() if name != "$skiptoken"}
    query = urlencode({**asked, "$skiptoken": encoded(after.encode())}, safe="$'(),/")
    return f"{call.server.urls.management}{call.asked.location}?{query}"


def _leaves(found: Filter) -> list[Comparison | Function]:
    match found:
        case Comparison() | Function():
            return [found]
        case And(parts) | Or(parts):
            return [leaf for each in parts for leaf in _leaves(each)]
        case Not(inner):
            return _leaves(inner)
        case _:
            raise ApiError(400, "InvalidFilterInQueryString", "$filter cannot ask for any().")
