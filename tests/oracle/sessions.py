"""Session controls: when to sign in again, and what several policies add up to."""

from tests.oracle.shapes import Json, part
from tests.oracle.sign_in import SignIn

# Every time means: not more often than once in five minutes (semantics 2, "SIF").
EVERY_TIME_TOLERANCE = 5
MINUTES = {"hours": 60, "days": 24 * 60}


def must_reauthenticate(policy: Json, sign_in: SignIn) -> bool:
    """Whether the policy's sign-in frequency has run out and may be asked for now."""
    minutes = frequency_minutes(policy)
    if minutes is None or is_deferred(sign_in):
        return False
    return sign_in.fact("minutesSinceAuth", 0) > (minutes or EVERY_TIME_TOLERANCE)


def is_deferred(sign_in: SignIn) -> bool:
    """Background requests of browsers and confidential clients wait for the next interaction."""
    if sign_in.is_interactive:
        return False
    confidential = sign_in.fact("clientType", "public") == "confidential"
    return confidential or sign_in.client_app == "browser"


def frequency_minutes(policy: Json) -> int | None:
    """The sign-in frequency in minutes, 0 for every time, None for none."""
    frequency = part(part(policy, "sessionControls"), "signInFrequency")
    if not frequency.get("isEnabled"):
        return None
    if frequency.get("frequencyInterval") == "everyTime":
        return 0
    return int(frequency["value"]) * MINUTES[frequency["type"]]


def merged(policies: list[Json]) -> Json:
    """What several policies come to: the strictest of each (golden, modelChoices)."""
    found: Json = {}
    frequencies = [m for m in map(frequency_minutes, policies) if m is not None]
    if frequencies:
        found["signInFrequencyMinutes"] = min(frequencies)
    modes = [mode for mode in map(_persistence, policies) if mode]
    if modes:
        found["persistentBrowser"] = "never" if "never" in modes else "always"
    controls = [part(policy, "sessionControls") for policy in policies]
    if any(part(one, "applicationEnforcedRestrictions").get("isEnabled") for one in controls):
        found["applicationEnforcedRestrictions"] = True
    if any(one.get("disableResilienceDefaults") for one in controls):
        found["disableResilienceDefaults"] = True
    return found


def _persistence(policy: Json) -> str | None:
    browser = part(part(policy, "sessionControls"), "persistentBrowser")
    return browser.get("mode") if browser.get("isEnabled") else None
