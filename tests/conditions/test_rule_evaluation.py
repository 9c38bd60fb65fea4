"""What a filter rule says of a device, row by row of the documentation and against plain `if`s."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ostiary.conditions.rule_evaluation import (
    NULL,
    UNKNOWN,
    UNREADABLE,
    Absent,
    PropertyValue,
    compile_rule,
    holds,
)
from ostiary.conditions.rule_language import Operator, parse_rule
from tests.conditions.random_rules import PROPERTIES, Device, Spoken, rules
from tests.conditions.rule_vocabularies import ATTRIBUTES, DEVICES

SALES_PC: Device = {
    "isCompliant": True,
    "trustType": "AzureAD",
    "displayName": "SALES-PC-7",
    "model": "Surface Pro",
    "operatingSystem": "Windows",
    "operatingSystemVersion": "10.0.19041",
    "deviceOwnership": "Company",
    "enrollmentProfileName": "AutoPilot Profile 1",
    "physicalIds": ("[ZTDId]:abc", "[OrderId]:9"),
    "systemLabels": ("M365Managed",),
    "extensionAttribute1": NULL,
}


def said_of(device: Device, text: str) -> bool | None:
    return holds(parse_rule(text, DEVICES), device.__getitem__)


@pytest.mark.parametrize(
    ("text", "true"),
    [
        ('device.model -eq "surface pro"', True),
        ('device.model -ne "SURFACE PRO"', False),
        ('device.displayName -startsWith "sales"', True),
        ('device.displayName -startsWith "ales"', False),
        ('device.displayName -notStartsWith "HR"', True),
        ('device.displayName -notStartsWith "SALES"', False),
        ('device.displayName -endsWith "pc-7"', True),
        ('device.displayName -notEndsWith "-8"', True),
        ('device.enrollmentProfileName -contains "pilot"', True),
        ('device.model -notContains "face"', False),
        ('device.operatingSystemVersion -in ["10.0.18363","10.0.19041"]', True),
        ('device.operatingSystemVersion -in ["10.0.1904"]', False),
        ('device.operatingSystemVersion -notIn ["10.0.18363","10.0.22000"]', True),
        ("device.isCompliant -eq True", True),
        ('device.isCompliant -eq "true"', True),
        ("device.isCompliant -ne True", False),
        ("device.isCompliant -ne False", True),
        ('device.deviceOwnership -eq "Company"', True),
        # A collection has an element or not; a part of an element is not enough.
        ('device.physicalIds -contains "[orderid]:9"', True),
        ('device.physicalIds -contains "[OrderId]"', False),
        ('device.physicalIds -notContains "[OrderId]"', True),
        ('device.systemLabels -eq "m365managed"', True),
        ('device.systemLabels -ne "CloudPC"', True),
        # A registered device lacks what it does not tell.
        ('device.extensionAttribute1 -eq "SAW"', False),
        ('device.extensionAttribute1 -ne "SAW"', True),
        ("device.extensionAttribute1 -eq null", True),
        ("device.model -ne null", True),
        # Comparisons bind first, then -not, -and, -or.
        (
            'device.model -eq "X" -and device.model -eq "Y" -or '
            'device.operatingSystem -eq "Windows"',
            True,
        ),
        (
            'device.operatingSystem -eq "Windows" -or '
            'device.model -eq "X" -and device.model -eq "Y"',
            True,
        ),
        (
            '(device.operatingSystem -eq "Windows" -or device.model -eq "X") -and '
            'device.model -eq "Y"',
            False,
        ),
        ('-not device.model -eq "X" -and device.operatingSystem -eq "iOS"', False),
        ('-not (device.model -eq "X" -or device.operatingSystem -eq "iOS")', True),
    ],
)
def test_a_registered_device_is_compared_by_its_values(text: str, *, true: bool) -> None:
    assert said_of(SALES_PC, text) is true


def comparison(operator: Operator) -> str:
    operand = '["x"]' if operator.takes_list else '"x"'
    return f"device.extensionAttribute1 {operator.value} {operand}"


@pytest.mark.parametrize("operator", Operator)
@pytest.mark.parametrize(
    ("value", "of_positive", "of_negative"),
    [(NULL, False, True), (UNREADABLE, False, False), (UNKNOWN, None, None)],
)
def test_an_absent_value_has_its_own_meaning(
    operator: Operator, value: Absent, of_positive: bool | None, of_negative: bool | None
) -> None:
    expected = of_negative if operator.negative else of_positive
    assert said_of({"extensionAttribute1": value}, comparison(operator)) is expected


@pytest.mark.parametrize(
    ("value", "is_null", "is_not_null"),
    [
        (NULL, True, False),
        ((), True, False),
        (UNREADABLE, False, False),
        (UNKNOWN, None, None),
        ("", False, True),
        ("null", False, True),
        (("",), False, True),
        (False, False, True),
    ],
)
def test_null_asks_for_a_value(
    value: PropertyValue, is_null: bool | None, is_not_null: bool | None
) -> None:
    device = {"model": value}
    assert said_of(device, "device.model -eq null") is is_null
    assert said_of(device, "device.model -ne null") is is_not_null


@pytest.mark.parametrize("operator", Operator)
def test_not_inverts_even_what_is_unreadable(operator: Operator) -> None:
    device: Device = {"extensionAttribute1": UNREADABLE}
    assert said_of(device, f"-not {comparison(operator)}") is True


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (True, None, None, True),
        (None, True, None, True),
        (False, None, False, None),
        (None, False, False, None),
        (None, None, None, None),
        (True, False, False, True),
    ],
)
def test_a_missing_fact_leaves_open_what_it_could_decide(
    left: bool | None, right: bool | None, both: bool | None, either: bool | None
) -> None:
    values: dict[bool | None, PropertyValue] = {True: "x", False: "y", None: UNKNOWN}
    device: Device = {"model": values[left], "displayName": values[right]}
    two = ('device.model -eq "x"', 'device.displayName -eq "x"')
    assert said_of(device, " -and ".join(two)) is both
    assert said_of(device, " -or ".join(two)) is either


@pytest.mark.parametrize(
    ("text", "true"),
    [
        ('-contains "requireMFA"', True),
        ('-contains "REQUIREmfa"', True),
        ('-contains "require"', False),
        ('-notContains "require"', True),
        ('-eq "confidential"', True),
        ('-ne "confidential"', False),
        ('-startsWith "conf"', True),
        ('-notEndsWith "MFA"', False),
        ('-in ["other", "confidential"]', True),
        ('-notIn ["other"]', True),
        ("-eq null", False),
    ],
)
def test_an_attribute_satisfies_what_any_of_its_values_does(text: str, *, true: bool) -> None:
    rule = parse_rule(f"CustomSecurityAttribute.Test_policyRequirement {text}", ATTRIBUTES)
    values: Device = {"test_policyrequirement": ("requireMFA", "confidential")}
    assert holds(rule, values.__getitem__) is true


def test_case_is_folded_beyond_ascii() -> None:
    assert said_of({"model": "STRASSE"}, 'device.model -eq "straße"') is True
    assert said_of({"model": "ÉCOLE"}, 'device.model -startsWith "é"') is True


def test_only_the_values_that_can_still_decide_are_read() -> None:
    read: list[str] = []

    def value(name: str) -> PropertyValue:
        read.append(name)
        return "x"

    rule = parse_rule('device.model -eq "x" -or device.displayName -eq "x"', DEVICES)
    assert compile_rule(rule)(value) is True
    assert read == ["model"]


TEXTS = st.text("abAB", max_size=4)
ABSENT = st.sampled_from(Absent)
DEVICE = st.fixed_dictionaries(
    {
        "first": TEXTS | ABSENT,
        "second": TEXTS | ABSENT,
        "gated": TEXTS | ABSENT,
        "labels": st.lists(TEXTS, max_size=3).map(tuple) | TEXTS | ABSENT,
        "flag": st.booleans() | ABSENT,
        "trust": st.sampled_from(["A", "ba", "z"]) | ABSENT,
    }
)


@given(rules(*PROPERTIES), st.lists(DEVICE, min_size=5, max_size=5))
def test_rules_mean_what_plain_ifs_say(spoken: Spoken, devices: list[Device]) -> None:
    verdict = compile_rule(spoken.rule)
    for device in devices:
        assert verdict(device.__getitem__) is spoken.meaning(device)
