"""`applications` and `servicePrincipals`: list and tell.

Of credentials their public members are told: of secrets the store has only hashes.
Source: api-reference application-list, application-get, serviceprincipal-list, -get.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from ostiary.directory.applications import AppCredential
from ostiary.directory.store import Aggregates
from ostiary.graph.answers import told
from ostiary.graph.directory_objects import DirectoryResource, declare_reading, one
from ostiary.graph.permissions import READ_APPLICATIONS
from ostiary.http.operations import Operations
from ostiary.model.json_types import JsonObject

OPERATIONS: Final = Operations()
_SECRET: Final = frozenset({"passwordCredentials", "keyCredentials"})
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


def _credentials(store: Aggregates, document: JsonObject) -> Mapping[str, Any]:
    known = store.app_credentials.of_app(str(document.get("appId")))
    return {
        "passwordCredentials": [password_credential(e) for e in known if e.kind == "secret"],
        "keyCredentials": [_key_credential(e) for e in known if e.kind == "certificate"],
    }


def _key_credential(made: AppCredential) -> dict[str, Any]:
    return {
        "customKeyIdentifier": b64encode(made.thumbprint or b"").decode(),
        "displayName": made.document.get("displayName"),
        "endDateTime": told(made.ends) if made.ends else None,
        "key": None,
        "keyId": made.id,
        "startDateTime": told(made.starts),
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
    }


APPLICATIONS: Final = DirectoryResource(
    "applications",
    "Application",
    lambda store: store.applications,
    plain={**_PLAIN, "identifierUris": [], "publisherDomain": None},
    never=_SECRET,
    more=_credentials,
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
        "servicePrincipalNames": [],
        "servicePrincipalType": "Application",
    },
    never=_SECRET,
    quickly={
        "id": lambda store, value: one(store.principals.get(value)),
        "appid": lambda store, value: one(store.principals.by_app_id(value)),
    },
)
declare_reading(OPERATIONS, APPLICATIONS, needs=READ_APPLICATIONS)
declare_reading(OPERATIONS, SERVICE_PRINCIPALS, needs=READ_APPLICATIONS)
