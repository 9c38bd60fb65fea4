"""The samples of filter rules miss no outcome that a device can produce, and invent none."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ostiary.conditions.rule_evaluation import NULL, UNREADABLE, PropertyValue, compile_rule
from ostiary.conditions.rule_language import (
    ALL_OPERATORS,
    EQUALITY,
    IDENTITY,
    MEMBERSHIP,
    Property,
    PropertyKind,
    Rule,
    parse_rule,
)
from ostiary.conditions.rule_samples import Gate, Sample, TooManySamples, samples, unregistered
from tests.conditions.random_rules import (
    FIRST,
    FLAG,
    GATED,
    LABELS,
    PROPERTIES,
    SECOND,
    SMALL,
    TRUST,
    Device,
    Spoken,
    rules,
)
from tests.conditions.rule_vocabularies import ATTRIBUTES, DEVICES, EXTENSION_ATTRIBUTES

Truths: TypeAlias = tuple[bool, ...]


def values_up_to(length: int, letters: str = "abc") -> list[str]:
    """Every text over the letters of the rules and one more, which no rule has."""
    return ["".join(text) for size in range(length + 1) for text in product(letters, repeat=size)]


def dense_values(found: Property, length: int) -> list[PropertyValue]:
    """Every value of a property that texts up to `length` can tell from others."""
    if found.kind is PropertyKind.BOOLEAN:
        return [True, False]
    if found.words:
        return [NULL, *found.words]
    if found.kind is PropertyKind.TEXT:
        return [NULL, *values_up_to(length)]
    short = values_up_to(2)
    return [NULL, *((text,) for text in values_up_to(length)), *product(short, short)]


OPEN_FLAG: tuple[Property, Callable[[PropertyValue], bool]] = (FLAG, lambda value: value is True)
OPEN_TRUST: tuple[Property, Callable[[PropertyValue], bool]] = (TRUST, lambda value: value == "Ba")
OPEN_SECOND: tuple[Property, Callable[[PropertyValue], bool]] = (
    SECOND,
    lambda value: value is not NULL,
)
GATE = Gate(frozenset({"gated"}), (OPEN_FLAG, OPEN_TRUST, OPEN_SECOND))


def brute_force(
    spoken: Sequence[Spoken], properties: Sequence[Property], gate: Gate | None, length: int
) -> set[Truths]:
    """Tries every device of dense values; devices that differ in nothing asked count once."""
    found: set[Truths] = set()
    for device in devices(spoken, properties, length):
        if gate and not any(opens(device[each.name]) for each, opens in gate.openers):
            device = {**device, **dict.fromkeys(gate.gated, UNREADABLE)}
        found.add(tuple(each.meaning(device) is True for each in spoken))
    return found


def devices(
    spoken: Sequence[Spoken], properties: Sequence[Property], length: int
) -> Iterator[dict[str, PropertyValue]]:
    asked = [distinct_values(spoken, found, length) for found in properties]
    for values in product(*asked):
        yield {found.name: value for found, value in zip(properties, values, strict=True)}


def distinct_values(spoken: Sequence[Spoken], found: Property, length: int) -> list[PropertyValue]:
    """Keeps one of the values that no single comparison in the rules tells apart."""
    singles = [
        compile_rule(parse_rule(text, SMALL))
        for each in spoken
        for text in comparisons_of(each.text)
        if text.startswith(f"v.{found.name} ")
    ]
    kept: dict[tuple[object, ...], PropertyValue] = {}
    for value in dense_values(found, length):
        signature = (value is NULL, *(single(lambda _, v=value: v) for single in singles))
        kept.setdefault((value, *signature) if found in (FLAG, TRUST) else signature, value)
    return list(kept.values())


def comparisons_of(text: str) -> list[str]:
    for joint in (") -and (", ") -or (", "-not ("):
        text = text.replace(joint, "\n")
    return [line.strip("()") for line in text.splitlines() if line.strip("()")]


def truths_of(spoken: Sequence[Spoken], gate: Gate | None = None) -> list[Sample]:
    """Gives the samples after holding each of them against the rules themselves."""
    read = [each.rule for each in spoken]
    found = list(samples(read, gate=gate))
    for sample in found:
        assert sample.registered
        assert sample.truths == truths(read, sample.values)
        assert sample.truths == tuple(each.meaning(sample.values) for each in spoken)
    assert len({sample.truths for sample in found}) == len(found)
    return found


def truths(read: Sequence[Rule], device: Device) -> tuple[bool | None, ...]:
    return tuple(compile_rule(rule)(device.__getitem__) for rule in read)


# Operands inside one another are the hard case; other operators would thin it out.
PARTS = replace(FIRST, operators=MEMBERSHIP)
ENDS = replace(FIRST, operators=ALL_OPERATORS - EQUALITY - IDENTITY)


@pytest.mark.parametrize("found", [FIRST, PARTS, ENDS, LABELS])
@given(data=st.data())
def test_no_outcome_of_one_property_is_missing(found: Property, data: st.DataObject) -> None:
    spoken = data.draw(st.lists(rules(found), min_size=1, max_size=4))
    reachable = brute_force(spoken, [found], None, length=6)
    assert reachable <= {sample.truths for sample in truths_of(spoken)}


@given(st.lists(rules(FIRST, SECOND, LABELS, FLAG, TRUST, longest=2), min_size=1, max_size=3))
def test_no_outcome_of_several_properties_is_missing(spoken: list[Spoken]) -> None:
    reachable = brute_force(spoken, [FIRST, SECOND, LABELS, FLAG, TRUST], None, length=4)
    assert reachable <= {sample.truths for sample in truths_of(spoken)}


@given(st.lists(rules(GATED, SECOND, FLAG, TRUST, longest=2), min_size=1, max_size=3))
def test_no_outcome_of_properties_behind_a_gate_is_missing(spoken: list[Spoken]) -> None:
    reachable = brute_force(spoken, [GATED, SECOND, FLAG, TRUST], GATE, length=4)
    found = truths_of(spoken, GATE)
    assert reachable <= {sample.truths for sample in found}
    for sample in found:
        if "gated" in sample.values:
            is_open = any(opens(sample.values[each.name]) for each, opens in GATE.openers)
            assert (sample.values["gated"] is UNREADABLE) is not is_open


@given(st.lists(rules(*PROPERTIES), min_size=1, max_size=3))
def test_of_an_unregistered_device_everything_is_null(spoken: list[Spoken]) -> None:
    nothing: Device = {found.name: NULL for found in PROPERTIES}
    sample = unregistered([each.rule for each in spoken])
    assert not sample.registered
    assert set(sample.values.values()) == {NULL}
    assert sample.truths == tuple(each.meaning(nothing) for each in spoken)


def device_rules(*texts: str) -> list[Rule]:
    return [parse_rule(text, DEVICES) for text in texts]


def device_outcomes(*texts: str) -> set[Truths]:
    return {sample.truths for sample in samples(device_rules(*texts))}


@pytest.mark.parametrize(
    ("texts", "outcomes"),
    [
        # Two beginnings exclude each other unless one begins the other.
        (
            ('device.model -startsWith "Sur"', 'device.model -startsWith "X"'),
            {(False, False), (True, False), (False, True)},
        ),
        (
            ('device.model -startsWith "Sur"', 'device.model -startsWith "surface"'),
            {(False, False), (True, False), (True, True)},
        ),
        # What contains the longer part contains the shorter one.
        (
            ('device.model -contains "a"', 'device.model -contains "ab"'),
            {(False, False), (True, False), (True, True)},
        ),
        # A text can begin and end as asked without being either.
        (
            (
                'device.model -startsWith "ab"',
                'device.model -endsWith "ba"',
                'device.model -eq "aba"',
            ),
            {
                (False, False, False),
                (True, False, False),
                (False, True, False),
                (True, True, False),
                (True, True, True),
            },
        ),
        (
            ("device.isCompliant -eq True", "device.isCompliant -ne True"),
            {(True, False), (False, True)},
        ),
        (
            ('device.trustType -eq "ServerAD"', 'device.trustType -eq "EntraID"'),
            {(True, False), (False, False)},
        ),
        (
            (
                'device.physicalIds -contains "a"',
                'device.physicalIds -contains "b"',
                'device.physicalIds -notContains "A"',
            ),
            {
                (False, False, True),
                (True, False, False),
                (False, True, True),
                (True, True, False),
            },
        ),
        (
            ("device.model -eq null", 'device.model -eq ""', 'device.model -contains ""'),
            {(True, False, False), (False, True, True), (False, False, True)},
        ),
        (('device.model -eq "x" -and device.model -eq "y"',), {(False,)}),
        (('device.model -eq "x" -or -not device.model -eq "x"',), {(True,)}),
    ],
)
def test_exactly_the_possible_outcomes_are_sampled(
    texts: tuple[str, ...], outcomes: set[Truths]
) -> None:
    assert device_outcomes(*texts) == outcomes


def test_an_unreadable_attribute_makes_both_operators_false() -> None:
    compliant = DEVICES.properties["iscompliant"]
    gate = Gate(frozenset(EXTENSION_ATTRIBUTES), ((compliant, lambda value: value is True),))
    read = device_rules(
        'device.extensionAttribute1 -eq "SAW"', 'device.extensionAttribute1 -ne "SAW"'
    )
    found = {sample.truths: sample.values for sample in samples(read, gate=gate)}
    assert found == {
        (False, False): {"isCompliant": False, "extensionAttribute1": UNREADABLE},
        (True, False): {"isCompliant": True, "extensionAttribute1": "SAW"},
        (False, True): {"isCompliant": True, "extensionAttribute1": NULL},
    }


def test_a_gate_before_nothing_that_is_asked_changes_nothing() -> None:
    read = device_rules('device.model -eq "X"')
    compliant = DEVICES.properties["iscompliant"]
    gate = Gate(frozenset(EXTENSION_ATTRIBUTES), ((compliant, lambda value: value is True),))
    assert [sample.values for sample in samples(read, gate=gate)] == [
        {"model": NULL},
        {"model": "X"},
    ]


def test_samples_are_texts_that_people_can_read() -> None:
    read = device_rules(
        'device.model -startsWith "Surface " -and device.model -contains "Pro" -and '
        'device.model -ne "surface pro"'
    )
    assert [sample.values["model"] for sample in samples(read)] == [NULL, "Surface -Pro"]


def test_attributes_of_different_names_vary_freely() -> None:
    read = [
        parse_rule(f'CustomSecurityAttribute.Set_{name} -contains "x"', ATTRIBUTES)
        for name in ("One", "Two")
    ]
    found = {sample.truths: sample.values for sample in samples(read)}
    assert found[True, True] == {"set_one": ("x",), "set_two": ("x",)}
    assert len(found) == 4


def test_many_comparisons_in_few_rules_stay_few() -> None:
    parts = " -or ".join(f'device.displayName -contains "part{n:03}"' for n in range(70))
    device_ids = ", ".join(f'"{n:032x}"' for n in range(70))
    texts = (parts, f"device.deviceId -in [{device_ids}]", 'device.model -notStartsWith "part"')
    assert len(device_outcomes(*texts)) == 8


def test_more_combinations_than_allowed_are_refused() -> None:
    read = device_rules(*(f'device.displayName -contains "{chr(97 + n)}"' for n in range(6)))
    assert len(list(samples(read, limit=64))) == 64
    with pytest.raises(TooManySamples) as raised:
        list(samples(read, limit=63))
    assert raised.value.message == (
        "expected rules that come out in at most 63 combinations, came more"
    )


def test_no_rules_have_one_outcome() -> None:
    assert list(samples([])) == [Sample({}, ())]
