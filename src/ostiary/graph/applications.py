"""`applications` and `servicePrincipals`: list and tell.

Of credentials their public members are told: of secrets the store has only hashes.
Source: api-reference application-list, application-get, serviceprincipal-list, -get.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from hashlib import sha1
from types import MappingProxyType
from typing import Any, Final

from ostiary.administration.certificates import Holder
from ostiary.directory.applications import AppCredential
from ostiary.directory.store import Aggregates
from ostiary.graph.answers import told
from ostiary.graph.directory_objects import DirectoryResource, declare_reading, one
from ostiary.graph.permissions import READ_APPLICATIONS
from ostiary.graph.shapes import MAYBE_TEXT, MAYBE_TIME
from ostiary.http.operations import Operations
from ostiary.http.shapes import FLAG, NULL, TEXT, TIME, Named, list_of, maybe, whole
from ostiary.model.json_types import JsonObject, as_strings

OPERATIONS: Final = Operations()
PASSWORD_CREDENTIAL: Final = Named(
    "passwordCredential",
    whole(
        {
            "customKeyIdentifier": MAYBE_TEXT,
            "displayName": MAYBE_TEXT,
            "endDateTime": MAYBE_TIME,
            "hint": MAYBE_TEXT,
            "keyId": TEXT,
            "secretText": MAYBE_TEXT,
            "startDateTime": TIME,
        }
    ),
)
KEY_CREDENTIAL: Final = Named(
    "keyCredential",
    whole(
        {
            "customKeyIdentifier": MAYBE_TEXT,
            "displayName": MAYBE_TEXT,
            "endDateTime": MAYBE_TIME,
            "key": NULL,
            "keyId": TEXT,
            "startDateTime": TIME,
            "type": TEXT,
            "usage": TEXT,
        }
    ),
)
_CREDENTIALS: Final = {
    "passwordCredentials": list_of(PASSWORD_CREDENTIAL),
    "keyCredentials": list_of(KEY_CREDENTIAL),
}
_APART: Final = frozenset({"passwordCredentials", "keyCredentials", "owners"})
"""What is told in its own form, or elsewhere."""
_PLAIN: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "displayName": None,
        "appId": None,
        "appRoles": [],
        "signInAudience": None,
        "tags": [],
    }
)


def password_credential(made: AppCredential) -> dict[str, Any]:
    """Tell a secret without its text."""
    return {
        "customKeyIdentifier": None,
        "displayName": made.document.get("displayName"),
        "endDateTime": told(made.ends) if made.ends else None,
        "hint": made.document.get("hint"),
        "keyId": made.id,
        "secretText": None,
        "startDateTime": told(made.starts),
    }


def key_credential(made: AppCredential) -> dict[str, Any]:
    """Tell a certificate; `customKeyIdentifier` is its SHA-1 thumbprint, as in Entra."""
    return {
        "customKeyIdentifier": _thumbprint(made),
        "displayName": made.document.get("displayName"),
        "endDateTime": told(made.ends) if made.ends else None,
        "key": None,
        "keyId": made.id,
        "startDateTime": told(made.starts),
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
    }


def _thumbprint(made: AppCredential) -> str | None:
    key = made.document.get("key")
    if not isinstance(key, str):
        return None
    return sha1(b64decode(key), usedforsecurity=False).hexdigest().upper()


def _of_application(store: Aggregates, document: JsonObject) -> Mapping[str, Any]:
    return _credentials(store, Holder(str(document.get("appId"))))


def _of_principal(store: Aggregates, document: JsonObject) -> Mapping[str, Any]:
    own = str(document.get("id")).casefold()
    return _credentials(store, Holder(str(document.get("appId") or own), own))


def _names(document: JsonObject) -> Mapping[str, Any]:
    """Give the names of a service principal, its application's id where it has none.

    Clients take the first for granted; an import may have left all of them out.
    """
    names = as_strings(document.get("servicePrincipalNames"))
    return {"servicePrincipalNames": list(names or as_strings([document.get("appId")]))}


def _credentials(store: Aggregates, holder: Holder) -> Mapping[str, Any]:
    secrets, certificates = (holder.credentials(store, e) for e in ("secret", "certificate"))
    return {
        "passwordCredentials": [password_credential(each) for each in secrets],
        "keyCredentials": [key_credential(each) for each in certificates],
    }


APPLICATIONS: Final = DirectoryResource(
    "applications",
    "Application",
    lambda store: store.applications,
    plain={
        **_PLAIN,
        "api": {
            "knownClientApplications": [],
            "oauth2PermissionScopes": [],
            "preAuthorizedApplications": [],
            "requestedAccessTokenVersion": None,
        },
        "createdDateTime": None,
        "description": None,
        "groupMembershipClaims": None,
        "identifierUris": [],
        "isFallbackPublicClient": None,
        "notes": None,
        "publicClient": {"redirectUris": []},
        "publisherDomain": None,
        "requiredResourceAccess": [],
        "serviceManagementReference": None,
        "spa": {"redirectUris": []},
        "web": {"homePageUrl": None, "logoutUrl": None, "redirectUris": []},
    },
    never=_APART,
    ordered={"displayName": True, "createdDateTime": True},
    columns={"displayName": "display_name"},
    expands=frozenset({"owners"}),
    more=_of_application,
    members={**_CREDENTIALS, "createdDateTime": MAYBE_TIME, "isFallbackPublicClient": maybe(FLAG)},
    quickly={
        "id": lambda store, value: one(store.applications.get(value)),
        "appid": lambda store, value: one(store.applications.by_app_id(value)),
    },
)
SERVICE_PRINCIPALS: Final = DirectoryResource(
    "servicePrincipals",
    "ServicePrincipal",
    lambda store: store.principals,
    plain={
        **_PLAIN,
        "accountEnabled": True,
        "appDisplayName": None,
        "appOwnerOrganizationId": None,
        "appRoleAssignmentRequired": False,
        "notes": None,
        "oauth2PermissionScopes": [],
        "servicePrincipalNames": [],
        "servicePrincipalType": "Application",
    },
    never=_APART,
    ordered={"displayName": True, "createdDateTime": True},
    columns={"displayName": "display_name"},
    written=frozenset({"accountEnabled", "servicePrincipalType"}),
    expands=frozenset({"owners"}),
    more=_of_principal,
    follows=_names,
    members=_CREDENTIALS,
    quickly={
        "id": lambda store, value: one(store.principals.get(value)),
        "appid": lambda store, value: one(store.principals.by_app_id(value)),
    },
)
declare_reading(OPERATIONS, APPLICATIONS, needs=READ_APPLICATIONS)
declare_reading(OPERATIONS, SERVICE_PRINCIPALS, needs=READ_APPLICATIONS)
