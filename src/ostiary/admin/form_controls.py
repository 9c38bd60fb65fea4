"""Access controls in the policy form: grant and session, and read back."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from ostiary.admin.visit import Sent
from ostiary.controls import GRANT_CONTROLS, SESSION_CONTROLS
from ostiary.controls.base import OnOff
from ostiary.model.json_types import JsonObject, as_object, as_strings

_BLOCK: Final = "block"
_NOT_OFFERED: Final = frozenset({_BLOCK, "unknownControl"})
_FREQUENCY: Final = "signInFrequency"
_PERSISTENT: Final = "persistentBrowser"
_STRENGTH: Final = "authenticationStrength"
UNITS: Final = ("hours", "days", "everyTime")


@dataclass(frozen=True, slots=True)
class Tick:
    """A control that is ticked or not."""

    key: str
    title: str
    on: bool


@dataclass(frozen=True, slots=True)
class Controls:
    """What the form shows of *Access controls*."""

    blocks: bool
    grant: tuple[Tick, ...]
    operator: str
    strength: str
    session: tuple[Tick, ...]
    frequency: str
    unit: str
    persistent: str


def controls_of(policy: JsonObject) -> Controls:
    """Give the controls of a policy."""
    grant, session = as_object(policy.get("grantControls")), _session(policy)
    built_in = {each.casefold() for each in as_strings(grant.get("builtInControls"))}
    often, lasting = as_object(session.get(_FREQUENCY)), as_object(session.get(_PERSISTENT))
    every_time = str(often.get("frequencyInterval")) == "everyTime"
    return Controls(
        _BLOCK in built_in,
        tuple(
            Tick(each.key, each.title, each.key.casefold() in built_in)
            for each in GRANT_CONTROLS
            if each.built_in and not each.beta and each.key not in _NOT_OFFERED
        ),
        str(grant.get("operator") or "OR"),
        str(as_object(grant.get(_STRENGTH)).get("id") or ""),
        tuple(
            Tick(each.key, each.title, each.parse(session.get(each.key)) is not None)
            for each in SESSION_CONTROLS
            if isinstance(each, OnOff) and not each.beta
        ),
        str(often.get("value") or "") if often.get("isEnabled") else "",
        UNITS[2] if every_time else str(often.get("type") or UNITS[0]),
        str(lasting.get("mode") or "") if lasting.get("isEnabled") else "",
    )


def controls_sent(sent: Sent, before: JsonObject) -> dict[str, Any]:
    """Read `grantControls` and `sessionControls` of a form over those of a policy."""
    return {
        "grantControls": _grant_sent(sent, as_object(before.get("grantControls"))),
        "sessionControls": _session_sent(sent, _session(before)),
    }


def _grant_sent(sent: Sent, before: JsonObject) -> dict[str, Any] | None:
    if _first(sent, "grant") == _BLOCK:
        return {"operator": "OR", "builtInControls": [_BLOCK]}
    kept = {name: value for name, value in before.items() if not name.startswith("@")}
    strength = _first(sent, _STRENGTH)
    found: dict[str, Any] = {
        **kept,
        "operator": "AND" if _first(sent, "operator") == "AND" else "OR",
        "builtInControls": list(sent.get("control", ())),
        _STRENGTH: {"id": strength} if strength else None,
    }
    others = ("customAuthenticationFactors", "termsOfUse")
    asked = found["builtInControls"] or strength or any(found.get(each) for each in others)
    return found if asked else None


def _session_sent(sent: Sent, before: JsonObject) -> dict[str, Any] | None:
    found: dict[str, Any] = deepcopy(dict(before))
    ticked = sent.get("session", ())
    for each in SESSION_CONTROLS:
        if isinstance(each, OnOff) and not each.beta:
            found[each.key] = {"isEnabled": True} if each.key in ticked else None
    found[_FREQUENCY] = _frequency(_first(sent, "frequency"), _first(sent, "unit"))
    mode = _first(sent, "persistent")
    found[_PERSISTENT] = {"mode": mode, "isEnabled": True} if mode else None
    return found if any(found.values()) else None


def _frequency(value: str, unit: str) -> dict[str, Any] | None:
    """Write how often; what is no number goes on as it is, so that Graph says what is wrong."""
    kind = {"authenticationType": "primaryAndSecondaryAuthentication", "isEnabled": True}
    if unit == UNITS[2]:
        return {**kind, "frequencyInterval": "everyTime"}
    if not value.strip():
        return None
    number: Any = int(value) if value.strip().isdecimal() else value
    return {**kind, "frequencyInterval": "timeBased", "value": number, "type": unit}


def _session(policy: JsonObject) -> JsonObject:
    return as_object(policy.get("sessionControls"))


def _first(sent: Sent, name: str) -> str:
    return next(iter(sent.get(name, ())), "")
