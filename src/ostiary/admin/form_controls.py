"""Access controls in the policy form: grant and session, made from their declarations, read back.

What the form does not show, and what nobody touched, stays as it is.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from ostiary.admin.form_sections import Option
from ostiary.admin.naming import Names
from ostiary.admin.visit import Sent
from ostiary.controls import GRANT_CONTROLS, SESSION_CONTROLS, SessionControl
from ostiary.controls.base import GrantControl
from ostiary.model.json_types import JsonObject, as_object, as_strings

_BLOCK: Final = "block"
_NOT_OFFERED: Final = frozenset({_BLOCK, "unknownControl"})
_FREQUENCY: Final = "signInFrequency"
UNITS: Final = ("hours", "days", "everyTime")
_PRIMARY: Final = "primaryAndSecondaryAuthentication"


@dataclass(frozen=True, slots=True)
class Tick:
    """A control that is ticked or not."""

    key: str
    title: str
    on: bool


@dataclass(frozen=True, slots=True)
class Selection:
    """A control of which one word or object is selected, or, `several`, any number."""

    key: str
    title: str
    several: bool
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Controls:
    """What the form shows of *Access controls*."""

    blocks: bool
    grant: tuple[Tick, ...]
    operator: str
    selections: tuple[Selection, ...]
    session: tuple[Tick, ...]
    modes: tuple[Selection, ...]
    frequency: str
    unit: str

    @property
    def used(self) -> bool:
        """Whether any session control is on."""
        chosen = any(each.value and each.on for mode in self.modes for each in mode.options)
        return (
            chosen
            or bool(self.frequency)
            or any(each.on for each in self.session)
            or (self.unit == UNITS[2])
        )


@dataclass(frozen=True, slots=True)
class _Values:
    """What stands in the inputs; what `_values` and `_sent` give alike is untouched."""

    blocks: bool
    built_in: frozenset[str]
    operator: str
    chosen: tuple[tuple[str, ...], ...]
    session: frozenset[str]
    modes: tuple[str, ...]
    frequency: tuple[str, str]


async def controls_of(policy: JsonObject, names: Names) -> Controls:
    """Give the controls of a policy."""
    found = _values(policy)
    return await _shown(found, names)


async def controls_as_sent(sent: Sent, names: Names) -> Controls:
    """Give the controls as a form sent them."""
    return await _shown(_sent(sent), names)


def controls_sent(sent: Sent, before: JsonObject) -> dict[str, Any]:
    """Read `grantControls` and `sessionControls` of a form over those of a policy."""
    shown, now = _values(before), _sent(sent)
    return {
        "grantControls": _grant(now, shown, before.get("grantControls")),
        "sessionControls": _session(now, shown, before.get("sessionControls")),
    }


async def _shown(found: _Values, names: Names) -> Controls:
    selections = [
        await _selection(each, ids, names) for each, ids in zip(_CHOSEN, found.chosen, strict=True)
    ]
    return Controls(
        found.blocks,
        tuple(Tick(each.key, each.title, each.key in found.built_in) for each in _BUILT_IN),
        found.operator,
        tuple(selections),
        tuple(Tick(each.key, each.title, each.key in found.session) for each in _SWITCHES),
        tuple(_mode(each, word) for each, word in zip(_MODES, found.modes, strict=True)),
        *found.frequency,
    )


async def _selection(control: GrantControl, ids: tuple[str, ...], names: Names) -> Selection:
    lookup = control.lookup
    listed = await names.listed(lookup) if lookup else []
    chosen = {each.casefold() for each in ids}
    options = [
        Option(str(each["id"]), str(each["displayName"]), str(each["id"]).casefold() in chosen)
        for each in listed
    ]
    known = {each.value.casefold() for each in options}
    options += [Option(each, each, True) for each in ids if each.casefold() not in known]
    return Selection(control.key, control.title, control.several, tuple(options))


def _mode(control: SessionControl, word: str) -> Selection:
    words = {**control.modes, **({word: word} if word and word not in control.modes else {})}
    options = tuple(Option(each, label, each == word) for each, label in words.items())
    return Selection(control.key, control.title, False, options)


_BUILT_IN: Final = tuple(
    each
    for each in GRANT_CONTROLS
    if each.built_in and not each.beta and each.key not in _NOT_OFFERED
)
_CHOSEN: Final = tuple(each for each in GRANT_CONTROLS if each.lookup is not None)
_MODES: Final = tuple(each for each in SESSION_CONTROLS if each.modes and not each.beta)
_SWITCHES: Final = tuple(
    each for each in SESSION_CONTROLS if not each.beta and not each.modes and each.key != _FREQUENCY
)


def _values(policy: JsonObject) -> _Values:
    grant = as_object(policy.get("grantControls"))
    session = as_object(policy.get("sessionControls"))
    built_in = {each.casefold() for each in as_strings(grant.get("builtInControls"))}
    often = as_object(session.get(_FREQUENCY))
    every_time = str(often.get("frequencyInterval")).casefold() == "everytime"
    on = bool(often.get("isEnabled"))
    return _Values(
        _BLOCK in built_in,
        frozenset(each.key for each in _BUILT_IN if each.key.casefold() in built_in),
        "AND" if str(grant.get("operator") or "OR").upper() == "AND" else "OR",
        tuple(_ids(each, grant) for each in _CHOSEN),
        frozenset(each.key for each in _SWITCHES if each.parse(session.get(each.key))),
        tuple(str(each.parse(session.get(each.key)) or "") for each in _MODES),
        (
            str(often.get("value") or "") if on and not every_time else "",
            UNITS[2] if on and every_time else str((on and often.get("type")) or UNITS[0]),
        ),
    )


def _ids(control: GrantControl, grant: JsonObject) -> tuple[str, ...]:
    value = grant.get(control.key)
    if control.several:
        return tuple(as_strings(value))
    identifier = as_object(value).get("id")
    return (str(identifier),) if identifier else ()


def _sent(sent: Sent) -> _Values:
    return _Values(
        _first(sent, "grant") == _BLOCK,
        frozenset(sent.get("control", ())) & {each.key for each in _BUILT_IN},
        "AND" if _first(sent, "operator") == "AND" else "OR",
        tuple(tuple(each for each in sent.get(e.key, ()) if each) for e in _CHOSEN),
        frozenset(sent.get("session", ())) & {each.key for each in _SWITCHES},
        tuple(_first(sent, each.key) for each in _MODES),
        (_first(sent, "frequency").strip(), _first(sent, "unit") or UNITS[0]),
    )


def _grant(now: _Values, shown: _Values, before: Any) -> dict[str, Any] | None:
    def parts(values: _Values) -> tuple[Any, ...]:
        return values.blocks, values.built_in, values.operator, values.chosen

    if parts(now) == parts(shown):
        return deepcopy(before)
    if now.blocks:
        return {"operator": "OR", "builtInControls": [_BLOCK]}
    kept = {name: each for name, each in as_object(before).items() if not name.startswith("@")}
    words = [each.key for each in _BUILT_IN if each.key in now.built_in]
    mine = {*(each.key.casefold() for each in _BUILT_IN), _BLOCK}
    words += [
        each for each in as_strings(kept.get("builtInControls")) if each.casefold() not in mine
    ]
    found: dict[str, Any] = {**kept, "operator": now.operator, "builtInControls": words}
    for control, ids in zip(_CHOSEN, now.chosen, strict=True):
        one = {"id": ids[0]} if ids else None
        found[control.key] = list(ids) if control.several else one
    used = words or any(now.chosen) or found.get("customAuthenticationFactors")
    return found if used else None


def _session(now: _Values, shown: _Values, before: Any) -> dict[str, Any] | None:
    found: dict[str, Any] = deepcopy(dict(as_object(before)))
    changed = False
    for control in _SWITCHES:
        on = control.key in now.session
        if on != (control.key in shown.session):
            found[control.key], changed = _switched(control, on=on), True
    for control, word, was in zip(_MODES, now.modes, shown.modes, strict=True):
        if word != was:
            changed = True
            found[control.key] = {control.member: word, "isEnabled": True} if word else None
    if now.frequency != shown.frequency:
        changed = True
        found[_FREQUENCY] = _frequency(*now.frequency, as_object(found.get(_FREQUENCY)))
    if not changed:
        return deepcopy(before)
    return found if any(found.values()) else None


def _switched(control: SessionControl, *, on: bool) -> Any:
    """Write a control that is on or off as what its own reader takes."""
    for written in ({"isEnabled": True}, True):
        if on and control.parse(written):
            return written
    return None


def _frequency(value: str, unit: str, before: JsonObject) -> dict[str, Any] | None:
    """Write how often; what is no number goes on as it is, so that Graph says what is wrong."""
    kind = str(before.get("authenticationType") or _PRIMARY)
    written = {"authenticationType": kind, "isEnabled": True}
    if unit == UNITS[2]:
        return {**written, "frequencyInterval": "everyTime"}
    if not value:
        return None
    number: Any = int(value) if value.isdecimal() else value
    return {**written, "frequencyInterval": "timeBased", "value": number, "type": unit}


def _first(sent: Sent, name: str) -> str:
    return next(iter(sent.get(name, ())), "")
