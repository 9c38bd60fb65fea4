"""Circumstances in people's words: the values on an axis, and the sets of them that have a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ostiary.analysis.circumstances import Axis, Facts
from ostiary.analysis.columns import bits, bits_where
from ostiary.analysis.describing import Atom, Style, described
from ostiary.analysis.terrain import Terrain
from ostiary.analysis.world import EXCHANGE_ACTIVE_SYNC
from ostiary.conditions.authentication_flows import FLOWS
from ostiary.conditions.base import WordCondition
from ostiary.conditions.client_apps import WORDS as CLIENT_APPS
from ostiary.model.signin import Device

_CLIENT_NAMES = {
    "browser": "browsers",
    "mobileAppsAndDesktopClients": "mobile apps and desktop clients",
    "exchangeActiveSync": "Exchange ActiveSync clients on other platforms",
    "easSupported": "Exchange ActiveSync clients on supported platforms",
    "other": "other clients",
}
_LEGACY = EXCHANGE_ACTIVE_SYNC | {"other"}
_STYLES: Mapping[str, Style] = {
    "clientAppTypes": Style("only by {}", "not by {}", "kinds of client"),
    "platforms": Style("only on {}", "not on {}", "platforms"),
    "locations": Style("only from {}", "not from {}", "kinds of place"),
    "devices": Style("only from {}", "not from {}", "kinds of device"),
    "signInRiskLevels": Style("only at {} sign-in risk", "not at {} sign-in risk", "levels"),
    "userRiskLevels": Style("only at {} user risk", "not at {} user risk", "levels"),
    "insiderRiskLevels": Style("only at {} insider risk", "not at {} insider risk", "levels"),
    "servicePrincipalRiskLevels": Style("only at {} risk", "not at {} risk", "levels"),
    "agentIdRiskLevels": Style("only at {} agent risk", "not at {} agent risk", "levels"),
    "authenticationFlows": Style("only by {}", "not by {}", "flows"),
}


def style_of(name: str, title: str) -> Style:
    """Give the style of an axis; a condition that has none is named by its title."""
    lower = title[:1].lower() + title[1:]
    return _STYLES.get(name) or Style(f"only with {lower} {{}}", f"not with {lower} {{}}", "values")


@dataclass(frozen=True, slots=True)
class _Valued:
    """An axis by its single values: which class each is in, and the atoms over them."""

    axis: Axis
    values: tuple[Facts, ...]
    of_class: tuple[int, ...]
    """For each class the set of its values."""
    atoms: tuple[Atom, ...]


class AxisWords:
    """Names sets of classes on the axes of a terrain."""

    def __init__(self, terrain: Terrain) -> None:
        """Remember what was worked out for each axis."""
        self._terrain = terrain
        self._valued: dict[int, _Valued] = {}

    def phrase(self, number: int, part: int, *, exchange: bool) -> str | None:
        """Name some classes of one axis; None where nothing is left out.

        `exchange`: Exchange Online is among the targets, and so its own clients count.
        """
        valued = self._values(number)
        possible = bits_where([exchange or not _exchange_only(each) for each in valued.values])
        wanted = 0
        for each in bits(part):
            wanted |= valued.of_class[each]
        wanted &= possible
        if wanted == possible or not wanted:
            return None
        condition = valued.axis.condition
        style = style_of(condition.name, condition.title)
        return described(wanted, possible, valued.atoms, style)

    def _values(self, number: int) -> _Valued:
        known = self._valued.get(number)
        if known is None:
            axis = self._terrain.axes[number]
            values = tuple(each for cls in axis.classes for each in cls.values)
            of_class: list[int] = []
            first = 0
            for cls in axis.classes:
                of_class.append(((1 << len(cls.values)) - 1) << first)
                first += len(cls.values)
            known = _Valued(axis, values, tuple(of_class), self._atoms(axis, values))
            self._valued[number] = known
        return known

    def _atoms(self, axis: Axis, values: Sequence[Facts]) -> tuple[Atom, ...]:
        special = _SPECIAL.get(axis.name)
        if special is not None:
            named = special(values)
        elif isinstance(axis.condition, WordCondition):
            named = _words(axis.condition, values)
        else:
            named = {}
        tags = self._tags(axis, values) if axis.name in {"locations", "devices"} else {}
        return tuple(Atom(held, name) for name, held in {**named, **tags}.items())

    def _tags(self, axis: Axis, values: Sequence[Facts]) -> dict[str, int]:
        """Give the sets of values that share a tag which a relevant policy names."""
        terrain = self._terrain
        held: dict[str, list[bool]] = {}
        wanted = {
            tag
            for number in bits(terrain.telling)
            for setting in [terrain.policies.policies[number].settings.get(axis.name)]
            for tag in (setting.tags if setting else ())
        }
        for place, facts in enumerate(values):
            sign_in = replace(terrain.everyday, **facts)
            value = axis.condition.value(sign_in, terrain.policies.directory)
            for tag in axis.table.tagger.tags(axis.table.tagger.key(value)):
                if isinstance(tag, str) and tag in wanted:
                    held.setdefault(tag, [False] * len(values))[place] = True
        return {_tag_name(axis, tag): bits_where(truths) for tag, truths in sorted(held.items())}


def _tag_name(axis: Axis, tag: str) -> str:
    name = axis.table.tagger.name(tag).removeprefix("named location ")
    return f"devices that match {name}" if axis.name == "devices" else name


def _exchange_only(facts: Facts) -> bool:
    return facts.get("client_app_type") in EXCHANGE_ACTIVE_SYNC


def _words(condition: WordCondition, values: Sequence[Facts]) -> dict[str, int]:
    """Name each word by its label, in lower case unless it is a name."""
    fact = condition.facts[0].name
    found: dict[str, int] = {}
    for place, facts in enumerate(values):
        word: Any = facts[fact]
        risk = "risk" in fact
        label = condition.words.get(word, "") if isinstance(word, str) else ""
        name = _RISK_NAMES.get(str(word), label.lower()) if risk else label
        name = name or f"an unknown {condition.facts[0].title.lower()}"
        found[name] = found.get(name, 0) | 1 << place
    return found


_RISK_NAMES = {"none": "no"}


def _client_names(values: Sequence[Facts]) -> dict[str, int]:
    words = [each["client_app_type"] for each in values]
    together = {
        "legacy clients": _LEGACY,
        "clients with modern authentication": frozenset(CLIENT_APPS) - _LEGACY - {"all"},
        "Exchange ActiveSync clients": EXCHANGE_ACTIVE_SYNC,
    }
    found = {name: bits_where([word in some for word in words]) for name, some in together.items()}
    for word, name in _CLIENT_NAMES.items():
        found[name] = bits_where([each == word for each in words])
    return found


def _device_names(values: Sequence[Facts]) -> dict[str, int]:
    devices = [each["device"] for each in values]
    tests: Mapping[str, Callable[[Device], bool]] = {
        "registered devices": lambda _: True,
        "compliant devices": lambda device: device.is_compliant,
        "hybrid joined devices": lambda device: device.is_hybrid_joined,
    }
    found = {"unregistered devices": bits_where([not isinstance(each, Device) for each in devices])}
    for name, test in tests.items():
        found[name] = bits_where([isinstance(each, Device) and test(each) for each in devices])
    return found


def _flow_names(values: Sequence[Facts]) -> dict[str, int]:
    asked = [each.get("authentication_flow") for each in values]
    begun = [each.get("original_transfer_method") for each in values]
    found = {
        "ordinary sign-in": bits_where([a is b is None for a, b in zip(asked, begun, strict=True)])
    }
    for flow, label in FLOWS.items():
        lower = label[:1].lower() + label[1:]
        pairs = list(zip(asked, begun, strict=True))
        found[lower] = bits_where([flow in pair for pair in pairs])
        found[f"requests of {lower}"] = bits_where([each == flow for each in asked])
    return found


_SPECIAL: Mapping[str, Callable[[Sequence[Facts]], dict[str, int]]] = {
    "clientAppTypes": _client_names,
    "devices": _device_names,
    "authenticationFlows": _flow_names,
}
