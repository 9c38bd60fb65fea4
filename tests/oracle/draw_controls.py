"""Random grant and session controls that Graph would accept (semantics 1.1)."""

from random import Random

from tests.oracle import names
from tests.oracle.draw import chance, leave_empty, some, weighted
from tests.oracle.draw_tenant import World
from tests.oracle.shapes import Json

DEVICE_CONTROLS = ("compliantDevice", "domainJoinedDevice")
CLIENT_CONTROLS = ("approvedApplication", "compliantApplication")
TERMS = (names.TERMS, names.MONTHLY_TERMS, names.DEVICE_TERMS)
FREQUENCIES = (("hours", 1), ("hours", 12), ("days", 1), ("days", 7))


def grant(rng: Random, world: World, *, allows_clients: bool) -> Json:
    """Grant controls: one or several, any or all of them."""
    kind = weighted(
        rng,
        [
            ("block", 8),
            ("mfa", 24),
            ("strength", 14),
            ("device", 10),
            ("clients", 5 if allows_clients else 0),
            ("terms", 7),
            ("custom", 4),
            ("mixed", 20),
        ],
    )
    if kind == "block":
        return block()
    if kind == "mfa":
        return _spelled(rng, {"builtInControls": ["mfa"]})
    if kind == "strength":
        return strength(rng, world)
    if kind == "device":
        return _spelled(rng, {"builtInControls": some(rng, DEVICE_CONTROLS, 2)})
    if kind == "clients":
        return _spelled(rng, {"builtInControls": some(rng, CLIENT_CONTROLS, 2)})
    if kind == "terms":
        return _spelled(rng, {"termsOfUse": some(rng, TERMS, 2)})
    if kind == "custom":
        return _spelled(rng, {"customAuthenticationFactors": some(rng, names.CUSTOM_FACTORS, 2)})
    return _mixed(rng, world, allows_clients=allows_clients)


def block() -> Json:
    return {
        "operator": "OR",
        "builtInControls": ["block"],
        "customAuthenticationFactors": [],
        "termsOfUse": [],
        "authenticationStrength": None,
    }


def mfa_or_strength(rng: Random, world: World) -> Json:
    """The two controls that device registration allows."""
    if chance(rng, 0.5):
        return _spelled(rng, {"builtInControls": ["mfa"]})
    return strength(rng, world)


def strength(rng: Random, world: World) -> Json:
    """An authentication strength and nothing else."""
    return _spelled(rng, {"authenticationStrength": _strength(rng, world)})


def password_change(rng: Random, world: World) -> Json:
    """Secure password change: with MFA, or with a strength in its place, and AND."""
    if chance(rng, 0.7):
        found: Json = {"builtInControls": some(rng, ("mfa", "passwordChange"), 2, 2)}
    else:
        found = {
            "builtInControls": ["passwordChange"],
            "authenticationStrength": _strength(rng, world),
        }
    found["operator"] = "AND"
    return _spelled(rng, found)


def _mixed(rng: Random, world: World, *, allows_clients: bool) -> Json:
    pool = [*DEVICE_CONTROLS, *(CLIENT_CONTROLS if allows_clients else ())]
    found: Json = {"builtInControls": some(rng, pool, 2)}
    if chance(rng, 0.5):
        found["builtInControls"].append("mfa")
    elif chance(rng, 0.4):
        found["authenticationStrength"] = _strength(rng, world)
    if chance(rng, 0.3):
        found["termsOfUse"] = some(rng, TERMS, 2)
    if chance(rng, 0.15):
        found["customAuthenticationFactors"] = some(rng, names.CUSTOM_FACTORS, 1)
    rng.shuffle(found["builtInControls"])
    return _spelled(rng, found)


def _strength(rng: Random, world: World) -> Json:
    return {"id": rng.choice(world.strength_ids)}


def _spelled(rng: Random, found: Json) -> Json:
    found.setdefault("operator", rng.choice(("AND", "OR", "OR")))
    for key in ("builtInControls", "customAuthenticationFactors", "termsOfUse"):
        if key not in found:
            found[key] = []
    if "authenticationStrength" not in found:
        leave_empty(rng, found, "authenticationStrength", None)
    return found


def session(rng: Random, *, on_all: bool) -> Json:
    """Session controls, at least one of them effective."""
    found: Json = {}
    kinds = ["frequency", "frequency", "restrictions", "resilience", "cloudApp", "token"]
    kinds += ["browser", "browser"] if on_all else []
    for kind in some(rng, kinds, 2):
        if kind == "frequency":
            found["signInFrequency"] = frequency(rng)
        elif kind == "restrictions":
            found["applicationEnforcedRestrictions"] = {"isEnabled": True}
        elif kind == "resilience":
            found["disableResilienceDefaults"] = True
        elif kind == "cloudApp":
            found["cloudAppSecurity"] = {
                "isEnabled": True,
                "cloudAppSecurityType": rng.choice(("mcasConfigured", "monitorOnly")),
            }
        elif kind == "token":
            found["secureSignInSession"] = {"isEnabled": True}
        else:
            mode = rng.choice(("always", "never"))
            found["persistentBrowser"] = {"isEnabled": True, "mode": mode}
    if "signInFrequency" not in found and chance(rng, 0.15):
        found["signInFrequency"] = {**frequency(rng), "isEnabled": False}
    return found


def frequency(rng: Random) -> Json:
    if chance(rng, 0.3):
        return every_time()
    unit, value = rng.choice(FREQUENCIES)
    return {
        "isEnabled": True,
        "type": unit,
        "value": value,
        "frequencyInterval": "timeBased",
        "authenticationType": "primaryAndSecondaryAuthentication",
    }


def every_time() -> Json:
    return {
        "isEnabled": True,
        "type": None,
        "value": None,
        "frequencyInterval": "everyTime",
        "authenticationType": "primaryAndSecondaryAuthentication",
    }
