"""Random users and workload identities of a policy."""

from random import Random

from tests.oracle import names
from tests.oracle.draw import chance, leave_empty, some, weighted
from tests.oracle.draw_filters import principal_rule
from tests.oracle.draw_tenant import World
from tests.oracle.shapes import Json
from tests.oracle.sign_in import EXTERNAL_KINDS

# `internalGuest` has no home tenant, so it never stands beside a list of tenants.
ANY_KIND = (*EXTERNAL_KINDS, "internalGuest")
LISTS = ("Users", "Groups", "Roles")


def users(rng: Random, world: World) -> Json:
    """Whom a policy is for: at least one include list, often an exclusion."""
    found: Json = {}
    kind = weighted(
        rng,
        [("All", 70), ("ids", 7), ("groups", 11), ("roles", 6), ("guests", 8), ("mixed", 6)],
    )
    _include(rng, world, found, kind)
    if chance(rng, 0.3):
        _exclude(rng, world, found)
    for side in ("include", "exclude"):
        for name in LISTS:
            if f"{side}{name}" not in found:
                leave_empty(rng, found, f"{side}{name}", [])
        if f"{side}GuestsOrExternalUsers" not in found:
            leave_empty(rng, found, f"{side}GuestsOrExternalUsers", None)
    return found


def _include(rng: Random, world: World, found: Json, kind: str) -> None:
    if kind == "All":
        found["includeUsers"] = ["All"]
    elif kind == "ids":
        found["includeUsers"] = some(rng, [*world.user_ids, names.UNKNOWN_USER], 5)
    elif kind == "groups":
        found["includeGroups"] = some(rng, world.group_ids, 3)
    elif kind == "roles":
        found["includeUsers"] = ["None"]
        found["includeRoles"] = some(rng, names.ROLES, 3)
    elif kind == "guests" and chance(rng, 0.4):
        found["includeUsers"] = ["GuestsOrExternalUsers"]
    elif kind == "guests":
        found["includeGuestsOrExternalUsers"] = _guests(rng)
    else:
        found["includeUsers"] = some(rng, world.user_ids, 1)
        found["includeGroups"] = some(rng, world.group_ids, 2)
        found["includeRoles"] = some(rng, names.ROLES, 2)
        found["includeGuestsOrExternalUsers"] = _guests(rng)


def _exclude(rng: Random, world: World, found: Json) -> None:
    for name in some(rng, ("Users", "Groups", "Roles", "Guests"), 2):
        if name == "Users":
            pool = [*world.user_ids, names.UNKNOWN_USER]
            literal = chance(rng, 0.2)
            found["excludeUsers"] = ["GuestsOrExternalUsers"] if literal else some(rng, pool, 2)
        elif name == "Groups":
            found["excludeGroups"] = some(rng, world.group_ids, 2)
        elif name == "Roles":
            found["excludeRoles"] = some(rng, names.ROLES, 2)
        else:
            found["excludeGuestsOrExternalUsers"] = _guests(rng)


def _guests(rng: Random) -> Json:
    if chance(rng, 0.5):
        homes = some(rng, (names.HOME_A, names.HOME_B, names.HOME_C), 2)
        return {
            "guestOrExternalUserTypes": ",".join(some(rng, EXTERNAL_KINDS, 4)),
            "externalTenants": {
                "@odata.type": "#microsoft.graph.conditionalAccessEnumeratedExternalTenants",
                "membershipKind": "enumerated",
                "members": homes,
            },
        }
    everywhere = {
        "@odata.type": "#microsoft.graph.conditionalAccessAllExternalTenants",
        "membershipKind": "all",
    }
    return {
        "guestOrExternalUserTypes": ",".join(some(rng, ANY_KIND, 4)),
        "externalTenants": everywhere if chance(rng, 0.8) else None,
    }


def workloads(rng: Random, world: World) -> Json:
    """Service principals of this tenant, by id or all of them, often with a filter."""
    found: Json = {}
    if chance(rng, 0.6):
        found["includeServicePrincipals"] = ["ServicePrincipalsInMyTenant"]
        if chance(rng, 0.4):
            mode = rng.choice(("include", "exclude"))
            found["servicePrincipalFilter"] = {"mode": mode, "rule": principal_rule(rng)}
    elif chance(rng, 0.1):
        found["includeServicePrincipals"] = ["None"]
    else:
        found["includeServicePrincipals"] = _principals(rng, world, 3)
    found["excludeServicePrincipals"] = _principals(rng, world, 2) if chance(rng, 0.3) else []
    if "servicePrincipalFilter" not in found:
        leave_empty(rng, found, "servicePrincipalFilter", None)
    return found


def agents(rng: Random, world: World) -> Json:
    """Agent identities, by id or all of them (beta members)."""
    found: Json = {
        "includeServicePrincipals": [],
        "excludeServicePrincipals": [],
        "includeAgentIdServicePrincipals": ["All"]
        if chance(rng, 0.6)
        else _principals(rng, world, 2),
        "excludeAgentIdServicePrincipals": _principals(rng, world, 1) if chance(rng, 0.3) else [],
    }
    if found["includeAgentIdServicePrincipals"] == ["All"] and chance(rng, 0.3):
        mode = rng.choice(("include", "exclude"))
        found["agentIdServicePrincipalFilter"] = {"mode": mode, "rule": principal_rule(rng)}
    return found


def _principals(rng: Random, world: World, most: int) -> list[str]:
    return some(rng, [*world.principal_ids, names.UNKNOWN_PRINCIPAL], most)
