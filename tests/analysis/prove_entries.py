"""Values of a small world beside the prover's classes, and what tells them apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ostiary.analysis.targets import Aim
from ostiary.schema.signin_writing import write_decision_request
from tests.analysis.prove_world import LEGACY, Someone, Value, seen_by_oracle, spelled
from tests.oracle import names
from tests.oracle.audiences import evaluated_applications
from tests.oracle.conditions import answers
from tests.oracle.shapes import Json, Known, part, texts
from tests.oracle.sign_in import SignIn

_ORDER = (
    "identity",
    "applications",
    "platforms",
    "devices",
    "clientAppTypes",
    "locations",
    "signInRiskLevels",
    "servicePrincipalRiskLevels",
    "userRiskLevels",
    "insiderRiskLevels",
    "agentIdRiskLevels",
    "authenticationFlows",
)


class NotLookedAt(AssertionError):
    """The prover has no class for something that can occur."""


@dataclass(frozen=True)
class Entry:
    """One value: the policies that perhaps, and surely, accept it; the prover's class of it."""

    value: Value
    upper: int
    lower: int
    spot: int
    kind: object = None
    someone: Someone | None = None


PLACE = Value({"ipAddress": "198.51.100.7", "country": None})
BROWSER = Value({"clientAppType": "browser"})
WINDOWS = Value({"devicePlatform": "windows"})
MEMBERS = {
    "locations": ("ipAddress", "country"),
    "signInRiskLevels": ("signInRiskLevel",),
    "servicePrincipalRiskLevels": ("servicePrincipalRiskLevel",),
    "userRiskLevels": ("userRiskLevel",),
    "insiderRiskLevels": ("insiderRiskLevel",),
    "agentIdRiskLevels": ("agentIdRiskLevel",),
    "clientAppTypes": ("clientAppType",),
    "platforms": ("devicePlatform",),
    "devices": ("deviceInfo",),
    "authenticationFlows": ("authenticationFlow",),
}
FACTS = ("grant", "originalTransferMethod", "isInteractive")


def answer_of(key: str, conditions: Json, sign_in: SignIn) -> Known:
    """Give the oracle's answer for one condition; the others are not asked."""
    keys = ("users", "clientApplications") if key == "identity" else (key,)
    asked: Json = {each: conditions.get(each) for each in keys}
    told = zip(_ORDER, answers(asked, sign_in), strict=True)
    return next(known for name, (known, _) in told if name == key)


def reaches_teams(someone: Someone, target: Value) -> bool:
    """Whether eligibility for direct connect counts there."""
    reached = evaluated_applications(seen_by_oracle(someone, target))
    return names.TEAMS in reached or names.SHAREPOINT in reached


def written(tenant: Json, aim: Aim) -> Value:
    """A target of the prover's as a request; scopes as the document writes them."""
    body = write_decision_request(aim.sign_in())
    facts = part(body, "facts")
    told = {key: facts[key] for key in ("clientAppId", "clientType") if key in facts}
    if "requestedScopes" in facts:
        told["requestedScopes"] = spelled(tenant, texts(facts, "requestedScopes"))
    return Value({}, told, body["signInContext"])


def kind_of(name: str, value: Value) -> object:
    """What the world model and controls read of a circumstance."""
    if name == "clientAppTypes":
        client = value.conditions.get("clientAppType")
        return client in LEGACY, client in LEGACY[:2]
    if name == "devices":
        device = value.conditions.get("deviceInfo")
        return device and (bool(device.get("isCompliant")), device.get("trustType") == "ServerAD")
    if name == "authenticationFlows":
        return value.facts.get("grant"), bool(value.facts or value.conditions)
    if name == "agentIdRiskLevels":
        return value.conditions.get("agentIdRiskLevel", "none") != "none"
    return None


def distinct(entries: Iterable[Entry | None]) -> list[Entry]:
    """Keep one of the values that nothing tells apart."""
    found: dict[object, Entry] = {}
    for each in entries:
        if each is not None:
            found.setdefault((each.upper, each.lower, each.spot, each.kind), each)
    return list(found.values())


def alike(entries: Sequence[Entry]) -> dict[object, list[int]]:
    """Put the places of values together that controls and the world read the same."""
    found: dict[object, list[int]] = {}
    for number, each in enumerate(entries):
        found.setdefault(each.kind, []).append(number)
    return found


def largest(masks: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Leave out whatever satisfies no more than something else does."""
    kept: list[tuple[int, int]] = []
    for one in sorted(masks, key=lambda each: -each[0].bit_count() - each[1].bit_count()):
        if not any(not one[0] & ~other[0] and not one[1] & ~other[1] for other in kept):
            kept.append(one)
    return kept
