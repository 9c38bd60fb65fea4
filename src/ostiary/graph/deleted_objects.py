"""`directory/deletedItems`: users, groups and applications that were deleted in the last 30 days.

Source: api-reference directory-deleteditems-list, -get, -restore, -delete.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ostiary.administration.deleted_objects import (
    deleted_object,
    purge_object,
    restore_object,
)
from ostiary.directory.deleted import DeletedItem
from ostiary.graph.answers import entity, etag_header, page, selected, told
from ostiary.graph.applications import APPLICATIONS, SERVICE_PRINCIPALS
from ostiary.graph.directory_objects import DirectoryResource
from ostiary.graph.directory_permissions import (
    READ_DELETED,
    WRITE_APPLICATIONS,
    WRITE_DELETED,
    WRITE_GROUPS,
)
from ostiary.graph.groups import GROUPS, is_assignable
from ostiary.graph.listing import filter_of, part_of
from ostiary.graph.objects import ANY_OBJECT, ANY_OBJECTS
from ostiary.graph.permissions import (
    READ_APPLICATIONS,
    READ_GROUPS,
    READ_USERS,
    WRITE_USERS,
    Allowed,
)
from ostiary.graph.policy_calls import OVERRIDABLE, override_of
from ostiary.graph.ranks import require_group_rank
from ostiary.graph.shapes import DONE
from ostiary.graph.shapes import told as one_told
from ostiary.graph.users import USERS
from ostiary.http.calls import Answer, Call
from ostiary.http.operations import Operations
from ostiary.schema.odata_filter import holds

OPERATIONS: Final = Operations()
_WHOLE: Final = "directory/deletedItems"


@dataclass(frozen=True, slots=True)
class _Kind:
    type: str
    resource: DirectoryResource
    reading: Allowed
    writing: Allowed

    def shown(self, item: DeletedItem) -> dict[str, Any]:
        """Give a deleted object with its type and when it was deleted."""
        kept = {name: value for name, value in item.document.items() if name not in _APART}
        return {
            "@odata.type": f"#microsoft.graph.{self.type}",
            **self.resource.shown(kept),
            "deletedDateTime": told(item.deleted),
        }


_APART: Final = frozenset({"members", "@ostiary.memberOf"})
_KINDS: Final = {
    each.resource.path: each
    for each in (
        _Kind("user", USERS, READ_USERS, WRITE_USERS),
        _Kind("group", GROUPS, READ_GROUPS, WRITE_GROUPS),
        _Kind("application", APPLICATIONS, READ_APPLICATIONS, WRITE_APPLICATIONS),
        _Kind("servicePrincipal", SERVICE_PRINCIPALS, READ_APPLICATIONS, WRITE_APPLICATIONS),
    )
}


def _declare(collection: str, kind: _Kind) -> None:
    def listing(call: Call) -> Answer:
        """List what was deleted, the latest first."""
        _require(call, kind.reading)
        wanted = filter_of(call)
        found = [kind.shown(each) for each in call.store.deleted.all(collection)]
        left = [each for each in found if wanted is None or holds(wanted, each, fold=True)]
        shown, following = part_of(call, left)
        return page(call, [selected(call, each) for each in shown], _WHOLE, following=following)

    path = f"/{_WHOLE}/microsoft.graph.{kind.type}"
    OPERATIONS.add("GET", path, needs=READ_DELETED, answers=ANY_OBJECTS)(listing)


for _collection, _kind in _KINDS.items():
    _declare(_collection, _kind)


@OPERATIONS.add("GET", f"/{_WHOLE}/{{id}}", needs=READ_DELETED, answers=one_told(ANY_OBJECT))
def get_deleted(call: Call) -> Answer:
    """Tell one deleted object."""
    item = deleted_object(call.store, call.path["id"])
    kind = _KINDS[item.collection]
    _require(call, kind.reading)
    return Answer(body=entity(call, selected(call, kind.shown(item)), _WHOLE))


@OPERATIONS.add(
    "POST",
    f"/{_WHOLE}/{{id}}/restore",
    needs=WRITE_DELETED,
    schema=OVERRIDABLE,
    answers=one_told(ANY_OBJECT),
)
def restore_deleted(call: Call) -> Answer:
    """Bring a deleted object back, without what let it in or made it mighty."""
    item = _changeable(call)
    made = restore_object(
        call.store, call.server.snapshots, item.id, by=call.actor, override=override_of(call)
    )
    call.server.snapshots.refresh()
    kind = _KINDS[item.collection]
    shown = {
        "@odata.type": f"#microsoft.graph.{kind.type}",
        **kind.resource.answered(call, made.document),
    }
    return Answer(200, entity(call, shown, "directoryObjects"), etag_header(made.etag))


@OPERATIONS.add("DELETE", f"/{_WHOLE}/{{id}}", needs=WRITE_DELETED, answers=DONE)
def purge_deleted(call: Call) -> Answer:
    """Delete an object for good."""
    purge_object(call.store, _changeable(call).id, by=call.actor)
    return Answer(204)


def _changeable(call: Call) -> DeletedItem:
    """Give a deleted object that the caller may restore or purge, as he may change a living one."""
    item = deleted_object(call.store, call.path["id"])
    _require(call, _KINDS[item.collection].writing)
    if item.collection == GROUPS.path:
        require_group_rank(call, assignable=is_assignable(item.document))
    return item


def _require(call: Call, needs: Allowed) -> None:
    refusal = needs.refusal(call)
    if refusal is not None:
        raise refusal
