"""Random target resources and conditions of a policy."""

from random import Random

from tests.oracle import names
from tests.oracle.draw import chance, leave_empty, some, weighted
from tests.oracle.draw_filters import application_rule, device_rule
from tests.oracle.draw_tenant import World
from tests.oracle.shapes import Json

PLATFORMS = ("android", "iOS", "windows", "windowsPhone", "macOS", "linux")
RISKS = ("low", "medium", "high")
MFA_TRUSTED = "00000000-0000-0000-0000-000000000000"
# Conditions that have most to them are drawn more often than the rest.
COMMONER = {"locations": 2, "devices": 2}
CLIENT_APPS: list[tuple[tuple[str, ...], float]] = [
    (("all",), 80),
    (("browser",), 4),
    (("mobileAppsAndDesktopClients",), 4),
    (("browser", "mobileAppsAndDesktopClients"), 7),
    (("exchangeActiveSync", "other"), 3),
    (("exchangeActiveSync", "easSupported", "other"), 1),
    (("other",), 1),
]


def applications(rng: Random, world: World) -> Json:
    """Resources: all, none, by id, by suite, by filter, with and without exclusions."""
    found: Json = {"includeApplications": [], "excludeApplications": []}
    kind = weighted(rng, [("All", 60), ("apps", 27), ("suites", 9), ("filter", 4), ("None", 1)])
    directory = _names_directory(rng, world)
    if kind in ("All", "None"):
        found["includeApplications"] = [kind]
    elif kind == "apps":
        pool = (*names.CLOUD_APPS, *names.OWN_APPS, *names.CHAINED_APPS, *directory)
        found["includeApplications"] = some(rng, pool, 6, 2)
    elif kind == "suites":
        found["includeApplications"] = some(rng, (*names.SUITES, names.APP_ONE), 2)
    else:
        found["applicationFilter"] = {"mode": "include", "rule": application_rule(rng)}
    if kind != "None" and chance(rng, 0.4):
        pool = (*names.CLOUD_APPS, *names.SUITES, *names.OWN_APPS, names.PLACEHOLDER)
        found["excludeApplications"] = some(rng, pool, 3)
    elif kind == "All" and chance(rng, 0.1):
        found["applicationFilter"] = {"mode": "exclude", "rule": application_rule(rng)}
    for key, nothing in (
        ("includeUserActions", list[str]()),
        ("includeAuthenticationContextClassReferences", list[str]()),
        ("applicationFilter", None),
    ):
        if key not in found:
            leave_empty(rng, found, key, nothing)
    return found


def _names_directory(rng: Random, world: World) -> tuple[str, ...]:
    """What a policy on the directory means outside the enforced mode is not documented."""
    enforced = world.tenant["settings"]["baselineScopes"] == "enforced"
    return (names.DIRECTORY,) if enforced and chance(rng, 0.5) else ()


def user_action(action: str) -> Json:
    return {"includeApplications": [], "excludeApplications": [], "includeUserActions": [action]}


def contexts(rng: Random) -> Json:
    return {
        "includeApplications": [],
        "includeAuthenticationContextClassReferences": some(rng, names.CONTEXTS, 2),
    }


def conditions(rng: Random, world: World, found: Json, *, density: float) -> None:
    """Adds each further condition with the probability `density`, else leaves it empty."""
    client_apps = list(weighted(rng, CLIENT_APPS))
    if client_apps != ["all"] or chance(rng, 0.8):
        found["clientAppTypes"] = client_apps
    for key, drawn, nothing in (
        ("platforms", platforms(rng), None),
        ("devices", _devices(rng), None),
        ("locations", locations(rng, world), None),
        ("signInRiskLevels", some(rng, RISKS, 3), list[str]()),
        ("userRiskLevels", some(rng, RISKS, 3), list[str]()),
        ("insiderRiskLevels", ",".join(some(rng, ("minor", "moderate", "elevated"), 2)), None),
        ("authenticationFlows", _flows(rng), None),
    ):
        if chance(rng, density * COMMONER.get(key, 1)):
            found[key] = drawn
        else:
            leave_empty(rng, found, key, nothing)


def platforms(rng: Random) -> Json:
    if chance(rng, 0.1):
        return {"includePlatforms": [], "excludePlatforms": []}
    everything = chance(rng, 0.5)
    found: Json = {"includePlatforms": ["all"] if everything else some(rng, PLATFORMS, 5, 2)}
    if everything or chance(rng, 0.3):
        found["excludePlatforms"] = some(rng, PLATFORMS, 3)
    return found


def locations(rng: Random, world: World) -> Json:
    if chance(rng, 0.05):
        return {"includeLocations": [], "excludeLocations": []}
    kind = weighted(rng, [("All", 5), ("AllTrusted", 1), ("ids", 3)])
    pool = [*world.location_ids, MFA_TRUSTED]
    found: Json = {"includeLocations": some(rng, pool, 5, 2) if kind == "ids" else [kind]}
    if kind != "AllTrusted" and chance(rng, 0.7):
        trusted = chance(rng, 0.4)
        found["excludeLocations"] = ["AllTrusted"] if trusted else some(rng, pool, 2)
    return found


def _devices(rng: Random) -> Json:
    if chance(rng, 0.05):
        return {"deviceFilter": None}
    mode = rng.choice(("include", "exclude"))
    return {"deviceFilter": {"mode": mode, "rule": device_rule(rng)}}


def _flows(rng: Random) -> Json:
    methods = some(rng, ("deviceCodeFlow", "authenticationTransfer"), 2)
    return {"transferMethods": ",".join(methods)}
