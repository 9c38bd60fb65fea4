"""From the sample values of conditions to facts of sign-ins, sorted into classes.

A class holds the values that no policy and no control can tell apart. What a policy accepts is
asked of its tables, never decided here; that the facts give the sample back is tested.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any, TypeAlias

from ostiary.analysis.world import EXCHANGE_ACTIVE_SYNC, impossible
from ostiary.conditions.attributes import RULE
from ostiary.conditions.base import Condition, WordCondition
from ostiary.conditions.locations import NOT_LOOKED_UP, NOT_RECORDED, LocationTagger, Place
from ostiary.engine.masks import Accepted, Table, asked_tags
from ostiary.engine.policyset import PolicySet
from ostiary.model.addresses import address_text
from ostiary.model.setting import Tag
from ostiary.model.signin import MISSING, Device, SignIn, TokenGrant

Facts: TypeAlias = Mapping[str, Any]
"""Some members of a sign-in."""
NOTHING_KNOWN: Facts = MappingProxyType({})
ANY_DEVICE = "any-other-device"
DOCUMENTATION_ADDRESS = "198.51.100.7"
"""An address of nobody (RFC 5737)."""
_DEFAULTS: Facts = {each.name: each.default for each in fields(SignIn)}
_STATE_RULES = (
    f"{RULE}device.isCompliant -eq True",
    f'{RULE}device.trustType -eq "ServerAD"',
)
"""Asked beside the policies' own rules, so that samples differ in what device controls read."""


@dataclass(frozen=True, slots=True)
class ValueClass:
    """Values alike to all policies that matter and to all controls; the likeliest comes first."""

    accepted: Accepted
    effect: Hashable
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """One kind of circumstance with its classes; values are facts of a sign-in."""

    condition: Condition[Any]
    table: Table
    classes: tuple[ValueClass, ...]

    @property
    def name(self) -> str:
        """Give the name of its condition."""
        return self.condition.name


def axes(
    policies: PolicySet,
    sign_in: SignIn,
    conditions: Iterable[Condition[Any]],
    relevant: int,
    *,
    blurred: int = 0,
    known: Facts = NOTHING_KNOWN,
) -> tuple[Axis, ...]:
    """Sort the values of each condition into classes, as far as `relevant` policies tell them.

    `sign_in` lends the facts of all other conditions. The device filters of `blurred` policies are
    not looked at: they may match any registered one. `known` facts are the same in every sign-in.
    Raises TooManySamples where device filters come out in more ways than anybody could look at.
    """
    tables = {table.condition.name: table for table in policies.tables}
    return tuple(
        _axis(policies, sign_in, tables[each.name], relevant, blurred, known) for each in conditions
    )


def _axis(
    policies: PolicySet, sign_in: SignIn, table: Table, relevant: int, blurred: int, known: Facts
) -> Axis:
    condition = table.condition
    clear = relevant & ~_vague(table, blurred)
    classes: dict[Hashable, list[Facts]] = {}
    for facts in _possible_facts(policies, sign_in, table, clear):
        if any(facts.get(name, value) != value for name, value in known.items()):
            continue
        having = replace(sign_in, **facts)
        accepted = accepted_on(policies, table, having, relevant, blurred)
        classes.setdefault((accepted, effect_of(condition.name, having)), []).append(facts)
    found = (
        ValueClass(accepted, effect, tuple(values))  # pyright: ignore[reportUnknownArgumentType]
        for (accepted, effect), values in classes.items()  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType]  # the keys made above
    )
    return Axis(condition, table, tuple(found))


def accepted_on(
    policies: PolicySet, table: Table, sign_in: SignIn, relevant: int, blurred: int
) -> Accepted:
    """Tell which relevant policies accept a circumstance, blurred ones perhaps.

    An unregistered device has no property, so every filter's answer to it is known.
    """
    vague = _vague(table, blurred) if isinstance(sign_in.device, Device) else 0
    known = accepted_by(policies, table, sign_in, relevant & ~vague)
    return Accepted(known.upper | relevant & vague, known.lower, known.failed)


def _vague(table: Table, blurred: int) -> int:
    return table.configured & blurred if table.condition.name == "devices" else 0


def accepted_by(policies: PolicySet, table: Table, sign_in: SignIn, relevant: int) -> Accepted:
    """Tell which of the relevant policies accept a sign-in's value of one condition."""
    if not table.configured & relevant:
        return Accepted(relevant, relevant)
    value = table.condition.value(sign_in, policies.directory)
    if value is MISSING:
        return narrowed(table.everything(policies.everything), relevant)
    return narrowed(table.accepted(table.key(value)), relevant)


def narrowed(accepted: Accepted, relevant: int) -> Accepted:
    """Keep what concerns some policies only."""
    return Accepted(
        accepted.upper & relevant, accepted.lower & relevant, accepted.failed & relevant
    )


def _possible_facts(
    policies: PolicySet, sign_in: SignIn, table: Table, relevant: int
) -> Iterator[Facts]:
    """Give the facts behind the samples, the likeliest first, without those that cannot occur."""
    asked = _asked(policies, table, relevant)
    condition = table.condition
    samples = condition.samples_with(table.tagger, policies.directory, asked)
    found = [facts for sample in samples for facts in facts_of(table, sample, asked)]
    found = [*_ordinary(condition.name, found), *found]
    liked = _LIKELY.get(condition.name, ())
    found.sort(key=lambda facts: _place(liked, facts))
    for facts in found:
        if impossible(replace(sign_in, **facts), policies.directory) is None:
            yield facts


