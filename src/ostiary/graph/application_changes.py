"""`applications` and `servicePrincipals`: added, changed, removed; their credentials.

Source: api-reference application-post-applications, -update, -delete, -addpassword,
-removepassword, federatedidentitycredential; serviceprincipal-post-serviceprincipals, -update.
"""

from __future__ import annotations

from typing import Any, Final

from ostiary.administration import applications
from ostiary.administration.applications import Federated
from ostiary.directory.applications import AppCredential
from ostiary.directory.documents import Stored
from ostiary.graph.answers import context, entity, etag_header, if_match, page, told
from ostiary.graph.application_bodies import application_of, principal_of
from ostiary.graph.applications import APPLICATIONS, SERVICE_PRINCIPALS, password_credential
from ostiary.graph.bodies import OBJECT, TEXT, TEXTS, TIME, Kind, Members, moment_of, written
from ostiary.graph.directory_permissions import WRITE_APPLICATIONS
from ostiary.graph.permissions import READ_APPLICATIONS
from ostiary.graph.ranks import require_application_rank
from ostiary.http.calls import Answer, Call
from ostiary.http.operations import Operations
from ostiary.model.json_types import is_list

OPERATIONS: Final = Operations()
_SECRET: Final[Members] = {"displayName": TEXT, "startDateTime": TIME, "endDateTime": TIME}
_FEDERATED: Final[Members] = {
    "name": TEXT.needed,
    "issuer": TEXT.needed,
    "subject": TEXT.needed,
    "description": TEXT,
    "audiences": Kind(
        lambda value: TEXTS.fits(value) and is_list(value) and len(value) == 1,
        "a list of one audience",
        empties=False,
    ),
}
_OF_APP: Final = "/applications/{id}/federatedIdentityCredentials"


@OPERATIONS.add("POST", "/applications", needs=WRITE_APPLICATIONS)
def create_application(call: Call) -> Answer:
    """Register an application."""
    app_id = call.server.randomness.object_id()
    document = {
        "signInAudience": "AzureADMyOrg",
        **application_of(call.document, {}, _own(call, app_id), first=True),
        "id": call.server.randomness.object_id(),
        "appId": app_id,
        "createdDateTime": told(call.asked.at),
    }
    made = applications.register(call.store, document, by=call.actor)
    call.server.snapshots.refresh()
    body = entity(call, APPLICATIONS.answered(call, made.document), "applications")
    return Answer(201, body, etag_header(made.etag))


@OPERATIONS.add("PATCH", "/applications/{id}", needs=WRITE_APPLICATIONS)
def patch_application(call: Call) -> Answer:
    """Change an application."""
    found = _application(call)
    members = application_of(call.document, found.document, _own(call, _app_id(found)))
    applications.change_application(
        call.store, found.id, members, by=call.actor, expected=if_match(call)
    )
    call.server.snapshots.refresh()
    return Answer(204)


@OPERATIONS.add("DELETE", "/applications/{id}", needs=WRITE_APPLICATIONS)
def delete_application(call: Call) -> Answer:
    """Remove an application, its credentials and its service principal."""
    applications.delete_application(call.store, _application(call).id, by=call.actor)
    call.server.snapshots.refresh()
    return Answer(204)


@OPERATIONS.add("POST", "/applications/{id}/addPassword", needs=WRITE_APPLICATIONS)
def add_password(call: Call) -> Answer:
    """Make a secret; its text stands in this answer and nowhere else."""
    app_id = _app_id(_application(call))
    asked = written({} if call.sent is None else call.document, {"passwordCredential": OBJECT}).get(
        "passwordCredential"
    )
    wanted = written(asked or {}, _SECRET)
    secret, made = applications.add_secret(
        call.store,
        app_id,
        wanted.get("displayName"),
        ends=moment_of(wanted.get("endDateTime")),
        by=call.actor,
    )
    shown = {"@odata.context": context(call, "microsoft.graph.passwordCredential")}
    return Answer(body={**shown, **password_credential(made), "secretText": secret})


