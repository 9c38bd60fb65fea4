"""Random sign-ins: who asks for what, from where, on what device."""

from random import Random

from tests.oracle import names
from tests.oracle.draw import chance, some, weighted
from tests.oracle.draw_filters import INTUNE
from tests.oracle.draw_tenant import World
from tests.oracle.shapes import Json, objects, part, texts, words
from tests.oracle.sign_in import EXTERNAL_KINDS

CLIENT_APPS: list[tuple[str | None, float]] = [
    ("browser", 42),
    ("mobileAppsAndDesktopClients", 42),
    ("other", 5),
    ("exchangeActiveSync", 4),
    ("easSupported", 1),
    (None, 4),
]
PLATFORMS: list[tuple[str | None, float]] = [
    ("windows", 35),
    ("iOS", 15),
    ("android", 12),
    ("macOS", 12),
    ("linux", 6),
    ("windowsPhone", 2),
    ("unknown", 3),
    ("unknownFutureValue", 2),
    (None, 6),
]
COUNTRIES: list[tuple[str | None, float]] = [
    ("US", 40),
    ("FR", 20),
    ("DE", 10),
    ("KP", 8),
    ("JP", 7),
    (None, 15),
]
RISKS: list[tuple[str | None, float]] = [
    (None, 30),
    ("none", 35),
    ("low", 10),
    ("medium", 10),
    ("high", 15),
]
ACTIONS = {"securityInfo": "registerSecurityInformation", "devices": "registerOrJoinDevices"}


def body(rng: Random, world: World, flavour: str, policies: list[Json], kind: str) -> Json:
    """A What If body; which targets it may ask for follows from the flavour of the case."""
    for_principal = flavour == "workloads" and chance(rng, 0.8)
    identity = _principal(rng, world, policies) if for_principal else _user(rng, world)
    return {
        "signInIdentity": identity,
        "signInContext": _context(rng, flavour, policies, identity, kind),
        "signInConditions": _principal_conditions(rng, world)
        if for_principal
        else _user_conditions(rng, world, policies),
    }


def _user(rng: Random, world: World) -> Json:
    unknown = chance(rng, 0.04)
    identity: Json = {
        "@odata.type": "#microsoft.graph.userSignIn",
        "userId": names.UNKNOWN_USER if unknown else rng.choice(world.user_ids),
    }
    if chance(rng, 0.1):
        kind = rng.choice((*EXTERNAL_KINDS, "internalGuest"))
        identity["externalUserType"] = kind
        if kind != "internalGuest":
            identity["externalTenantId"] = rng.choice((names.HOME_A, names.HOME_B, names.HOME_C))
    return identity


def _principal(rng: Random, world: World, policies: list[Json]) -> Json:
    """By object id, sometimes by appId; what an ordinary policy means for agents is not said."""
    ordinary = any(
        part(part(policy, "conditions"), "clientApplications").get("includeServicePrincipals")
        for policy in policies
    )
    pool = [
        principal
        for principal in objects(world.tenant, "servicePrincipals")
        if not (ordinary and principal["servicePrincipalType"] == "ServiceIdentity")
    ]
    known = rng.choice(pool) if pool and chance(rng, 0.95) else {"id": names.UNKNOWN_PRINCIPAL}
    by_app = "appId" in known and chance(rng, 0.1)
    return {
        "@odata.type": "#microsoft.graph.servicePrincipalSignIn",
        "servicePrincipalId": known["appId"] if by_app else known["id"],
    }


def _context(rng: Random, flavour: str, policies: list[Json], identity: Json, kind: str) -> Json:
    if flavour in ACTIONS and chance(rng, 0.75):
        action = ACTIONS[flavour]
        return {"@odata.type": "#microsoft.graph.userActionContext", "userAction": action}
    if flavour == "contexts" and chance(rng, 0.75):
        return {
            "@odata.type": "#microsoft.graph.authContext",
            "authenticationContextValue": rng.choice((*names.CONTEXTS, *names.CONTEXTS, "c99")),
        }
    return {
        "@odata.type": "#microsoft.graph.applicationContext",
        "includeApplications": _asked_apps(rng, flavour, policies, identity, kind),
    }


def _asked_apps(
    rng: Random, flavour: str, policies: list[Json], identity: Json, kind: str
) -> list[str]:
    """Mostly one application, mostly one that some policy names."""
    if "servicePrincipalId" in identity:
        agent_only = (names.EXCHANGE_ENDPOINT,) if chance(rng, 0.1) else ()
        return [rng.choice((names.GRAPH, names.APP_ONE, names.RESOURCE_MANAGER, *agent_only))]
    if flavour == "scopes" and chance(rng, 0.8):
        return [names.GRAPH if chance(rng, 0.85) else names.DIRECTORY]
    if kind == "whatif" and chance(rng, 0.06) and not _someone_includes_all(policies):
        return ["Office365"] if chance(rng, 0.7) else []
    named = _named_apps(policies)
    if named and chance(rng, 0.7):
        return some(rng, named, 1 if chance(rng, 0.85) else 2)
    own = (*names.OWN_APPS, *names.CHAINED_APPS)
    pool = [(names.CLOUD_APPS, 4), (own, 3), ((names.GRAPH,), 3), ((names.DIRECTORY,), 0.5)]
    return [rng.choice(weighted(rng, pool))]


