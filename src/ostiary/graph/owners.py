"""`owners` of applications, service principals and groups, and what somebody owns.

Sources: api-reference application-list-owners, -post-owners, -delete-owners; the same of
serviceprincipal and group; user-list-ownedobjects.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from ostiary.administration.owners import OWNERS, add_owner, owners_of, remove_owner
from ostiary.directory.documents import Stored
from ostiary.graph.applications import APPLICATIONS, SERVICE_PRINCIPALS
from ostiary.graph.directory_objects import DirectoryResource
from ostiary.graph.directory_permissions import WRITE_APPLICATIONS, WRITE_GROUPS
from ostiary.graph.expanding import expands
from ostiary.graph.groups import GROUPS, is_assignable
from ostiary.graph.objects import ANY_OBJECTS, objects_page, shown_objects
from ostiary.graph.permissions import READ_APPLICATIONS, READ_GROUPS, READ_ME, READ_USERS, Allowed
from ostiary.graph.ranks import require_application_rank, require_group_rank
from ostiary.graph.references import REFERENCE, referred
from ostiary.graph.shapes import DONE
from ostiary.graph.users import user_of
from ostiary.http.calls import Answer, Call
from ostiary.http.operations import Operations

OPERATIONS: Final = Operations()


def made_by(call: Call) -> dict[str, Any]:
    """Give the member that makes the signed-in user owner of what he makes."""
    return {} if call.token.of_application else {OWNERS: [call.token.object_id.casefold()]}


@dataclass(frozen=True, slots=True)
class _Owned:
    resource: DirectoryResource
    reading: Allowed
    writing: Allowed
    rank: Callable[[Call, Stored], None]


def _application_rank(call: Call, found: Stored) -> None:
    require_application_rank(call, str(found.document.get("appId")))


def _group_rank(call: Call, found: Stored) -> None:
    require_group_rank(call, assignable=is_assignable(found.document), group_id=found.id)


def _declare(kind: _Owned) -> None:
    whole = f"/{kind.resource.path}/{{id}}/owners"

    @expands(kind.resource.path, "owners")
    def owners(call: Call, found: Stored) -> list[dict[str, Any]]:  # pyright: ignore[reportUnusedFunction]  # kept by the decorator
        """Tell the owners."""
        return shown_objects(call, owners_of(found.document))

    aggregate = kind.resource.aggregate

    def listing(call: Call) -> Answer:
        """List the owners."""
        found = kind.resource.get(call.store, call.path["id"])
        return objects_page(call, owners_of(found.document))

    def adding(call: Call) -> Answer:
        """Add an owner."""
        found = kind.resource.get(call.store, call.path["id"])
        kind.rank(call, found)
        add_owner(call.store, aggregate, found.id, referred(call), by=call.actor)
        call.server.snapshots.refresh()
        return Answer(204)

    def removing(call: Call) -> Answer:
        """Remove an owner."""
        found = kind.resource.get(call.store, call.path["id"])
        kind.rank(call, found)
        remove_owner(call.store, aggregate, found.id, call.path["owner"], by=call.actor)
        call.server.snapshots.refresh()
        return Answer(204)

    OPERATIONS.add(
        "GET",
        whole,
        needs=kind.reading,
        answers=ANY_OBJECTS,
    )(listing)
    OPERATIONS.add(
        "POST",
        f"{whole}/$ref",
        needs=kind.writing,
        answers=DONE,
        body=REFERENCE,
    )(adding)
    OPERATIONS.add(
        "DELETE",
        f"{whole}/{{owner}}/$ref",
        needs=kind.writing,
        answers=DONE,
    )(removing)


_declare(_Owned(APPLICATIONS, READ_APPLICATIONS, WRITE_APPLICATIONS, _application_rank))
_declare(_Owned(SERVICE_PRINCIPALS, READ_APPLICATIONS, WRITE_APPLICATIONS, _application_rank))
_declare(_Owned(GROUPS, READ_GROUPS, WRITE_GROUPS, _group_rank))


@OPERATIONS.add(
    "GET",
    "/me/ownedObjects",
    needs=READ_ME,
    answers=ANY_OBJECTS,
)
def list_my_owned_objects(call: Call) -> Answer:
    """List what the signed-in user owns."""
    return _owned_by(call, call.token.object_id)


@OPERATIONS.add(
    "GET",
    "/users/{id}/ownedObjects",
    needs=READ_USERS,
    answers=ANY_OBJECTS,
)
def list_owned_objects(call: Call) -> Answer:
    """List what a user owns."""
    return _owned_by(call, user_of(call.store, call.path["id"]).id)


@OPERATIONS.add(
    "GET",
    "/servicePrincipals/{id}/ownedObjects",
    needs=READ_APPLICATIONS,
    answers=ANY_OBJECTS,
)
def list_owned_by_principal(call: Call) -> Answer:
    """List what a service principal owns."""
    return _owned_by(call, SERVICE_PRINCIPALS.get(call.store, call.path["id"]).id)


@expands("users", "ownedObjects")
def owned_objects(call: Call, found: Stored) -> list[dict[str, Any]]:
    """Tell what a user owns."""
    return shown_objects(call, _owned(call, found.id))


def _owned_by(call: Call, owner_id: str) -> Answer:
    return objects_page(call, _owned(call, owner_id))


def _owned(call: Call, owner_id: str) -> list[str]:
    owner, store = owner_id.casefold(), call.store
    found = [
        each.id
        for kind in (store.applications, store.principals, store.groups)
        for each in kind.listing(OWNERS, owner)
    ]
    return sorted(found)