@OPERATIONS.add("POST", "/applications/{id}/removePassword", needs=WRITE_APPLICATIONS)
def remove_password(call: Call) -> Answer:
    """Remove a secret."""
    app_id = _app_id(_application(call))
    key = written(call.document, {"keyId": TEXT.needed}, needed=("keyId",))["keyId"]
    applications.remove_credential(call.store, app_id, "secret", key, by=call.actor)
    return Answer(204)


@OPERATIONS.add("GET", _OF_APP, needs=READ_APPLICATIONS)
def list_federated(call: Call) -> Answer:
    """List whose tokens an application may prove itself by."""
    found = APPLICATIONS.get(call.store, call.path["id"])
    credentials = call.store.app_credentials.of_app(_app_id(found))
    shown = [_federated(each) for each in credentials if each.kind == "federated"]
    return page(call, shown, f"applications('{found.id}')/federatedIdentityCredentials")


@OPERATIONS.add("POST", _OF_APP, needs=WRITE_APPLICATIONS)
def create_federated(call: Call) -> Answer:
    """Let an application prove itself by tokens of an issuer about a subject."""
    found = _application(call)
    needed = ("name", "issuer", "subject", "audiences")
    asked = written(call.document, _FEDERATED, needed=needed)
    trusted = Federated(
        asked["name"],
        asked["issuer"],
        asked["subject"],
        asked["audiences"][0],
        asked.get("description"),
    )
    made = applications.add_federated(call.store, _app_id(found), trusted, by=call.actor)
    path = f"applications('{found.id}')/federatedIdentityCredentials"
    return Answer(201, entity(call, _federated(made), path))


@OPERATIONS.add("DELETE", f"{_OF_APP}/{{key}}", needs=WRITE_APPLICATIONS)
def delete_federated(call: Call) -> Answer:
    """Trust tokens of an issuer about a subject no longer."""
    app_id, key = _app_id(_application(call)), call.path["key"]
    applications.remove_credential(call.store, app_id, "federated", key, by=call.actor)
    return Answer(204)


@OPERATIONS.add("POST", "/servicePrincipals", needs=WRITE_APPLICATIONS)
def create_principal(call: Call) -> Answer:
    """Make an application known in the tenant."""
    asked = principal_of(call.document, first=True)
    app_id = asked.pop("appId")
    require_application_rank(call, app_id)
    members = {
        "accountEnabled": True,
        "servicePrincipalType": "Application",
        **asked,
        "id": call.server.randomness.object_id(),
        "appOwnerOrganizationId": call.server.tenant_id,
    }
    made = applications.add_principal(call.store, app_id, members, by=call.actor)
    call.server.snapshots.refresh()
    body = entity(call, SERVICE_PRINCIPALS.answered(call, made.document), "servicePrincipals")
    return Answer(201, body, etag_header(made.etag))


@OPERATIONS.add("PATCH", "/servicePrincipals/{id}", needs=WRITE_APPLICATIONS)
def patch_principal(call: Call) -> Answer:
    """Change a service principal; a disabled one gets no tokens."""
    found = _principal(call)
    applications.change_principal(
        call.store, found.id, principal_of(call.document), by=call.actor, expected=if_match(call)
    )
    call.server.snapshots.refresh()
    return Answer(204)


@OPERATIONS.add("DELETE", "/servicePrincipals/{id}", needs=WRITE_APPLICATIONS)
def delete_principal(call: Call) -> Answer:
    """Remove a service principal with what it may do."""
    applications.delete_principal(call.store, _principal(call).id, by=call.actor)
    call.server.snapshots.refresh()
    return Answer(204)


def _federated(made: AppCredential) -> dict[str, Any]:
    return {
        "id": made.id,
        "name": made.document.get("name") or made.id,
        "issuer": made.issuer,
        "subject": made.subject,
        "description": made.document.get("description"),
        "audiences": made.document.get("audiences") or [],
    }


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
