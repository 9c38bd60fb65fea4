"""The organisation of the demonstration: Fjordvik Ferries, as an export of its tenant would say it.

Everybody and everything is invented. Ids follow from names, so that two demonstrations are alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID, uuid5

from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR

DOMAIN: Final = "fjordvik.example"
ORGANIZATION: Final = "Fjordvik Ferries"
_NAMES: Final = UUID("2b6f1d0c-7a41-4e0e-9d3f-f10d71c00000")
TENANT_ID: Final = "2b6f1d0c-7a41-4e0e-9d3f-f10d71c00001"

ADMIN: Final = f"astrid.lund@{DOMAIN}"
TUSER: Final = f"tove.berg@{DOMAIN}"
BREAK_GLASS: Final = (f"lifeboat1@{DOMAIN}", f"lifeboat2@{DOMAIN}")
SCRIPTS: Final = tuple(f"svc-{each}@{DOMAIN}" for each in ("timetable", "reporting", "backup"))
"""Accounts of people that programs use: what multifactor authentication silently breaks."""
PUBLISHER: Final = "Timetable publisher"

_FIRST: Final = (
    *("Anders", "Birgit", "Carsten", "Dagny", "Eirik", "Frida", "Gunnar", "Hedda", "Ivar"),
    *("Johanna", "Kjell", "Liv", "Magnus", "Nora", "Ola", "Petra", "Rolf", "Sigrid", "Torben"),
)
_LAST: Final = (
    *("Aasen", "Bakke", "Dahl", "Eide", "Foss", "Haugen", "Iversen", "Jensen", "Knudsen"),
    *("Larsen", "Moen", "Nilsen", "Olsen", "Pettersen", "Rasmussen", "Solberg", "Vik"),
)
_DEPARTMENTS: Final = (
    *("Ship operations", "Ticketing", "Finance", "Human resources", "Cloud platform"),
    *("Customer service", "Engineering", "Harbours"),
)
_OFFICES: Final = (
    ("Head office Bergen", "203.0.113.0/26", True),
    ("Branch office Ålesund", "203.0.113.64/27", True),
    ("Branch office Tromsø", "203.0.113.96/27", True),
    ("Harbour kiosks", "203.0.113.128/28", False),
)
ROLES: Final = MappingProxyType(
    {
        "Global Administrator": GLOBAL_ADMINISTRATOR,
        "Conditional Access Administrator": "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",
        "Security Reader": "5d6b6bb7-de71-4623-b4af-96380a352509",
        "User Administrator": "fe930be7-5e62-47db-91af-98c3a49a38b1",
        "Security Administrator": "194ae4cb-b126-40b2-bd5b-6091b380977d",
    }
)
_ALL_TENANTS_METHODS: Final = ("microsoftAuthenticatorPush", "softwareOneTimePasscode", "sms")


def identifier(name: str) -> str:
    """Give the id of anything of the demonstration by its name."""
    return str(uuid5(_NAMES, name))


def organisation() -> dict[str, Any]:
    """Give the tenant as a document; its policies are as they were before the story."""
    staff = list(_staff())
    named = [_user(ADMIN, "Astrid Lund"), _user(TUSER, "Tove Berg")]
    emergency = [_user(each, f"Lifeboat {n}") for n, each in enumerate(BREAK_GLASS, 1)]
    scripts = [_user(each, each.partition("@")[0]) for each in SCRIPTS]
    return {
        "tenantId": TENANT_ID,
        "users": [*named, *emergency, *staff, *scripts],
        "userRegistrationDetails": list(_registered(staff)),
        "groups": list(_groups(staff)),
        "roleAssignments": list(_roles(staff)),
        "applications": [_application("Crew roster"), _application("Ticket desk")],
        "servicePrincipals": [_principal(each) for each in ("Invoice importer", "Backup agent")],
        "namedLocations": [_office(*each) for each in _OFFICES],
        "conditionalAccessPolicies": list(_policies()),
        "settings": {"emergencyAccess": list(BREAK_GLASS)},
    }


def _user(name: str, display_name: str, department: str = "") -> dict[str, Any]:
    return {
        "id": identifier(name),
        "displayName": display_name,
        "userPrincipalName": name,
        "userType": "Member",
        "accountEnabled": True,
        **({"department": department} if department else {}),
    }


def _staff() -> Iterator[dict[str, Any]]:
    pairs = ((first, last) for last in _LAST for first in _FIRST)
    for number, (first, last) in enumerate(pairs):
        name = f"{first}.{last}@{DOMAIN}".casefold()
        yield _user(name, f"{first} {last}", _DEPARTMENTS[number % len(_DEPARTMENTS)])


def _registered(staff: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Two of three have registered a second factor."""
    for number, each in enumerate(staff):
        methods = _ALL_TENANTS_METHODS[number % 3 : number % 3 + 1] if number % 3 != 2 else ()
        yield {
            "id": each["id"],
            "userPrincipalName": each["userPrincipalName"],
            "methodsRegistered": list(methods),
            "isMfaRegistered": bool(methods),
            "isMfaCapable": bool(methods),
        }


