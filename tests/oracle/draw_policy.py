"""Random policies, each of a kind that Graph's validation accepts."""

from random import Random

from tests.oracle import draw_controls as controls
from tests.oracle import draw_focused
from tests.oracle.draw import chance, leave_empty, serial, some, weighted
from tests.oracle.draw_conditions import (
    RISKS,
    applications,
    conditions,
    contexts,
    locations,
    user_action,
)
from tests.oracle.draw_identities import agents, users, workloads
from tests.oracle.draw_tenant import World
from tests.oracle.shapes import Json

STATES = [("enabled", 77), ("enabledForReportingButNotEnforced", 18), ("disabled", 5)]
SECURITY_INFO = "urn:user:registersecurityinfo"
DEVICE = "urn:user:registerdevice"
# What the policies of one case are about; sign-ins follow suit, so that nothing undocumented is
# asked: All resources against device registration, and against a bare authentication context.
FLAVOURS = [
    ("apps", 52),
    ("filters", 8),
    ("scopes", 8),
    ("sessions", 6),
    ("strengths", 7),
    ("securityInfo", 7),
    ("devices", 2),
    ("contexts", 4),
    ("workloads", 7),
]
KINDS_OF_FLAVOUR: dict[str, list[tuple[str, float]]] = {
    "apps": [("user", 86), ("passwordChange", 7), ("workload", 4), ("agentUsers", 2)],
    "filters": [("filter", 85), ("user", 15)],
    "scopes": [("scopes", 75), ("user", 25)],
    "sessions": [("session", 75), ("user", 25)],
    "strengths": [("strength", 80), ("user", 20)],
    "securityInfo": [("user", 25), ("strength", 25), ("action", 47), ("context", 3)],
    "devices": [("registerDevice", 75), ("context", 15), ("oneApp", 10)],
    "contexts": [("context", 75), ("oneApp", 15), ("action", 10)],
    "workloads": [("workload", 55), ("agents", 25), ("user", 20)],
}


def policies(rng: Random, world: World) -> tuple[str, list[Json]]:
    """The flavour of a case and its one to six policies."""
    flavour = weighted(rng, FLAVOURS)
    how_many = weighted(rng, [(1, 18), (2, 26), (3, 22), (4, 16), (5, 10), (6, 8)])
    return flavour, [_policy(rng, world, flavour, number) for number in range(1, how_many + 1)]


def _policy(rng: Random, world: World, flavour: str, number: int) -> Json:
    kind = weighted(rng, KINDS_OF_FLAVOUR[flavour])
    policy: Json = {
        "id": serial("f", number),
        "displayName": f"policy {number} ({kind})",
        "state": weighted(rng, STATES),
        "conditions": {},
        "grantControls": None,
        "sessionControls": None,
    }
    draw = {
        "user": _user_policy,
        "oneApp": _one_app_policy,
        "passwordChange": _password_policy,
        "action": _action_policy,
        "registerDevice": _register_device_policy,
        "context": _context_policy,
        "workload": _workload_policy,
        "agents": _agent_policy,
        "agentUsers": _agent_users_policy,
        "filter": draw_focused.filter_policy,
        "scopes": draw_focused.scopes_policy,
        "session": draw_focused.session_policy,
        "strength": draw_focused.strength_policy,
    }
    draw[kind](rng, world, policy)
    return policy


def _user_policy(rng: Random, world: World, policy: Json) -> None:
    found: Json = policy["conditions"]
    found["users"] = users(rng, world)
    found["applications"] = applications(rng, world)
    conditions(rng, world, found, density=rng.choice((0.0, 0.03, 0.05, 0.15)))
    if not found.get("clientApplications"):
        leave_empty(rng, found, "clientApplications", None)
    _grant_and_session(rng, world, policy)


