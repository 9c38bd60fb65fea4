"""`tagNames` of a subscription: names and values in use, and those defined beforehand.

Source: azure-docs rest/api/resources/tags (list, create-or-update, delete).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from ostiary.arm import shapes
from ostiary.arm.changes import changing
from ostiary.arm.listing import page_of
from ostiary.arm.roles import Action
from ostiary.arm.subscriptions import subscription_of
from ostiary.arm.tag_rules import require_tag
from ostiary.directory.documents import Stored
from ostiary.directory.store import Aggregates
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.model.json_types import as_strings

OPERATIONS: Final = Operations()
_KIND: Final = "Microsoft.Resources/subscriptions/tagNames"
_ALL: Final = "/subscriptions/{subscription}/tagNames"
_ONE: Final = f"{_ALL}/{{tag}}"
_NONE: Final[Mapping[str, int]] = MappingProxyType({})
_VALUE: Final = f"{_ONE}/tagValues/{{value}}"


def _may(verb: str) -> Action:
    return Action(f"{_KIND}/{verb}")


@OPERATIONS.add(
    "GET",
    _ALL,
    needs=_may("read"),
    answers=shapes.listed(shapes.TAG_NAME),
)
def list_tag_names(call: Call) -> Answer:
    """List the names of tags with their values, and how often each is used."""
    subscription = subscription_of(call)
    defined = {each.id: each for each in call.store.azure.of_type(_KIND, subscription.id)}
    used = _used(call.store, subscription.id)
    names = {_key(subscription.id, each): each for each in used}
    found = [
        _shown(str(subscription.document["id"]), names.get(key), defined.get(key), used)
        for key in sorted({*names, *defined})
    ]
    return Answer(body=page_of(call, found, lambda _: True))


@OPERATIONS.add(
    "PUT",
    _ONE,
    needs=_may("write"),
    answers=shapes.kept(shapes.TAG_NAME),
)
def put_tag_name(call: Call) -> Answer:
    """Define a name of tags beforehand."""
    require_tag(call.path["tag"])
    with changing(call, _subscription(call)) as work:
        old = _defined(call, work)
        new = old or work.azure.create(_document(call), by=call.actor)
        used = _used(work, _subscription(call))
    name = str(new.document["name"]).casefold()
    shown = _shown(_subscription(call), name if name in used else None, new, used)
    return Answer(200 if old else 201, shown)


@OPERATIONS.add(
    "DELETE",
    _ONE,
    needs=_may("delete"),
    answers={200: None, 204: None},
)
def delete_tag_name(call: Call) -> Answer:
    """Define a name no longer; refused while anything has such a tag."""
    with changing(call, _subscription(call), deleting=True) as work:
        if call.path["tag"].casefold() in _used(work, _subscription(call)):
            raise _in_use(call.path["tag"])
        old = _defined(call, work)
        if old is None:
            return Answer(204)
        work.azure.delete(old.id, by=call.actor)
    return Answer(200)


@OPERATIONS.add(
    "PUT",
    _VALUE,
    needs=_may("write"),
    answers=shapes.kept(shapes.TAG_VALUE),
)
def put_tag_value(call: Call) -> Answer:
    """Define a value of a name beforehand."""
    name, value = call.path["tag"], call.path["value"]
    require_tag(name, value)
    with changing(call, _subscription(call)) as work:
        old = _defined(call, work)
        if old is None:
            raise ApiError(404, "TagNotFound", f"The tag name '{name[:60]}' is not defined.")
        values = as_strings(old.document.get("values"))
        is_new = value not in values
        if is_new:
            document = {**old.document, "values": [*values, value]}
            work.azure.replace(old.id, document, by=call.actor)
        used = _used(work, _subscription(call))
    shown = _value(str(old.document["id"]), value, used.get(name.casefold(), _NONE))
    return Answer(201 if is_new else 200, shown)


@OPERATIONS.add(
    "DELETE",
    _VALUE,
    needs=_may("delete"),
    answers={200: None, 204: None},
)
def delete_tag_value(call: Call) -> Answer:
    """Define a value no longer; refused while anything has such a tag."""
    name, value = call.path["tag"], call.path["value"]
    with changing(call, _subscription(call), deleting=True) as work:
        if value in _used(work, _subscription(call)).get(name.casefold(), _NONE):
            raise _in_use(f"{name}={value}")
        old = _defined(call, work)
        values = as_strings(old.document.get("values")) if old else ()
        if old is None or value not in values:
            return Answer(204)
        document = {**old.document, "values": [each for each in values if each != value]}
        work.azure.replace(old.id, document, by=call.actor)
    return Answer(200)


def _used(work: Aggregates, subscription: str) -> Mapping[str, Mapping[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for name, value, count in work.azure.tags_within(subscription):
        found.setdefault(name, {})[value] = count
    return found


def _shown(
    subscription: str,
    name: str | None,
    defined: Stored | None,
    used: Mapping[str, Mapping[str, int]],
) -> dict[str, Any]:
    """Show a name; `name` is what it is used under, None where nothing has such a tag."""
    counts = used.get(name or "", _NONE)
    written = str(defined.document["name"]) if defined is not None else name
    place = f"{subscription}/tagNames/{written}"
    values = as_strings(defined.document.get("values")) if defined is not None else ()
    return {
        "id": place,
        "tagName": written,
        "count": {"type": "Total", "value": sum(counts.values())},
        "values": [_value(place, each, counts) for each in dict.fromkeys((*values, *counts))],
    }


def _value(place: str, value: str, counts: Mapping[str, int]) -> dict[str, Any]:
    return {
        "id": f"{place}/tagValues/{value}",
        "tagValue": value,
        "count": {"type": "Total", "value": counts.get(value, 0)},
    }


def _key(subscription: str, name: str) -> str:
    return f"{subscription}/tagnames/{name}".casefold()


def _subscription(call: Call) -> str:
    return f"/subscriptions/{call.path['subscription']}"


def _document(call: Call) -> dict[str, Any]:
    name = call.path["tag"]
    place = f"{_subscription(call)}/tagNames/{name}"
    return {"id": place, "type": _KIND, "name": name, "values": []}


def _defined(call: Call, work: Aggregates) -> Stored | None:
    return work.azure.get(_key(_subscription(call), call.path["tag"]))


def _in_use(name: str) -> ApiError:
    return ApiError(
        409,
        "TagInUse",
        f"The tag '{name[:80]}' is used by resources: take it away from them first.",
    )
