"""The first-party applications that the usual tools use, in a new tenant as in Entra's.

Clients that Microsoft pre-authorized need no consent; the others ask for it
(entra-docs identity-platform/permissions-consent-overview, preauthorization).
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Final

from ostiary.directory.protocols import SYSTEM
from ostiary.directory.store import Aggregates, Store
from ostiary.model.json_types import JsonObject

MICROSOFT: Final = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
"""The tenant that owns first-party applications, in `appOwnerOrganizationId`."""
_BY_PEOPLE: Final = frozenset(
    {
        "openid",
        "profile",
        "email",
        "offline_access",
        "User.Read",
        "User.ReadWrite",
        "user_impersonation",
    }
)
"""Permissions without *admin consent required* (Microsoft Graph permissions reference)."""
PORTAL: Final = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"
AZURE_CLI: Final = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"


def seed_first_party(store: Store, *, portal_redirect_uris: tuple[str, ...] = ()) -> int:
    """Add the first-party applications that the store lacks; gives how many were added.

    `portal_redirect_uris` are those of the admin center, which stands in the portal's place.
    """
    written = _written()
    pre_authorized = _pre_authorized(written)
    documents = [
        *(_client(each, portal_redirect_uris) for each in written["clients"]),
        *(_resource(each, pre_authorized) for each in written["resources"]),
    ]
    with store.transaction() as work:
        return sum(_added(work, each) for each in documents)


def seed_government_suite(store: Store) -> None:
    """Add the application of the Azure Government suite, unless the store has it."""
    written = _written()
    document = _resource(written["governmentSuite"], _pre_authorized(written))
    with store.transaction() as work:
        _added(work, document)


def first_party_ids() -> frozenset[str]:
    """Give the ids of the applications that every tenant is made with."""
    written = _written()
    return frozenset(each["appId"] for each in (*written["clients"], *written["resources"]))


def pre_authorized_clients() -> list[str]:
    """Give the applications that ask for tokens of the first-party resources without consent."""
    return _pre_authorized(_written())


def _written() -> JsonObject:
    return json.loads(files("ostiary.directory").joinpath("first_party.json").read_text("utf-8"))


def _pre_authorized(written: JsonObject) -> list[str]:
    return [each["appId"] for each in written["clients"] if each["preAuthorized"]]


def _added(work: Aggregates, document: JsonObject) -> bool:
    missing = work.applications.by_app_id(document["appId"]) is None
    if missing:
        work.applications.create(document, by=SYSTEM)
    if work.principals.by_app_id(document["appId"]) is None:
        work.principals.create(_principal(document), by=SYSTEM)
    return missing


def _principal(document: JsonObject) -> dict[str, Any]:
    return {
        "appId": document["appId"],
        "appDisplayName": document["displayName"],
        "displayName": document["displayName"],
        "appOwnerOrganizationId": MICROSOFT,
        "servicePrincipalType": "Application",
        "signInAudience": "AzureADMultipleOrgs",
        "accountEnabled": True,
        "servicePrincipalNames": [document["appId"], *document["identifierUris"]],
        "oauth2PermissionScopes": document["api"]["oauth2PermissionScopes"],
        "appRoles": document["appRoles"],
    }


def _client(written: JsonObject, portal_redirect_uris: tuple[str, ...]) -> dict[str, Any]:
    portal = written["appId"] == PORTAL
    uris = [*written["redirectUris"], *(portal_redirect_uris if portal else ())]
    return {
        **_application(written),
        "isFallbackPublicClient": not portal,
        "publicClient": {"redirectUris": [] if portal else uris},
        "web": {"redirectUris": uris if portal else []},
        "api": {"oauth2PermissionScopes": [], "preAuthorizedApplications": []},
        "appRoles": [],
    }


def _resource(written: JsonObject, pre_authorized: list[str]) -> dict[str, Any]:
    scopes: dict[str, str] = written["scopes"]
    roles: dict[str, str] = written["appRoles"]
    return {
        **_application(written),
        "isFallbackPublicClient": False,
        "publicClient": {"redirectUris": []},
        "web": {"redirectUris": []},
        "api": {
            "oauth2PermissionScopes": [
                {"id": scope_id, "value": value, "type": _granted_by(value), "isEnabled": True}
                for value, scope_id in scopes.items()
            ],
            "preAuthorizedApplications": [
                {"appId": each, "delegatedPermissionIds": list(scopes.values())}
                for each in pre_authorized
            ],
        },
        "appRoles": [
            {
                "id": role_id,
                "value": value,
                "displayName": value,
                "allowedMemberTypes": ["Application"],
                "isEnabled": True,
            }
            for value, role_id in roles.items()
        ],
    }


def _granted_by(scope: str) -> str:
    """Tell who may grant a delegated permission: a person for himself, or an administrator."""
    return "User" if scope in _BY_PEOPLE else "Admin"


def _application(written: JsonObject) -> dict[str, Any]:
    return {
        "appId": written["appId"],
        "displayName": written["displayName"],
        "signInAudience": "AzureADMultipleOrgs",
        "publisherDomain": "microsoft.com",
        "identifierUris": list(written.get("identifierUris", [])),
    }