def _groups(staff: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Departments in a group of all staff, and the platform's people in the cloud operators."""
    for department in _DEPARTMENTS:
        people = [each["id"] for each in staff if each["department"] == department]
        yield _group(department, people)
    yield _group("All staff", [identifier(f"group {each}") for each in _DEPARTMENTS])
    on_call = [each["id"] for each in staff[:6]]
    yield _group("On call", on_call)
    operators = [identifier(f"group {each}") for each in ("Cloud platform", "On call")]
    yield _group("Cloud operators", operators)
    yield _group("Service accounts", [identifier(each) for each in SCRIPTS])
    yield _group("Emergency access", [identifier(each) for each in BREAK_GLASS])


def _group(name: str, members: Sequence[str]) -> dict[str, Any]:
    return {
        "id": identifier(f"group {name}"),
        "displayName": name,
        "securityEnabled": True,
        "mailEnabled": False,
        "members": list(members),
    }


def _roles(staff: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    held = [
        (identifier(ADMIN), "Global Administrator"),
        (identifier(ADMIN), "Conditional Access Administrator"),
        (identifier(TUSER), "Security Reader"),
        *((identifier(each), "Global Administrator") for each in BREAK_GLASS),
        (staff[0]["id"], "Security Administrator"),
        (staff[1]["id"], "User Administrator"),
        (staff[3]["id"], "Conditional Access Administrator"),
    ]
    for principal, role in held:
        yield {
            "id": identifier(f"{principal} {role}"),
            "principalId": principal,
            "roleDefinitionId": ROLES[role],
            "directoryScopeId": "/",
        }


def _application(name: str) -> dict[str, Any]:
    app_id = identifier(f"app {name}")
    return {
        "id": identifier(f"application {name}"),
        "appId": app_id,
        "displayName": name,
        "signInAudience": "AzureADMyOrg",
    }


def _principal(name: str) -> dict[str, Any]:
    return {
        "id": identifier(f"principal {name}"),
        "appId": identifier(f"app {name}"),
        "displayName": name,
        "servicePrincipalType": "Application",
        "appOwnerOrganizationId": TENANT_ID,
    }


def _office(name: str, network: str, trusted: bool) -> dict[str, Any]:
    return {
        "@odata.type": "#microsoft.graph.ipNamedLocation",
        "id": identifier(f"location {name}"),
        "displayName": name,
        "isTrusted": trusted,
        "ipRanges": [{"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": network}],
    }


def _policies() -> Iterator[dict[str, Any]]:
    """Give what an organisation has before it begins: a block that is on, and two tries."""
    yield _policy(
        "CA001-Global-BlockLegacyAuthentication",
        "enabled",
        {"clientAppTypes": ["exchangeActiveSync", "other"], "applications": _ALL_RESOURCES},
        "block",
    )
    yield _policy(
        "CA002-CloudOperators-RequireCompliantDevice",
        "enabledForReportingButNotEnforced",
        {"clientAppTypes": ["all"], "applications": _ALL_RESOURCES},
        "compliantDevice",
        {"includeGroups": [identifier("group Cloud operators")]},
    )
    outside = {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}
    yield _policy(
        "CA003-ServiceAccounts-BlockOutsideOffices",
        "enabledForReportingButNotEnforced",
        {"clientAppTypes": ["all"], "applications": _ALL_RESOURCES, "locations": outside},
        "block",
        {"includeGroups": [identifier("group Service accounts")]},
    )


_ALL_RESOURCES: Final = {"includeApplications": ["All"]}


def _policy(
    name: str,
    state: str,
    conditions: Mapping[str, Any],
    control: str,
    users: Mapping[str, Any] = MappingProxyType({"includeUsers": ["All"]}),
) -> dict[str, Any]:
    excluded = {"excludeGroups": [identifier("group Emergency access")]}
    return {
        "id": identifier(f"policy {name}"),
        "displayName": name,
        "state": state,
        "conditions": {**conditions, "users": {**users, **excluded}},
        "grantControls": {"operator": "OR", "builtInControls": [control]},
    }
