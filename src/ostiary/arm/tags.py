"""`Microsoft.Resources/tags/default`: the tags of whatever has some, changed by themselves.

Source: azure-docs rest/api/resources/tags (at-scope operations). Whoever may write tags here needs
no right to write the resource itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ostiary.arm import shapes
from ostiary.arm.changes import changing, needed_group
from ostiary.arm.listing import tags_of
from ostiary.arm.roles import Action
from ostiary.arm.subscriptions import subscription_of
from ostiary.arm.tag_rules import merged_tags, tags_in, tags_without
from ostiary.arm.versions import require_version
from ostiary.directory.documents import Stored
from ostiary.directory.store import Aggregates
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.model.json_types import as_object

OPERATIONS: Final = Operations()
_KIND: Final = "Microsoft.Resources/tags"
_DEFAULT: Final = f"providers/{_KIND}/default"
_AT: Final = (
    f"/subscriptions/{{subscription}}/{_DEFAULT}",
    f"/subscriptions/{{subscription}}/{{scope:path}}/{_DEFAULT}",
)


def _may(verb: str, path: str) -> Action:
    inner = path.replace("{scope:path}", "{scope}").removesuffix(f"/{_DEFAULT}")
    return Action(f"{_KIND}/{verb}", inner)


def get_tags(call: Call) -> Answer:
    """Tell the tags of an object."""
    subscription_of(call)
    return _told(_needed(call, call.store))


def put_tags(call: Call) -> Answer:
    """Give an object these tags, and no others."""
    return _changed(call, lambda _: _sent(call))


def change_tags(call: Call) -> Answer:
    """Merge tags into those of an object, take some away, or replace all of them."""
    sent = _sent(call)
    match str(call.document.get("operation")).casefold():
        case "merge":
            return _changed(call, lambda old: merged_tags(old, sent))
        case "replace":
            return _changed(call, lambda _: sent)
        case "delete":
            return _changed(call, lambda old: tags_without(old, sent))
        case other:
            raise ApiError(
                400,
                "InvalidRequestContent",
                f"expected Merge, Replace or Delete in 'operation', came '{other[:40]}'",
            )


def delete_tags(call: Call) -> Answer:
    """Take all tags of an object away."""
    _changed(call, lambda _: {})
    return Answer(200)


for _path in _AT:
    OPERATIONS.add(
        "GET",
        _path,
        needs=_may("read", _path),
        answers={200: shapes.TAGS_RESOURCE},
    )(get_tags)
    OPERATIONS.add(
        "PUT",
        _path,
        needs=_may("write", _path),
        answers={200: shapes.TAGS_RESOURCE},
        body=shapes.TAGS_BODY,
    )(put_tags)
    OPERATIONS.add(
        "PATCH",
        _path,
        needs=_may("write", _path),
        answers={200: shapes.TAGS_RESOURCE},
        body=shapes.TAGS_PATCH,
    )(change_tags)
    OPERATIONS.add(
        "DELETE",
        _path,
        needs=_may("delete", _path),
        answers={200: None},
    )(delete_tags)


def _changed(call: Call, new: Callable[[dict[str, str]], dict[str, str]]) -> Answer:
    with changing(call, _target(call)) as work:
        old = _needed(call, work)
        require_version(call, old)
        tags = new(dict(tags_of(old.document)))
        document = {**old.document, "tags": tags}
        return _told(work.azure.replace(old.id, document, by=call.actor, expected=old.etag))


def _sent(call: Call) -> dict[str, str]:
    return tags_in(as_object(call.document.get("properties")).get("tags"))


def _target(call: Call) -> str:
    inner = "/".join(each for each in call.path.get("scope", "").split("/") if each)
    return f"/subscriptions/{call.path['subscription']}{'/' if inner else ''}{inner}"


def _needed(call: Call, work: Aggregates) -> Stored:
    target = _target(call)
    parts = target.split("/")
    if len(parts) > 4 and parts[3].casefold() == "resourcegroups":
        needed_group(work, parts[2], parts[4])
    found = work.azure.get(target)
    if found is None:
        raise ApiError(404, "ResourceNotFound", f"The resource '{target[:200]}' was not found.")
    return found


def _told(found: Stored) -> Answer:
    shown = {
        "id": f"{found.document['id']}/{_DEFAULT}",
        "name": "default",
        "type": _KIND,
        "properties": {"tags": dict(tags_of(found.document))},
    }
    return Answer(200, shown, {"ETag": f'"{found.etag}"'})
