"""Random tenants: few objects, every kind of them, and the holes that real exports have."""

from dataclasses import dataclass
from random import Random

from tests.oracle import names
from tests.oracle.draw import chance, serial, some, weighted
from tests.oracle.draw_locations import addresses_around, named_locations, trusted_ranges
from tests.oracle.draw_settings import agreements, settings, strengths
from tests.oracle.shapes import Json

USER_KINDS: list[tuple[str, float]] = [
    ("member", 9),
    ("b2bCollaborationGuest", 3),
    ("b2bCollaborationMember", 2),
    ("b2bDirectConnectUser", 1),
    ("internalGuest", 1),
    ("otherExternalUser", 0.7),
    ("serviceProvider", 0.7),
    ("agent", 0.7),
]
HOMELESS_KINDS = ("member", "agent", "internalGuest")


@dataclass(frozen=True, slots=True)
class World:
    """A tenant document and what policies and sign-ins are drawn from."""

    tenant: Json
    user_ids: list[str]
    group_ids: list[str]
    principal_ids: list[str]
    location_ids: list[str]
    strength_ids: list[str]
    addresses: list[str]


def world(rng: Random) -> World:
    """A tenant of three to eight users with everything that policies can name."""
    users = [_user(rng, number) for number in range(1, rng.randint(4, 9))]
    user_ids = [user["id"] for user in users]
    groups = _groups(rng, user_ids)
    locations = named_locations(rng)
    mfa_trusted = trusted_ranges(rng)
    kept_strengths = strengths(rng)
    tenant: Json = {
        "tenantId": names.TENANT,
        "users": users,
        "groups": groups,
        "roleAssignments": _role_assignments(rng, user_ids, [group["id"] for group in groups]),
        "servicePrincipals": _principals(rng),
        "applications": _applications(rng),
        "namedLocations": locations,
        "authenticationStrengthPolicies": kept_strengths,
        "authenticationContextClassReferences": [
            {"id": c, "displayName": c, "description": "", "isAvailable": True}
            for c in names.CONTEXTS
        ],
        "agreements": agreements(rng),
        "settings": settings(rng, mfa_trusted),
    }
    _make_holes(rng, tenant)
    return World(
        tenant=tenant,
        user_ids=user_ids,
        group_ids=[group["id"] for group in groups] + list(names.UNKNOWN_GROUPS),
        principal_ids=[p["id"] for p in tenant["servicePrincipals"]],
        location_ids=[place["id"] for place in locations],
        strength_ids=[strength["id"] for strength in kept_strengths],
        addresses=addresses_around(locations, mfa_trusted),
    )


def _make_holes(rng: Random, tenant: Json) -> None:
    """Leaves parts of the export out: what is then unknown is part of what is tested."""
    hole = weighted(
        rng, [("none", 85), ("users", 4), ("everybody", 4), ("roles", 5), ("principals", 2)]
    )
    if hole == "users":
        tenant["users"] = []
    elif hole == "everybody":
        for key in ("users", "groups"):
            if chance(rng, 0.5):
                tenant[key] = []
            else:
                del tenant[key]
        del tenant["roleAssignments"]
    elif hole == "roles":
        del tenant["roleAssignments"]
    elif hole == "principals":
        tenant["servicePrincipals"] = []


def _user(rng: Random, number: int) -> Json:
    kind = weighted(rng, USER_KINDS)
    guest = kind in ("b2bCollaborationGuest", "internalGuest", "otherExternalUser")
    user: Json = {
        "id": serial("a", number),
        "displayName": f"user {number} {kind}",
        "userPrincipalName": f"user{number}@example.test",
        "userType": "Guest" if guest or kind == "b2bDirectConnectUser" else "Member",
        "accountEnabled": True,
    }
    if kind == "agent":
        user["@odata.type"] = "#microsoft.graph.agentUser"
    elif kind != "member":
        user["externalUserType"] = kind
    if kind not in HOMELESS_KINDS:
        user["homeTenantId"] = rng.choice((names.HOME_A, names.HOME_B))
    return user


