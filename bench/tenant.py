"""A synthetic tenant as one document, in the shape that `ostiary.load_tenant` reads.

The same seed gives the same tenant. Groups are nested, a user is in about 17 of them (nesting
counted) and never in more than 50.
"""

from random import Random
from typing import Any

from bench import names
from bench.locations import MFA_TRUSTED_IPS, named_locations
from bench.names import FULL, Size
from bench.policies import policies

MOST_GROUPS_OF_A_USER = 50
USUAL_GROUPS_OF_A_USER = 17
GUEST_SHARE = 0.05
ROLE_HOLDERS = 20  # of each role


def synthetic_tenant(policy_count: int = 195, size: Size = FULL, seed: int = 7) -> dict[str, Any]:
    """The whole document: `policy_count` policies over a directory of the given size."""
    rng = Random(seed)
    parents = _group_parents(rng, size)
    return {
        "tenantId": names.TENANT,
        "users": [_user(n) for n in range(size.users)],
        "groups": _groups(rng, size, parents),
        "roleAssignments": _role_assignments(rng, size),
        "servicePrincipals": [_service_principal(n) for n in range(size.service_principals)],
        "applications": [_application(rng, n) for n in range(size.apps)],
        "devices": [],
        "namedLocations": named_locations(rng, size),
        "authenticationStrengthPolicies": [],
        "authenticationContextClassReferences": [_context(n) for n in range(size.contexts)],
        "agreements": [_agreement(n) for n in range(size.agreements)],
        "settings": {
            "emergencyAccess": [names.group_id(0)],
            "baselineScopes": "enforced",
            "mfaTrustedIps": list(MFA_TRUSTED_IPS),
        },
        "conditionalAccessPolicies": policies(policy_count, size, seed),
    }


def is_guest(n: int) -> bool:
    """Guests are spread evenly over the users."""
    return n % round(1 / GUEST_SHARE) == 7


def home_tenant(n: int) -> str:
    return names.PARTNER_TENANTS[n % len(names.PARTNER_TENANTS)]


def _user(n: int) -> dict[str, Any]:
    user: dict[str, Any] = {
        "id": names.user_id(n),
        "displayName": f"User {n}",
        "userPrincipalName": f"user{n}@example.test",
        "userType": "Member",
        "accountEnabled": True,
    }
    if is_guest(n):
        user["userType"] = "Guest"
        user["externalUserType"] = "b2bCollaborationGuest"
        user["homeTenantId"] = home_tenant(n)
    return user


def _group_parents(rng: Random, size: Size) -> list[int | None]:
    # Two of three groups stand in an earlier one: chains of about three, the longest of about ten.
    return [
        rng.randrange(1, n) if n > 20 and rng.random() < 0.65 else None for n in range(size.groups)
    ]


def _closure(group: int, parents: list[int | None]) -> set[int]:
    found: set[int] = set()
    up: int | None = group
    while up is not None:
        found.add(up)
        up = parents[up]
    return found


def _groups(rng: Random, size: Size, parents: list[int | None]) -> list[dict[str, Any]]:
    members: list[list[str]] = [[] for _ in range(size.groups)]
    for child, parent in enumerate(parents):
        if parent is not None:
            members[parent].append(names.group_id(child))
    closures = [_closure(group, parents) for group in range(size.groups)]
    for n in range(size.users):
        for group in _direct_groups(rng, closures):
            members[group].append(names.user_id(n))
    # Group 0 is the emergency access accounts: two of them, whatever the draw said.
    members[0] = [names.user_id(0), names.user_id(1)]
    return [
        {"id": names.group_id(n), "displayName": f"Group {n}", "members": ids}
        for n, ids in enumerate(members)
    ]


def _direct_groups(rng: Random, closures: list[set[int]]) -> list[int]:
    wanted = min(MOST_GROUPS_OF_A_USER, max(1, round(rng.gauss(USUAL_GROUPS_OF_A_USER + 1, 8))))
    direct = [rng.choice(names.PERSONAS)]
    reached = set(closures[direct[0]])
    while len(reached) < wanted:
        # Low numbers are drawn more often: a few large groups, many small ones.
        group = 1 + int((len(closures) - 1) * rng.random() ** 1.5)
        if len(reached | closures[group]) > wanted:
            break
        if group not in reached:
            direct.append(group)
            reached |= closures[group]
    return direct


def _role_assignments(rng: Random, size: Size) -> list[dict[str, str]]:
    return [
        {
            "id": f"ra-{role}-{n}",
            "roleDefinitionId": role,
            "principalId": names.user_id(rng.randrange(2, size.users)),
            "directoryScopeId": "/",
        }
        for role in names.ROLES
        for n in range(ROLE_HOLDERS)
    ]


def _service_principal(n: int) -> dict[str, Any]:
    ours = n % 4 != 3  # every fourth belongs to another tenant, and no workload policy reaches it
    return {
        "id": names.service_principal_id(n),
        "displayName": f"Workload {n}",
        "appId": f"dddddddd-1111-4000-8000-{n:012x}",
        "appOwnerOrganizationId": names.TENANT if ours else names.PARTNER_TENANTS[0],
        "servicePrincipalType": "Application",
        "signInAudience": "AzureADMyOrg" if ours else None,
        "customSecurityAttributes": None,
    }


def _application(rng: Random, n: int) -> dict[str, Any]:
    tier = rng.choice((*names.TIERS, None, None))
    attributes = None if tier is None else {names.ATTRIBUTE_SET: {names.ATTRIBUTE: [tier]}}
    return {
        "appId": names.app_id(n),
        "displayName": f"Application {n}",
        "customSecurityAttributes": attributes,
    }


def _context(n: int) -> dict[str, Any]:
    return {"id": f"c{n + 1}", "displayName": f"c{n + 1}", "description": "", "isAvailable": True}


def _agreement(n: int) -> dict[str, Any]:
    return {
        "id": names.agreement_id(n),
        "displayName": f"Terms {n}",
        "isPerDeviceAcceptanceRequired": False,
        "userReacceptRequiredFrequency": None,
    }
