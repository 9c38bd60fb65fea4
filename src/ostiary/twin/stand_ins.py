"""Objects that stand in for what policies name and an export does not have.

Each is as plain as it can be: a group, an address of the documentation's networks
(RFC 5737) for a location, an application that the Azure CLI may ask for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from ostiary.directory.first_party import MICROSOFT, pre_authorized_clients
from ostiary.model.lookup import Lookup
from ostiary.twin.lacking import TENANT, Lack, identifier

Made = Iterator[tuple[str, dict[str, Any]]]
"""Key of a tenant document -> an object of its collection."""
COMPLIANT_NETWORK: Final = "3d46dbda-8382-466a-856d-eb00cbc6b910"
"""*All Compliant Network locations*, the same in every tenant (Global Secure Access)."""
_SIGNS: Final = re.compile(r"^[<{\[%$_ ]+|[>}\]%$_ ]+$")
_NETWORKS: Final = ("192.0.2", "198.51.100", "203.0.113")
_HOSTS: Final = 254


def stand_ins(lacks: Iterable[Lack], *, domain: str, tenant_id: str) -> Made:
    """Make what stands in for each lack, but for tenants, of which only the id counts."""
    addresses = _addresses()
    makers: Mapping[str, Callable[[Lack, str], Made]] = {
        Lookup.USER.value: lambda lack, name: _user(lack, name, domain),
        Lookup.GROUP.value: _group,
        Lookup.ROLE.value: _role,
        Lookup.APPLICATION.value: lambda lack, name: application(lack.id, name, tenant_id),
        Lookup.SERVICE_PRINCIPAL.value: lambda lack, name: _workload(lack, name, tenant_id),
        Lookup.NAMED_LOCATION.value: lambda lack, name: _location(lack, name, addresses),
        Lookup.AUTHENTICATION_CONTEXT.value: _context,
        Lookup.AGREEMENT.value: _agreement,
        TENANT: lambda lack, name: iter(()),
    }
    for lack in lacks:
        make = makers.get(lack.kind)
        if make is not None:
            yield from make(lack, name_of(lack))


def is_stood_in_for(lack: Lack) -> bool:
    """Tell whether there is anything that can stand in; nothing can for a strength."""
    return lack.kind != Lookup.STRENGTH.value


def name_of(lack: Lack) -> str:
    """Give the display name of what stands in: the policies' own word, or what they do with it."""
    if lack.named:
        return _SIGNS.sub("", lack.word) or lack.word
    does = "excluded from" if lack.excluded else "named in"
    first, more = lack.policies[0], len(lack.policies) - 1
    others = f" and {more} more" if more else ""
    return f"{lack.kind} {lack.word[:8]}, {does} {first}{others}"


def application(app_id: str, name: str, tenant_id: str, *uris: str) -> Made:
    """Make an application and its service principal, for whose tokens the usual tools may ask.

    It belongs to `tenant_id`; it has one permission, for which nobody is asked for consent.
    """
    own = tenant_id != MICROSOFT
    audience = "AzureADMyOrg" if own else "AzureADMultipleOrgs"
    scope = identifier(f"permission {app_id}")
    scopes = [{"id": scope, "value": "user_impersonation", "type": "User", "isEnabled": True}]
    clients = [
        {"appId": each, "delegatedPermissionIds": [scope]} for each in pre_authorized_clients()
    ]
    common = {"appId": app_id, "displayName": name, "signInAudience": audience}
    names = [f"api://{app_id}", *uris]
    yield (
        "applications",
        {
            "id": identifier(f"application {app_id}"),
            **common,
            "identifierUris": names,
            "publicClient": {"redirectUris": []},
            "web": {"redirectUris": []},
            "api": {"oauth2PermissionScopes": scopes, "preAuthorizedApplications": clients},
            "appRoles": [],
        },
    )
    yield (
        "servicePrincipals",
        {
            "id": identifier(f"principal {app_id}"),
            **common,
            "appOwnerOrganizationId": tenant_id,
            "servicePrincipalType": "Application",
            "accountEnabled": True,
            "servicePrincipalNames": [app_id, *names],
            "oauth2PermissionScopes": scopes,
            "appRoles": [],
        },
    )


def _user(lack: Lack, name: str, domain: str) -> Made:
    local = f"user-{lack.id[:8]}" if not lack.named else slug(name)
    yield (
        "users",
        {
            "id": lack.id,
            "displayName": name,
            "userPrincipalName": f"{local}@{domain}",
            "userType": "Member",
            "accountEnabled": True,
        },
    )


def _group(lack: Lack, name: str) -> Made:
    yield "groups", {"id": lack.id, "displayName": name, "securityEnabled": True}


def _role(lack: Lack, name: str) -> Made:
    """Make nothing: a role is known by who holds it, and somebody is invented who does."""
    yield from ()


def _workload(lack: Lack, name: str, tenant_id: str) -> Made:
    app_id = identifier(f"application of {lack.id}")
    for key, document in application(app_id, name, tenant_id):
        own = {"id": lack.id} if key == "servicePrincipals" else {}
        yield key, {**document, **own}


def _location(lack: Lack, name: str, addresses: Iterator[str]) -> Made:
    if lack.id == COMPLIANT_NETWORK:
        kind = "#microsoft.graph.compliantNetworkNamedLocation"
        name = "All Compliant Network locations"
        yield "namedLocations", {"@odata.type": kind, "id": lack.id, "displayName": name}
        return
    kind, cidr = "#microsoft.graph.iPv4CidrRange", f"{next(addresses)}/32"
    yield (
        "namedLocations",
        {
            "@odata.type": "#microsoft.graph.ipNamedLocation",
            "id": lack.id,
            "displayName": name,
            "isTrusted": False,
            "ipRanges": [{"@odata.type": kind, "cidrAddress": cidr}],
        },
    )


def _addresses() -> Iterator[str]:
    while True:
        for network in _NETWORKS:
            yield from (f"{network}.{host}" for host in range(1, _HOSTS + 1))


def _context(lack: Lack, name: str) -> Made:
    members = {"id": lack.id, "displayName": name, "description": "", "isAvailable": True}
    yield "authenticationContextClassReferences", members


def _agreement(lack: Lack, name: str) -> Made:
    yield "agreements", {"id": lack.id, "displayName": name}


def slug(name: str) -> str:
    """Give a name, up to a comma, as the first part of a sign-in name."""
    written = name.partition(",")[0].casefold()
    return re.sub(r"[^a-z0-9]+", "-", written).strip("-")[:50].strip("-") or "somebody"
