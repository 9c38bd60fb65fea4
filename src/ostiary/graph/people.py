"""`me` and `organization`: who signed in, and where."""

from __future__ import annotations

from typing import Any, Final

from ostiary.directory.objects import ORGANIZATION
from ostiary.graph.answers import entity, page, selected
from ostiary.graph.permissions import READ_ME, READ_ORGANIZATION
from ostiary.graph.shapes import MAYBE_TEXT, listed, told
from ostiary.graph.users import USERS
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.http.shapes import OBJECTS, TEXT, Named, opened

OPERATIONS: Final = Operations()
_TYPE: Final = Named(
    "organization",
    opened({"id": TEXT, "displayName": MAYBE_TEXT, "verifiedDomains": OBJECTS}),
)


@OPERATIONS.add("GET", "/me", needs=READ_ME, answers=told(USERS.type))
def get_me(call: Call) -> Answer:
    """Tell the signed-in user."""
    found = call.store.users.get(call.token.object_id)
    if found is None:
        raise ApiError(404, "Request_ResourceNotFound", "the signed-in user was deleted")
    return Answer(body=entity(call, USERS.answered(call, found.document), "users"))


@OPERATIONS.add("GET", "/organization", needs=READ_ORGANIZATION, answers=listed(_TYPE))
def list_organization(call: Call) -> Answer:
    """Tell the tenant."""
    return page(call, [_organization(call)], "organization")


def _organization(call: Call) -> dict[str, Any]:
    value = call.store.singles.value_of(ORGANIZATION)
    plain: dict[str, Any] = {"displayName": "", "verifiedDomains": []}
    return selected(call, {**plain, **value, "id": call.server.tenant_id})
