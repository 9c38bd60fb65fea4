"""The parts that kinds of policy are put together from: who, what, and which control."""

from dataclasses import dataclass, field

from bench import names
from bench.draw import Draw, Json

EMERGENCY_GROUP = names.group_id(0)
# As in 459 published policies (six collections of Conditional Access policies on GitHub): half name
# all users, a quarter groups, 54 % all applications; two groups are excluded on average.
EVERYONE_SHARE = 0.7
ALL_APPS_SHARE = 0.5
ALL_APPS: Json = {"includeApplications": ["All"]}
GUEST_TYPES = "b2bCollaborationGuest,b2bCollaborationMember,otherExternalUser"


@dataclass(frozen=True, slots=True)
class Parts:
    """What distinguishes a policy; `others` are conditions besides users and applications."""

    title: str
    users: Json
    applications: Json
    grant: Json | None = None
    session: Json | None = None
    others: Json = field(default_factory=dict[str, object])


def grant(*controls: str, operator: str = "OR", strength: str = "", terms: str = "") -> Json:
    return {
        "operator": operator,
        "builtInControls": list(controls),
        "customAuthenticationFactors": [],
        "termsOfUse": [terms] if terms else [],
        "authenticationStrength": {"id": strength} if strength else None,
    }


def everyone(draw: Draw) -> Json:
    return {"includeUsers": ["All"], "excludeGroups": [EMERGENCY_GROUP, *draw.groups(0, 4)]}


def some_groups(draw: Draw) -> Json:
    """One or two of the large groups that a tenant sorts its people into, or a few small ones."""
    included = draw.personas(1, 2) if draw.rng.random() < 0.6 else draw.groups(1, 4)
    return {
        "includeGroups": included,
        "includeUsers": draw.users(0, 2),
        "excludeGroups": [EMERGENCY_GROUP, *draw.groups(0, 4)],
        "excludeUsers": draw.users(0, 2),
    }


def staff(draw: Draw, tenant_wide: bool) -> Json:
    if tenant_wide or draw.rng.random() < EVERYONE_SHARE:
        return everyone(draw)
    return some_groups(draw)


def targets(draw: Draw, tenant_wide: bool) -> Json:
    if tenant_wide or draw.rng.random() < ALL_APPS_SHARE:
        return {"includeApplications": ["All"], "excludeApplications": draw.apps(0, 3)}
    return {"includeApplications": draw.apps(1, 8)}


def guests(draw: Draw, tenant_wide: bool) -> Json:
    kinds: Json = {"guestOrExternalUserTypes": GUEST_TYPES}
    if tenant_wide:
        kinds["externalTenants"] = {
            "@odata.type": "#microsoft.graph.conditionalAccessAllExternalTenants",
            "membershipKind": "all",
        }
    else:
        kinds["externalTenants"] = {
            "@odata.type": "#microsoft.graph.conditionalAccessEnumeratedExternalTenants",
            "membershipKind": "enumerated",
            "members": draw.some(names.PARTNER_TENANTS, 1, 3),
        }
    return {"includeGuestsOrExternalUsers": kinds}


def every_time() -> Json:
    return {
        "isEnabled": True,
        "value": None,
        "type": None,
        "frequencyInterval": "everyTime",
        "authenticationType": "primaryAndSecondaryAuthentication",
    }