def _groups(rng: Random, user_ids: list[str]) -> list[Json]:
    """Direct, nested, empty, looped, and undescribed groups."""
    ids = [serial("b", number) for number in range(1, 10)]
    direct, parent, top, empty, loop_one, loop_two, bare, outer, hollow = ids
    members = {
        direct: some(rng, user_ids, 3),
        parent: [direct, *some(rng, user_ids, 1, 0)],
        top: [parent],
        empty: [],
        loop_one: [loop_two, *some(rng, user_ids, 1)],
        loop_two: [loop_one, *some(rng, user_ids, 1, 0)],
        outer: [bare, *some(rng, user_ids, 1)],
        hollow: [names.UNKNOWN_GROUPS[0], serial("e", 1)],
    }
    groups: list[Json] = []
    for group_id in some(rng, ids, 9, 5):
        group: Json = {"id": group_id, "displayName": f"group {group_id[-2:]}"}
        if group_id != bare:
            group["members"] = list(members[group_id])
        groups.append(group)
    return groups


def _role_assignments(rng: Random, user_ids: list[str], group_ids: list[str]) -> list[Json]:
    found: list[Json] = []
    for number in range(rng.randint(0, 6)):
        role = rng.choice(names.ROLES)
        assignment: Json = {
            "id": f"ra{number}",
            "roleDefinitionId": role,
            "principalId": rng.choice(user_ids if chance(rng, 0.7) else group_ids),
            "directoryScopeId": weighted(
                rng,
                [
                    ("/", 8),
                    (f"/administrativeUnits/{serial('5', 1)}", 1),
                    (f"/{serial('6', 1)}", 1),
                ],
            ),
        }
        if role == names.OWN_ROLE:
            assignment["roleDefinition"] = {"displayName": "Own role", "isBuiltIn": False}
        elif chance(rng, 0.3):
            assignment["roleDefinition"] = {"displayName": "built in", "isBuiltIn": True}
        found.append(assignment)
    return found


def _principals(rng: Random) -> list[Json]:
    """Own and foreign applications of every audience, a managed identity, two agents."""
    shapes: list[tuple[str, str, str | None]] = [
        ("Application", names.TENANT, "AzureADMyOrg"),
        ("Application", names.TENANT, "AzureADMyOrg"),
        ("Application", names.TENANT, None),
        ("Application", names.TENANT, "AzureADMultipleOrgs"),
        ("Application", names.HOME_B, None),
        ("ManagedIdentity", names.TENANT, "AzureADMyOrg"),
        ("ServiceIdentity", names.TENANT, "AzureADMyOrg"),
        ("ServiceIdentity", names.TENANT, "AzureADMyOrg"),
    ]
    return [_principal(rng, number, *shape) for number, shape in enumerate(shapes, start=1)]


def _principal(rng: Random, number: int, kind: str, owner: str, audience: str | None) -> Json:
    found: Json = {
        "id": serial("e", number),
        "displayName": f"principal {number}",
        "appId": serial("d", 100 + number),
        "appOwnerOrganizationId": owner,
        "servicePrincipalType": kind,
        "signInAudience": audience,
        "customSecurityAttributes": None,
    }
    if kind == "ServiceIdentity":
        found["@odata.type"] = "#microsoft.graph.agentIdentity"
    if chance(rng, 0.7):
        tier = rng.choice(("critical", "standard"))
        found["customSecurityAttributes"] = {
            "WorkloadTest": {"tier": [tier] if chance(rng, 0.5) else tier}
        }
    return found


def _applications(rng: Random) -> list[Json]:
    found: list[Json] = []
    for number, app in enumerate((*names.OWN_APPS, names.PLACEHOLDER), start=1):
        attributes = None
        if app != names.PLACEHOLDER and chance(rng, 0.7):
            values = some(rng, ("requireMFA", "legacyAuthAllowed", "confidential"), 2)
            attributes = {"ConditionalAccessTest": {"policyRequirement": values}}
        found.append(
            {"appId": app, "displayName": f"app {number}", "customSecurityAttributes": attributes}
        )
    return found
