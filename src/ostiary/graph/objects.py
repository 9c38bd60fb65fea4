"""Lists of objects of whatever kind: members, owners, groups that somebody is in.

They take the options of directory objects, are counted (`/$count`), and can be asked for those of
one kind (`/microsoft.graph.user`): Graph concepts/aad-advanced-queries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ostiary.graph.answers import page, selected
from ostiary.graph.applications import APPLICATIONS, SERVICE_PRINCIPALS
from ostiary.graph.device_resource import DEVICES
from ostiary.graph.directory_objects import COUNT_OPTIONS, count_answer
from ostiary.graph.expanding import MOST_EXPANDED
from ostiary.graph.groups import GROUPS
from ostiary.graph.listing import Source, counted, queried
from ostiary.graph.queries import Offers, query_of
from ostiary.graph.shapes import listed
from ostiary.graph.users import USERS
from ostiary.http.calls import Answer, Call
from ostiary.http.operations import Needs, Operations
from ostiary.http.shapes import NUMBER, TEXT, Named, opened
from ostiary.model.json_types import JsonObject
from ostiary.tenant.catalogue import BUILT_IN

KINDS: Final = (
    ("user", USERS),
    ("group", GROUPS),
    ("servicePrincipal", SERVICE_PRINCIPALS),
    ("application", APPLICATIONS),
    ("device", DEVICES),
)
ANY_OBJECT: Final = Named(
    "directoryObject", opened({"id": TEXT, "@odata.type": TEXT}, needed=("@odata.type",))
)
ANY_OBJECTS: Final = listed(ANY_OBJECT)
"""Objects of several kinds, each with its type."""
_ROLE: Final = "directoryRole"
_OFFERS: Final = Offers({"displayName": True}, directory=True)


@dataclass(frozen=True, slots=True)
class _Found:
    """An object, of which kind, and the members of an answer without `$select`."""

    id: str
    kind: str
    document: JsonObject
    default: tuple[str, ...] = ()

    def shown(self) -> dict[str, Any]:
        """Give it with its type."""
        return {"@odata.type": f"#microsoft.graph.{self.kind}", **self.document}

    def answered(self, call: Call) -> dict[str, Any]:
        """Give it with the members that are asked for."""
        return selected(call, self.shown(), self.default)


def declare_objects(
    operations: Operations, path: str, ids: Callable[[Call], Sequence[str]], *, needs: Needs
) -> None:
    """Declare a list of objects by their ids, its number, and its parts of one kind."""
    options = {"parameters": _OFFERS.parameters()}

    def declare(where: str, kind: str) -> None:
        def listing(call: Call) -> Answer:
            return objects_page(call, ids(call), kind)

        def counting(call: Call) -> Answer:
            found = _source(call, ids(call), kind)
            return count_answer(call, lambda _query: found, _OFFERS)

        listing.__doc__, counting.__doc__ = ids.__doc__, "Count the objects."
        add = operations.add
        add("GET", where, needs=needs, schema=options, answers=ANY_OBJECTS)(listing)
        answers = {200: NUMBER}
        add("GET", f"{where}/$count", needs=needs, schema=COUNT_OPTIONS, answers=answers)(counting)

    declare(path, "")
    for kind in (*(name for name, _ in KINDS), _ROLE):
        declare(f"{path}/microsoft.graph.{kind}", kind)


def objects_page(call: Call, ids: Sequence[str], kind: str = "") -> Answer:
    """Answer a page of objects; ids that nobody has any more are left out."""
    query, source = query_of(call, _OFFERS), _source(call, ids, kind)
    found = queried(call, source, query)
    count = counted(source, query) if query.count else None
    shown = [each.answered(call) for each in found.rows]
    return page(call, shown, "directoryObjects", following=found.following, count=count)


def shown_object(call: Call, object_id: str) -> dict[str, Any] | None:
    """Give an object of the directory with its type, None where nobody has the id."""
    found = _found(call, object_id)
    return None if found is None else found.answered(call)


def shown_objects(call: Call, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Give the first of some objects whole, as `$expand` tells them."""
    found = (_found(call, each) for each in ids[:MOST_EXPANDED])
    return [each.shown() for each in found if each is not None]


def directory_role(role_id: str) -> dict[str, Any]:
    """Give a built-in role as Graph's directoryRole, which has the id of its template."""
    return {"id": role_id, "displayName": BUILT_IN.roles[role_id], "roleTemplateId": role_id}


def _found(call: Call, object_id: str) -> _Found | None:
    for kind, resource in KINDS:
        stored = resource.aggregate(call.store).get(object_id)
        if stored is not None:
            return _Found(stored.id, kind, resource.shown(stored.document), resource.default)
    if object_id in BUILT_IN.roles:
        return _Found(object_id, _ROLE, directory_role(object_id))
    return None


def _source(call: Call, ids: Sequence[str], kind: str) -> Source[_Found]:
    places = {each: number for number, each in enumerate(ids)}

    def read(behind: str | None, number: int) -> list[_Found]:
        rows: list[_Found] = []
        for each in ids[places.get(behind or "", -1) + 1 :]:
            found = _found(call, each)
            if found is not None and kind in {"", found.kind}:
                rows.append(found)
            if len(rows) == number:
                break
        return rows

    return Source(read, lambda row: row.id, _Found.shown)
