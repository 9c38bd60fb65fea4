"""From the policies that apply to the outcome, for the engines beside ours.

None of them knows prompts or the order in which controls are asked for, so this stands in for what
a user of theirs would write around them. It is prepared once for each policy.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bench import names
from bench.draw import Json
from bench.facts import Facts

# The fixed order in which unmet controls come up (entra-docs concept-conditional-access-policies).
ORDER = {
    "mfa": 0,
    "authenticationStrength": 0,
    "compliantDevice": 1,
    "domainJoinedDevice": 2,
    "approvedApplication": 3,
    "compliantApplication": 4,
    "passwordChange": 5,
    "termsOfUse": 6,
}
REAUTHENTICATION = 7
EVERY_TIME_TOLERANCE = 5  # minutes

# Enough of each built-in strength for the methods that the synthetic sign-ins complete.
STRENGTHS = {
    names.STRENGTH_PHISHING_RESISTANT: ("windowsHelloForBusiness", "fido2"),
    names.STRENGTH_PASSWORDLESS: ("windowsHelloForBusiness", "fido2"),
    names.STRENGTH_MFA: (
        "windowsHelloForBusiness",
        "fido2",
        "password,sms",
        "password,microsoftAuthenticatorPush",
    ),
}
COMBINATIONS = {
    strength: tuple(frozenset(each.split(",")) for each in allowed)
    for strength, allowed in STRENGTHS.items()
}

# An unmet control: its place in the order, and whether the user can be asked for it.
Owed = tuple[int, bool]


@dataclass(frozen=True, slots=True)
class Demand:
    """What one enabled policy demands; `controls` are (place in the order, name or id)."""

    blocks: bool
    needs_all: bool
    controls: tuple[tuple[int, str], ...]
    minutes: int | None


def demands(policies: Iterable[Json]) -> dict[str, Demand]:
    """The demands of all enabled policies, by policy id."""
    return {each["id"]: _demand(each) for each in policies if each["state"] == "enabled"}


def outcome(applied: Iterable[Demand], facts: Facts) -> str:
    """`grant`, `interrupt` or `block`: what the first unmet control leads to."""
    first: Owed | None = None
    for demand in applied:
        if demand.blocks:
            return "block"
        for owed in _owed(demand, facts):
            if first is None or owed < first:
                first = owed
    if first is None:
        return "grant"
    return "interrupt" if first[1] else "block"


def _owed(demand: Demand, facts: Facts) -> list[Owed]:
    """The unmet controls; of one place, what nobody can obtain stands before what can be asked."""
    owed = [
        (place, control in facts.promptable)
        for place, control in demand.controls
        if not _is_held(control, facts)
    ]
    if not demand.needs_all and owed:
        if len(owed) < len(demand.controls):
            owed = []
        else:  # any control would do: the first that can be asked for, else the first of all
            owed = [min(owed, key=lambda each: (not each[1], each[0]))]
    if demand.minutes is not None and facts.minutes > demand.minutes:
        owed.append((REAUTHENTICATION, True))
    return owed


def _is_held(control: str, facts: Facts) -> bool:
    combinations = COMBINATIONS.get(control)
    if combinations is None:
        return control in facts.held
    return any(facts.methods >= combination for combination in combinations)


def _demand(policy: Json) -> Demand:
    grant: Json = policy["grantControls"] or {}
    session: Json = policy["sessionControls"] or {}
    built_in: list[str] = grant.get("builtInControls", [])
    controls = [(ORDER[name], name) for name in built_in if name != "block"]
    if grant.get("authenticationStrength"):
        controls.append((ORDER["authenticationStrength"], grant["authenticationStrength"]["id"]))
    controls.extend((ORDER["termsOfUse"], agreement) for agreement in grant.get("termsOfUse", []))
    return Demand(
        blocks="block" in built_in,
        needs_all=grant.get("operator") == "AND",
        controls=tuple(sorted(controls)),
        minutes=_minutes(session.get("signInFrequency")),
    )


def _minutes(frequency: Json | None) -> int | None:
    if frequency is None:
        return None
    if frequency["frequencyInterval"] == "everyTime":
        return EVERY_TIME_TOLERANCE
    return frequency["value"] * (1_440 if frequency["type"] == "days" else 60)
