"""`applications` and `servicePrincipals`: list and tell.

Credentials are not among the members: the store keeps them apart, and secrets only as hashes.
Source: api-reference application-list, application-get, serviceprincipal-list, -get.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from ostiary.graph.directory_objects import DirectoryResource, declare_reading, one
from ostiary.graph.permissions import READ_APPLICATIONS
from ostiary.http.operations import Operations

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
APPLICATIONS: Final = DirectoryResource(
    "applications",
    "Application",
    lambda store: store.applications,
    plain={**_PLAIN, "identifierUris": [], "publisherDomain": None},
    never=_SECRET,
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
