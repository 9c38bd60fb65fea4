"""Policies for everybody and everything that turn on one thing only, so that it decides."""

from random import Random

from tests.oracle import draw_controls as controls
from tests.oracle import names
from tests.oracle.draw import chance, some
from tests.oracle.draw_filters import device_rule
from tests.oracle.draw_tenant import World
from tests.oracle.shapes import Json


def filter_policy(rng: Random, world: World, policy: Json) -> None:
    """A filter for devices."""
    mode = rng.choice(("include", "exclude"))
    policy["conditions"] = _everything()
    policy["conditions"]["devices"] = {"deviceFilter": {"mode": mode, "rule": device_rule(rng)}}
    policy["grantControls"] = (
        controls.block() if chance(rng, 0.3) else controls.grant(rng, world, allows_clients=False)
    )


def scopes_policy(rng: Random, world: World, policy: Json) -> None:
    """All resources with exclusions: what baseline scopes turn on."""
    policy["conditions"] = _everything()
    pool = (names.WEB_APP, names.EXCHANGE, names.SHAREPOINT, names.PLACEHOLDER, names.COMMAND_LINE)
    excluded = some(rng, pool, 3, 0)
    policy["conditions"]["applications"]["excludeApplications"] = excluded
    policy["grantControls"] = controls.grant(rng, world, allows_clients=True)


def session_policy(rng: Random, world: World, policy: Json) -> None:
    """Session controls, with MFA at most."""
    policy["conditions"] = _everything()
    policy["sessionControls"] = controls.session(rng, on_all=True)
    if chance(rng, 0.2):
        policy["grantControls"] = controls.mfa_or_strength(rng, world)


def strength_policy(rng: Random, world: World, policy: Json) -> None:
    """An authentication strength, sometimes with a device control beside it."""
    policy["conditions"] = _everything()
    grant = controls.strength(rng, world)
    if chance(rng, 0.25):
        grant["builtInControls"] = some(rng, controls.DEVICE_CONTROLS, 1)
        grant["operator"] = "AND"
    policy["grantControls"] = grant


def _everything() -> Json:
    return {
        "users": {"includeUsers": ["All"]},
        "applications": {"includeApplications": ["All"], "excludeApplications": []},
        "clientAppTypes": ["all"],
    }