def _grant_and_session(rng: Random, world: World, policy: Json) -> None:
    found: Json = policy["conditions"]
    targets: Json = found["applications"]
    only_all = targets.get("includeApplications") == ["All"]
    on_all = only_all and not targets.get("excludeApplications")
    if chance(rng, 0.1):
        policy["sessionControls"] = controls.session(rng, on_all=on_all)
        return
    # Client controls are for iOS and Android: a platform list might say otherwise.
    allows_clients = not found.get("platforms")
    policy["grantControls"] = controls.grant(rng, world, allows_clients=allows_clients)
    if policy["grantControls"]["builtInControls"] != ["block"] and chance(rng, 0.25):
        policy["sessionControls"] = controls.session(rng, on_all=on_all)


def _one_app_policy(rng: Random, world: World, policy: Json) -> None:
    _user_policy(rng, world, policy)
    targets: Json = policy["conditions"]["applications"]
    if targets["includeApplications"] == ["All"]:
        targets["includeApplications"] = [serial("d", 1)]
        targets["applicationFilter"] = None
    session: Json = policy["sessionControls"] or {}
    if session.pop("persistentBrowser", None):
        session["disableResilienceDefaults"] = True


def _password_policy(rng: Random, world: World, policy: Json) -> None:
    policy["conditions"] = {
        "users": users(rng, world),
        "applications": {"includeApplications": ["All"], "excludeApplications": []},
        "clientAppTypes": ["all"],
        "userRiskLevels": some(rng, RISKS, 2),
    }
    policy["grantControls"] = controls.password_change(rng, world)
    if chance(rng, 0.5):
        policy["sessionControls"] = {"signInFrequency": controls.every_time()}


def _action_policy(rng: Random, world: World, policy: Json) -> None:
    found: Json = policy["conditions"]
    found["users"] = users(rng, world)
    found["applications"] = user_action(SECURITY_INFO)
    conditions(rng, world, found, density=rng.choice((0.0, 0.1)))
    if chance(rng, 0.4):
        policy["grantControls"] = controls.strength(rng, world)
        return
    allows_clients = not found.get("platforms")
    policy["grantControls"] = controls.grant(rng, world, allows_clients=allows_clients)


def _register_device_policy(rng: Random, world: World, policy: Json) -> None:
    policy["conditions"] = {
        "users": users(rng, world),
        "applications": user_action(DEVICE),
        "clientAppTypes": ["all"],
        "locations": locations(rng, world) if chance(rng, 0.3) else None,
    }
    policy["grantControls"] = controls.mfa_or_strength(rng, world)


def _context_policy(rng: Random, world: World, policy: Json) -> None:
    found: Json = policy["conditions"]
    found["users"] = users(rng, world)
    found["applications"] = contexts(rng)
    conditions(rng, world, found, density=rng.choice((0.0, 0.1)))
    _grant_and_session(rng, world, policy)


def _workload_policy(rng: Random, world: World, policy: Json) -> None:
    found: Json = {
        "users": {"includeUsers": ["None"]},
        "clientApplications": workloads(rng, world),
        "applications": {"includeApplications": ["All"], "excludeApplications": []},
        "clientAppTypes": ["all"],
    }
    if chance(rng, 0.2):
        found["applications"] = {"includeApplications": [serial("d", 1), serial("d", 2)]}
    if chance(rng, 0.4):
        found["locations"] = locations(rng, world)
    if chance(rng, 0.3):
        found["servicePrincipalRiskLevels"] = some(rng, RISKS, 2)
    policy["conditions"] = found
    policy["grantControls"] = controls.block()


def _agent_policy(rng: Random, world: World, policy: Json) -> None:
    found: Json = {
        "users": {"includeUsers": ["None"]},
        "clientApplications": agents(rng, world),
        "applications": {"includeApplications": ["All"]},
        "clientAppTypes": ["all"],
    }
    if chance(rng, 0.5):
        found["agentIdRiskLevels"] = ",".join(some(rng, RISKS, 2))
    policy["conditions"] = found
    policy["grantControls"] = controls.block()


def _agent_users_policy(rng: Random, world: World, policy: Json) -> None:
    policy["conditions"] = {
        "users": {"includeUsers": ["AllAgentIdUsers"]},
        "applications": applications(rng, world),
        "clientAppTypes": ["all"],
    }
    policy["grantControls"] = controls.block()