def _ordinary(name: str, found: Sequence[Facts]) -> list[Facts]:
    """Give a place that reads better than the edge of a range; policies may well tell it apart."""
    if name != "locations" or not found:
        return []
    return [{**found[0], "address": DOCUMENTATION_ADDRESS}]


def _asked(policies: PolicySet, table: Table, relevant: int) -> frozenset[Tag]:
    numbers = (each for number, each in enumerate(policies.policies) if relevant >> number & 1)
    asked = asked_tags(table.condition, numbers)
    return asked | frozenset(_STATE_RULES) if table.condition.name == "devices" else asked


_LIKELY: Mapping[str, tuple[object, ...]] = {
    "clientAppTypes": ("browser", "mobileAppsAndDesktopClients"),
    "platforms": ("windows", "iOS", "android", "macOS"),
}


def _place(liked: Sequence[object], facts: Facts) -> int:
    """Give the place of facts in a list of likely values; what says nothing comes first."""
    value = next(iter(facts.values()))
    if not liked:
        return 0 if value in {None, "none"} else 1
    return liked.index(value) if value in liked else len(liked)


def facts_of(table: Table, sample: Any, asked: frozenset[Tag]) -> Iterator[Facts]:
    """Give facts of a sign-in that have this sample as the condition's value."""
    condition = table.condition
    if isinstance(condition, WordCondition):
        name = condition.facts[0].name
        yield {name: _DEFAULTS[name] if sample is None else sample}
        return
    yield from _FACTS[condition.name](table, sample, asked)


def _place_facts(table: Table, sample: Place, _: frozenset[Tag]) -> Iterator[Facts]:
    tagger = table.tagger
    nowhere = isinstance(tagger, LocationTagger) and not tagger.segments.starts
    if sample.country in {NOT_LOOKED_UP, NOT_RECORDED} or (sample.address is None and not nowhere):
        return
    address = DOCUMENTATION_ADDRESS if sample.address is None else address_text(sample.address)
    yield {"address": address, "country": sample.country, "country_known": True}


def _device_facts(_: Table, sample: Device | None, __: frozenset[Tag]) -> Iterator[Facts]:
    """Give a registered device an id if it has none: any id that no rule names."""
    if sample is None or sample.get("deviceid"):
        yield {"device": sample}
        return
    yield {"device": Device(tuple(sorted((*sample.properties, ("deviceid", ANY_DEVICE)))))}


def _flow_facts(_: Table, sample: tuple[str, ...], __: frozenset[Tag]) -> Iterator[Facts]:
    """Give the requests of a flow, and those of a session that began with one."""
    names = ("authentication_flow", "original_transfer_method", "grant")
    if not sample:
        yield dict.fromkeys(names[:2])  # the grant is that of any other request
        return
    code, transfer = "deviceCodeFlow", "authenticationTransfer"
    by_code, refreshed = TokenGrant.DEVICE_CODE, TokenGrant.REFRESH_TOKEN
    first = TokenGrant.AUTHORIZATION_CODE
    rows: Mapping[tuple[str, ...], tuple[tuple[Any, ...], ...]] = {
        (code,): ((code, None, by_code), (None, code, refreshed)),
        (transfer,): ((transfer, None, first), (None, transfer, refreshed)),
        tuple(sorted((code, transfer))): ((code, transfer, by_code), (transfer, code, first)),
    }
    for row in rows[sample]:
        yield dict(zip(names, row, strict=True))


_FACTS: Mapping[str, Callable[[Table, Any, frozenset[Tag]], Iterator[Facts]]] = {
    "locations": _place_facts,
    "devices": _device_facts,
    "authenticationFlows": _flow_facts,
}


def effect_of(name: str, sign_in: SignIn) -> Hashable:
    """Give what controls, and the rules of the world, read of one circumstance.

    INVARIANT: sign-ins with equal effects, and of users who stand alike to the tenant, meet the
    same controls by the same proofs. A test draws sign-ins and holds the controls to it.
    """
    read = _EFFECTS.get(name)
    return read(sign_in) if read else None


def _client_effect(sign_in: SignIn) -> Hashable:
    return sign_in.legacy_client, sign_in.client_app_type in EXCHANGE_ACTIVE_SYNC


def _device_effect(sign_in: SignIn) -> Hashable:
    device = sign_in.device
    if not isinstance(device, Device):
        return ("unregistered",)
    return device.is_compliant, device.is_hybrid_joined


def _flow_effect(sign_in: SignIn) -> Hashable:
    flows = (sign_in.authentication_flow, sign_in.original_transfer_method)
    return sign_in.grant is TokenGrant.DEVICE_CODE, flows != (None, None)


def _agent_risk_effect(sign_in: SignIn) -> Hashable:
    return sign_in.agent_risk != "none"


_EFFECTS: Mapping[str, Callable[[SignIn], Hashable]] = {
    "clientAppTypes": _client_effect,
    "devices": _device_effect,
    "authenticationFlows": _flow_effect,
    "agentIdRiskLevels": _agent_risk_effect,
}
