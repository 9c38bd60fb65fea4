"""`appRoleAssignments` and `appRoleAssignedTo`: who has which role in an application.

Sources: api-reference serviceprincipal-list-approleassignments, -post-, -delete-;
serviceprincipal-list-approleassignedto, -post-, -delete-; user-list-approleassignments,
group-list-approleassignments.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ostiary.administration import grants
from ostiary.directory.documents import Stored
from ostiary.directory.store import Aggregates
from ostiary.graph.answers import entity, etag_header, page, told
from ostiary.graph.applications import SERVICE_PRINCIPALS
from ostiary.graph.bodies import TEXT, Members, body_shape, written
from ostiary.graph.directory_objects import absent
from ostiary.graph.directory_permissions import ASSIGN_APP_ROLES, READ_APP_ROLES
from ostiary.graph.groups import GROUPS
from ostiary.graph.ranks import require_app_role_grantable
from ostiary.graph.shapes import DONE, MAYBE_TEXT, MAYBE_TIME, listed
from ostiary.graph.shapes import made as new
from ostiary.graph.shapes import told as one_told
from ostiary.graph.users import user_of
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.http.shapes import TEXT as WORD
from ostiary.http.shapes import Named, opened

OPERATIONS: Final = Operations()
_ASSIGNMENT: Final[Members] = {
    "appRoleId": TEXT.needed,
    "principalId": TEXT.needed,
    "resourceId": TEXT.needed,
}
_TYPE: Final = Named(
    "appRoleAssignment",
    opened(
        {
            "id": WORD,
            "appRoleId": WORD,
            "createdDateTime": MAYBE_TIME,
            "principalDisplayName": MAYBE_TEXT,
            "principalId": WORD,
            "principalType": MAYBE_TEXT,
            "resourceDisplayName": MAYBE_TEXT,
            "resourceId": WORD,
        }
    ),
)
_Find = Callable[[Aggregates, str], Stored]


def _declare(path: str, find: _Find, member: str) -> None:
    """Declare a list of assignments; `member` is the one that names the object of the path."""
    whole = f"/{path}/{{id}}/{_NAMES[member]}"

    def listing(call: Call) -> Answer:
        """List who has which role."""
        found = _assigned(call, find, member)
        shown = [each.document for each in found]
        return page(call, [dict(each) for each in shown], _title(call, path, member))

    def telling(call: Call) -> Answer:
        """Tell one assignment."""
        found = _one(call, find, member)
        body = entity(call, found.document, _title(call, path, member))
        return Answer(200, body, etag_header(found.etag))

    def assigning(call: Call) -> Answer:
        """Give somebody, or something, a role in an application."""
        asked = written(call.document, _ASSIGNMENT, needed=tuple(_ASSIGNMENT))
        if asked[member].casefold() != find(call.store, call.path["id"]).id:
            raise ApiError(400, "Request_BadRequest", f"expected the id of the path in `{member}`")
        require_app_role_grantable(
            call, asked["principalId"], asked["resourceId"], asked["appRoleId"]
        )
        made = grants.assign_app_role(
            call.store,
            asked["principalId"],
            asked["resourceId"],
            asked["appRoleId"],
            at=told(call.asked.at),
            by=call.actor,
        )
        body: dict[str, Any] = entity(call, made.document, _title(call, path, member))
        return Answer(201, body, etag_header(made.etag))

    def taking(call: Call) -> Answer:
        """Take a role in an application away."""
        found = _one(call, find, member)
        document = found.document
        require_app_role_grantable(
            call,
            str(document.get("principalId")),
            str(document.get("resourceId")),
            str(document.get("appRoleId")),
        )
        grants.take_app_role(call.store, found.id, by=call.actor)
        return Answer(204)

    one = f"{whole}/{{assignment}}"
    OPERATIONS.add("GET", whole, needs=READ_APP_ROLES, answers=listed(_TYPE))(listing)
    OPERATIONS.add(
        "POST",
        whole,
        needs=ASSIGN_APP_ROLES,
        answers=new(_TYPE),
        body=body_shape(_ASSIGNMENT, needed=tuple(_ASSIGNMENT)),
    )(assigning)
    OPERATIONS.add("GET", one, needs=READ_APP_ROLES, answers=one_told(_TYPE))(telling)
    OPERATIONS.add("DELETE", one, needs=ASSIGN_APP_ROLES, answers=DONE)(taking)


_NAMES: Final = {"principalId": "appRoleAssignments", "resourceId": "appRoleAssignedTo"}
_declare("users", user_of, "principalId")
_declare("groups", GROUPS.get, "principalId")
_declare("servicePrincipals", SERVICE_PRINCIPALS.get, "principalId")
_declare("servicePrincipals", SERVICE_PRINCIPALS.get, "resourceId")


def _assigned(call: Call, find: _Find, member: str) -> list[Stored]:
    found, roles = find(call.store, call.path["id"]), call.store.app_roles
    of = roles.of_principal if member == "principalId" else roles.of_resource
    return of(found.id)


def _one(call: Call, find: _Find, member: str) -> Stored:
    wanted = call.path["assignment"].casefold()
    for each in _assigned(call, find, member):
        if each.id == wanted:
            return each
    raise absent(wanted)


def _title(call: Call, path: str, member: str) -> str:
    return f"{path}('{call.path['id']}')/{_NAMES[member]}"
