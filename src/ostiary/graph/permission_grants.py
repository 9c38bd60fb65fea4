"""`oauth2PermissionGrants`: what applications may do for people.

Source: api-reference oauth2permissiongrant-list, -post, -get, -update, -delete;
serviceprincipal-list-oauth2permissiongrants, user-list-oauth2permissiongrants.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from ostiary.administration import grants
from ostiary.directory.documents import Stored
from ostiary.graph.answers import entity, etag_header, page
from ostiary.graph.applications import SERVICE_PRINCIPALS
from ostiary.graph.bodies import TEXT, Kind, Members, body_shape, one_of, written
from ostiary.graph.directory_objects import DirectoryResource, declare_reading, one
from ostiary.graph.directory_permissions import READ_GRANTS, WRITE_GRANTS
from ostiary.graph.shapes import DONE, listed
from ostiary.graph.shapes import made as new
from ostiary.graph.users import user_of
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations

OPERATIONS: Final = Operations()
_SCOPE: Final = Kind(
    lambda value: isinstance(value, str) and len(value) <= 4000,
    "permissions with blanks between them",
    empties=False,
    shape=TEXT.shape,
)
_GRANT: Final[Members] = {
    "clientId": TEXT.needed,
    "consentType": one_of("AllPrincipals", "Principal").needed,
    "principalId": TEXT,
    "resourceId": TEXT.needed,
    "scope": _SCOPE,
    # beta has them, and takes no notice of them either
    "expiryTime": TEXT,
    "startTime": TEXT,
}
_NEEDED: Final = ("clientId", "consentType", "resourceId")
_SCOPES: Final[Members] = {"scope": _SCOPE}
GRANTS: Final = DirectoryResource(
    "oauth2PermissionGrants",
    "OAuth2PermissionGrant",
    lambda store: store.consents,
    plain={
        "clientId": None,
        "consentType": None,
        "principalId": None,
        "resourceId": None,
        "scope": "",
    },
    quickly={
        "id": lambda store, value: one(store.consents.get(value)),
        "clientid": lambda store, value: store.consents.by_client(value),
    },
)
declare_reading(OPERATIONS, GRANTS, needs=READ_GRANTS)


@OPERATIONS.add(
    "POST",
    "/oauth2PermissionGrants",
    needs=WRITE_GRANTS,
    answers=new(GRANTS.type),
    body=body_shape(_GRANT, needed=_NEEDED),
)
def create_grant(call: Call) -> Answer:
    """Let an application do something for a user, or for everybody (*admin consent*)."""
    asked = written(call.document, _GRANT, needed=_NEEDED)
    person = asked.get("principalId")
    if (asked["consentType"] == "Principal") is not bool(person):
        raise ApiError(
            400, "Request_BadRequest", "expected `principalId` with `Principal`, and only with it"
        )
    made = grants.grant(
        call.store,
        asked["clientId"],
        asked["resourceId"],
        person,
        asked.get("scope", ""),
        by=call.actor,
    )
    body = entity(call, GRANTS.answered(call, made.document), GRANTS.path)
    return Answer(201, body, etag_header(made.etag))


@OPERATIONS.add(
    "PATCH",
    "/oauth2PermissionGrants/{id}",
    needs=WRITE_GRANTS,
    answers=DONE,
    body=body_shape(_SCOPES, needed=("scope",)),
)
def patch_grant(call: Call) -> Answer:
    """Give a grant other permissions."""
    found = GRANTS.get(call.store, call.path["id"])
    asked = written(call.document, _SCOPES, needed=("scope",))
    grants.change_grant(call.store, found.id, asked["scope"], by=call.actor)
    return Answer(204)


@OPERATIONS.add("DELETE", "/oauth2PermissionGrants/{id}", needs=WRITE_GRANTS, answers=DONE)
def delete_grant(call: Call) -> Answer:
    """Take a grant back."""
    grants.take_grant(call.store, GRANTS.get(call.store, call.path["id"]).id, by=call.actor)
    return Answer(204)


@OPERATIONS.add(
    "GET",
    "/servicePrincipals/{id}/oauth2PermissionGrants",
    needs=READ_GRANTS,
    answers=listed(GRANTS.type),
)
def list_grants_of_client(call: Call) -> Answer:
    """List what an application may do."""
    client = SERVICE_PRINCIPALS.get(call.store, call.path["id"])
    return _page(call, call.store.consents.by_client(client.id))


@OPERATIONS.add(
    "GET",
    "/users/{id}/oauth2PermissionGrants",
    needs=READ_GRANTS,
    answers=listed(GRANTS.type),
)
def list_grants_of_user(call: Call) -> Answer:
    """List what applications may do for one user alone."""
    user = user_of(call.store, call.path["id"])
    found = call.store.consents.of_object(user.id)
    return _page(call, (each for each in found if each.document.get("principalId")))


def _page(call: Call, found: Iterable[Stored]) -> Answer:
    shown: list[dict[str, Any]] = [GRANTS.answered(call, each.document) for each in found]
    return page(call, shown, GRANTS.path)
