"""Random cases of the independent oracle, as far as a sign-in log can tell them."""

from __future__ import annotations

import copy
from typing import Any

from tests.analysis.impact_cases import START, Row
from tests.oracle.generate import cases
from tests.oracle.settle import settle
from tests.oracle.shapes import Json

_CONDITIONS = frozenset(
    {"clientAppType", "devicePlatform", "ipAddress", "country", "signInRiskLevel"}
    | {"userRiskLevel", "authenticationFlow", "deviceInfo"}
)
_FACTS = frozenset({"grant", "methods", "mfaSatisfied"})
_DEVICE = frozenset({"deviceId", "displayName", "isCompliant", "trustType"})
_ALWAYS = ("clientAppType", "ipAddress", "country")
NOT_TOLD = {"insider_risk": "none", "agent_risk": "none", "service_principal_risk": "none"}
_PERSONS = {"refresh_token": "nonInteractiveUser", "on_behalf_of": "nonInteractiveUser"}


def in_a_log(case: Json) -> tuple[Json, Json] | None:
    """Leave of a case what a log can tell; None where too little is left."""
    body, facts = copy.deepcopy(case["signIn"]), dict[str, Any]()
    if case["kind"] != "decide" or "includeApplications" not in body["signInContext"]:
        return None
    conditions: Json = body["signInConditions"]
    body["signInConditions"] = {k: v for k, v in conditions.items() if k in _CONDITIONS}
    facts = {k: v for k, v in case["facts"].items() if k in _FACTS}
    facts.setdefault("mfaSatisfied", False)
    if any(name not in conditions for name in _ALWAYS):
        return None  # what is absent there has a default, what is null in a log is missing
    device = body["signInConditions"].get("deviceInfo")
    if device is not None:
        kept = {k: v for k, v in device.items() if k in _DEVICE and v is not None}
        body["signInConditions"]["deviceInfo"] = kept
        if kept.keys() != set(_DEVICE):
            return None
    facts["homeMfaClaim"] = facts["mfaSatisfied"]
    settle(case["tenant"], case["policies"], body, facts)
    told = set(body["signInConditions"]) <= _CONDITIONS
    if not told or not set(facts) <= _FACTS | {"homeMfaClaim", "isInteractive"}:
        return None
    identity, apps = body["signInIdentity"], body["signInContext"].get("includeApplications")
    if not apps or len(apps) != 1 or {"externalUserType", "externalTenantId"} & set(identity):
        return None
    if "isInteractive" in facts or facts["homeMfaClaim"] != facts["mfaSatisfied"]:
        return None
    return body, facts


def row_of(body: Json, facts: Json) -> Row:
    """Write a case as a row of a log."""
    identity, conditions = body["signInIdentity"], body["signInConditions"]
    device: Json | None = conditions.get("deviceInfo")
    flow: Json = conditions.get("authenticationFlow") or {}
    person = "userId" in identity
    kind = "managedIdentity" if facts["grant"] == "managed_identity" else "servicePrincipal"
    return {
        "created": START,
        "category": _PERSONS.get(facts["grant"], "interactiveUser") if person else kind,
        "user_id": identity.get("userId"),
        "service_principal_id": identity.get("servicePrincipalId"),
        "resource_id": body["signInContext"]["includeApplications"][0],
        "ip": conditions.get("ipAddress"),
        "country": conditions.get("country") or "",
        "client_app_type": conditions.get("clientAppType"),
        "platform": conditions.get("devicePlatform") or "",
        "device_state": "registered" if device is not None else "",
        "device_id": (device or {}).get("deviceId"),
        "device_name": (device or {}).get("displayName"),
        "device_compliant": (device or {}).get("isCompliant"),
        "device_trust_type": (device or {}).get("trustType"),
        "sign_in_risk": conditions.get("signInRiskLevel") or "none",
        "user_risk": conditions.get("userRiskLevel") or "none",
        "authentication_flow": flow.get("transferMethod") or "",
        "original_transfer_method": "",
        "grant": facts["grant"],
        "methods": facts.get("methods", []),
        "mfa_satisfied": facts["mfaSatisfied"],
    }


def plain(policies: list[Json]) -> list[Json]:
    """Leave out policies that ask for properties of devices that no log has."""
    kept: list[Json] = []
    for policy in policies:
        devices: Json = policy["conditions"].get("devices") or {}
        filter_: Json = devices.get("deviceFilter") or {}
        rule = str(filter_.get("rule", ""))
        words = {w.split(".")[1].casefold() for w in rule.split() if w.startswith("device.")}
        if words <= {name.casefold() for name in _DEVICE}:
            kept.append(policy)
    return kept


def drawn(seed: int) -> list[tuple[Json, Json, Json]]:
    """Give the cases of a seed that a log can tell, over policies that it can answer."""
    found = cases(seed)
    for case in found:
        case["policies"] = plain(case["policies"])
    told = ((case, in_a_log(case)) for case in found)
    return [(case, *left) for case, left in told if left is not None and case["policies"]]
