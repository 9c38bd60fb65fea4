"""`applications` and `servicePrincipals`: added, changed, removed.

Source: api-reference application-post-applications, -update, -delete;
serviceprincipal-post-serviceprincipals, -update, -delete.
"""

from __future__ import annotations

from typing import Final

from ostiary.administration import applications
from ostiary.directory.documents import Stored
from ostiary.graph.answers import entity, etag_header, if_match, told
from ostiary.graph.application_bodies import (
    APPLICATION_BODY,
    NEW_APPLICATION,
    NEW_PRINCIPAL,
    PRINCIPAL_BODY,
    application_of,
    principal_of,
)
from ostiary.graph.applications import APPLICATIONS, SERVICE_PRINCIPALS
from ostiary.graph.credentials import certificates_of
from ostiary.graph.directory_permissions import WRITE_APPLICATIONS
from ostiary.graph.owners import made_by
from ostiary.graph.ranks import require_application_rank
from ostiary.graph.shapes import DONE
from ostiary.graph.shapes import made as new
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations

OPERATIONS: Final = Operations()


@OPERATIONS.add(
    "POST",
    "/applications",
    needs=WRITE_APPLICATIONS,
    answers=new(APPLICATIONS.type),
    body=NEW_APPLICATION,
)
def create_application(call: Call) -> Answer:
    """Register an application."""
    app_id = call.server.randomness.object_id()
    members = application_of(call.document, {}, _own(call, app_id), first=True)
    certificates = certificates_of(members.pop("keyCredentials", None))
    document = {
        "signInAudience": "AzureADMyOrg",
        **members,
        "id": call.server.randomness.object_id(),
        "appId": app_id,
        "createdDateTime": told(call.asked.at),
        **made_by(call),
    }
    made = applications.register(call.store, document, by=call.actor, certificates=certificates)
    call.server.snapshots.refresh()
    body = entity(call, APPLICATIONS.answered(call, made.document), "applications")
    return Answer(201, body, etag_header(made.etag))


@OPERATIONS.add(
    "PATCH",
    "/applications/{id}",
    needs=WRITE_APPLICATIONS,
    answers=DONE,
    body=APPLICATION_BODY,
)
def patch_application(call: Call) -> Answer:
    """Change an application."""
    found = _application(call)
    members = application_of(call.document, found.document, _own(call, _app_id(found)))
    certificates = certificates_of(members.pop("keyCredentials", None))
    applications.change_application(
        call.store,
        found.id,
        members,
        by=call.actor,
        expected=if_match(call),
        certificates=certificates,
    )
    call.server.snapshots.refresh()
    return Answer(204)


@OPERATIONS.add(
    "DELETE",
    "/applications/{id}",
    needs=WRITE_APPLICATIONS,
    answers=DONE,
)
def delete_application(call: Call) -> Answer:
    """Remove an application, its credentials and its service principal."""
    applications.delete_application(call.store, _application(call).id, by=call.actor)
    call.server.snapshots.refresh()
    return Answer(204)


@OPERATIONS.add(
    "POST",
    "/servicePrincipals",
    needs=WRITE_APPLICATIONS,
    answers=new(SERVICE_PRINCIPALS.type),
    body=NEW_PRINCIPAL,
)
def create_principal(call: Call) -> Answer:
    """Make an application known in the tenant."""
    asked = principal_of(call.document, first=True)
    app_id = asked.pop("appId")
    require_application_rank(call, app_id)
    if asked.pop("keyCredentials", None):
        raise ApiError(400, "Request_BadRequest", "expected `keyCredentials` in a later change")
    members = {
        "accountEnabled": True,
        "servicePrincipalType": "Application",
        **asked,
        "id": call.server.randomness.object_id(),
        "appOwnerOrganizationId": call.server.tenant_id,
        **made_by(call),
    }
    made = applications.add_principal(call.store, app_id, members, by=call.actor)
    call.server.snapshots.refresh()
    body = entity(call, SERVICE_PRINCIPALS.answered(call, made.document), "servicePrincipals")
    return Answer(201, body, etag_header(made.etag))


@OPERATIONS.add(
    "PATCH",
    "/servicePrincipals/{id}",
    needs=WRITE_APPLICATIONS,
    answers=DONE,
    body=PRINCIPAL_BODY,
)
def patch_principal(call: Call) -> Answer:
    """Change a service principal; a disabled one gets no tokens."""
    found = _principal(call)
    members = principal_of(call.document)
    certificates = certificates_of(members.pop("keyCredentials", None))
    applications.change_principal(
        call.store,
        found.id,
        members,
        by=call.actor,
        expected=if_match(call),
        certificates=certificates,
    )
    call.server.snapshots.refresh()
    return Answer(204)


@OPERATIONS.add(
    "DELETE",
    "/servicePrincipals/{id}",
    needs=WRITE_APPLICATIONS,
    answers=DONE,
)
def delete_principal(call: Call) -> Answer:
    """Remove a service principal with what it may do."""
    applications.delete_principal(call.store, _principal(call).id, by=call.actor)
    call.server.snapshots.refresh()
    return Answer(204)


def _application(call: Call) -> Stored:
    """Give the application of a change that the caller may make."""
    found = APPLICATIONS.get(call.store, call.path["id"])
    require_application_rank(call, _app_id(found))
    return found


def _principal(call: Call) -> Stored:
    found = SERVICE_PRINCIPALS.get(call.store, call.path["id"])
    require_application_rank(call, _app_id(found))
    return found


def _app_id(found: Stored) -> str:
    return str(found.document.get("appId"))


def _own(call: Call, app_id: str) -> tuple[str, ...]:
    return f"api://{app_id}", f"api://{call.server.tenant_id}"