def _named_apps(policies: list[Json]) -> list[str]:
    found: set[str] = set()
    for policy in policies:
        targets = policy["conditions"]["applications"]
        found.update(targets.get("includeApplications") or [])
        found.update(targets.get("excludeApplications") or [])
    return sorted(app for app in found if "-" in app)


def _someone_includes_all(policies: list[Json]) -> bool:
    """What a missing or a suite's name as resource is to All resources is not documented."""
    return any(
        "All" in (policy["conditions"]["applications"].get("includeApplications") or [])
        for policy in policies
    )


def _user_conditions(rng: Random, world: World, policies: list[Json]) -> Json:
    found: Json = _place(rng, world)
    for key, choices in (
        ("clientAppType", CLIENT_APPS),
        ("devicePlatform", PLATFORMS),
        ("signInRiskLevel", RISKS),
        ("userRiskLevel", RISKS),
    ):
        value = weighted(rng, choices)
        if value is not None:
            found[key] = value
        elif key == "devicePlatform" and chance(rng, 0.5):
            found[key] = None
    if chance(rng, 0.25):
        found["insiderRiskLevel"] = rng.choice(("minor", "moderate", "elevated"))
    _meet_risks(rng, found, policies)
    _add_device(rng, found)
    if chance(rng, 0.06):
        found["authenticationFlow"] = {"transferMethod": "authenticationTransfer"}
    return found


def _meet_risks(rng: Random, found: Json, policies: list[Json]) -> None:
    """Half of the time a risk is what some policy waits for."""
    for policy in policies:
        conditions = part(policy, "conditions")
        for fact, levels in (
            ("signInRiskLevel", texts(conditions, "signInRiskLevels")),
            ("userRiskLevel", texts(conditions, "userRiskLevels")),
            ("insiderRiskLevel", words(conditions, "insiderRiskLevels")),
        ):
            if levels and chance(rng, 0.5):
                found[fact] = rng.choice(levels)


def _principal_conditions(rng: Random, world: World) -> Json:
    found = _place(rng, world)
    for key in ("servicePrincipalRiskLevel", "agentIdRiskLevel"):
        value = weighted(rng, RISKS)
        if value is not None:
            found[key] = value
    return found


def _place(rng: Random, world: World) -> Json:
    found: Json = {}
    if chance(rng, 0.93):
        found["ipAddress"] = rng.choice(world.addresses)
    if chance(rng, 0.9):
        found["country"] = weighted(rng, COUNTRIES)
    return found


def _add_device(rng: Random, found: Json) -> None:
    """Unregistered (absent or null), registered and silent, or registered and described."""
    kind = weighted(rng, [("absent", 25), ("null", 4), ("silent", 4), ("described", 67)])
    if kind == "null":
        found["deviceInfo"] = None
    elif kind == "silent":
        found["deviceInfo"] = {}
    elif kind == "described":
        found["deviceInfo"] = device(rng)


def device(rng: Random) -> Json:
    """A registered device that says some things of itself."""
    described: Json = {
        "deviceId": rng.choice(names.DEVICES),
        "isCompliant": chance(rng, 0.6),
        "trustType": rng.choice(("AzureAD", "ServerAD", "ServerAD", "Workplace")),
        "displayName": rng.choice(("SALES-PC-7", "HR-PC-1")),
        "manufacturer": rng.choice(("Contoso", "Fabrikam")),
        "model": rng.choice(("Surface Pro", "Other")),
        "operatingSystem": rng.choice(("Windows", "iOS")),
        "operatingSystemVersion": rng.choice(("10.0.19041", "6.3.9600")),
        "ownership": rng.choice(("Company", "Personal")),
        "profileType": rng.choice(("RegisteredDevice", "SecureVM")),
        "mdmAppId": INTUNE,
        "enrollmentProfileName": "AutoPilot Profile 1",
        "physicalIds": some(rng, ("[ZTDId]:abc", "[OrderId]:9"), 2, 0),
        "systemLabels": ["M365Managed"],
        "extensionAttribute1": rng.choice(("SAW", "STD")),
        "extensionAttribute15": rng.choice(("red", "blue")),
    }
    kept: Json = {}
    for key, value in described.items():
        spelling = rng.random()
        if spelling < 0.75:
            kept[key] = value
        elif spelling < 0.8:
            kept[key] = None
    return kept
