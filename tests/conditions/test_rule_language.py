"""Filter rules are read in every spelling that is documented."""

from typing import TypeAlias

import pytest

from ostiary.conditions.rule_language import (
    Comparison,
    Expression,
    Not,
    Operand,
    Operator,
    Or,
    parse_rule,
)
from tests.conditions.rule_vocabularies import ATTRIBUTES, DEVICES

Outline: TypeAlias = tuple["str | Operand | Outline", ...]


def outline(expression: Expression) -> Outline:
    """Gives an expression as nested tuples that a table can hold."""
    if isinstance(expression, Comparison):
        return (expression.property.name, expression.operator.value, expression.operand)
    if isinstance(expression, Not):
        return ("not", outline(expression.operand))
    joint = "or" if isinstance(expression, Or) else "and"
    return (joint, *(outline(operand) for operand in expression.operands))


def device_rule(text: str) -> Outline:
    return outline(parse_rule(text, DEVICES).expression)


X: Outline = ("model", "-eq", "X")
Y: Outline = ("displayName", "-eq", "Y")
Z: Outline = ("manufacturer", "-eq", "Z")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('device.model -eq "X"', X),
        ("device.model -eq 'X'", X),
        ('device.model eq "X"', X),
        ('DEVICE.MODEL -EQ "X"', X),
        ('device.model \u2013eq "X"', X),  # the en dash of Microsoft's own examples
        ('device.model -eq"X"', X),
        ('  (\n(device.model\t-eq\u00a0"X")\r\n)  ', X),
        ('device.model -in ["a","b"]', ("model", "-in", ("a", "b"))),
        ("device.model notin [ 'a' , \"b\" ]", ("model", "-notIn", ("a", "b"))),
        ("device.isCompliant -eq True", ("isCompliant", "-eq", True)),
        ('device.isCompliant -ne "false"', ("isCompliant", "-ne", False)),
        ("device.model -eq null", ("model", "-eq", None)),
        ("device.model -ne $null", ("model", "-ne", None)),
        ('device.model -eq "null"', ("model", "-eq", "null")),
        ('device.model -eq ""', ("model", "-eq", "")),
        ('device.model -eq "(X) -or [Y], z"', ("model", "-eq", "(X) -or [Y], z")),
    ],
)
def test_a_comparison_is_read_in_every_documented_spelling(text: str, read: Outline) -> None:
    assert device_rule(text) == read


@pytest.mark.parametrize("operator", Operator)
def test_every_operator_is_read_with_and_without_its_hyphen(operator: Operator) -> None:
    operand = '["v"]' if operator.takes_list else '"v"'
    for spelling in (operator.value, operator.value[1:], operator.value.upper()):
        rule = parse_rule(f"device.model {spelling} {operand}", DEVICES)
        assert isinstance(rule.expression, Comparison)
        assert rule.expression.operator is operator


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ('"a`"b`"c"', 'a"b"c'),
        ("'a`\"b'", 'a"b'),
        ("\"O''Brien\"", "O'Brien"),
        ("'O''Brien'", "O'Brien"),
        ('"O\'Brien"', "O'Brien"),
        ("'a\"b'", 'a"b'),
        ("''", ""),
        (r'"C:\temp\"', "C:\\temp\\"),
        ('"a`b"', "a`b"),
        ('`"Sales`"', '"Sales"'),
    ],
)
def test_quotation_marks_inside_a_text_are_escaped_as_documented(written: str, text: str) -> None:
    assert device_rule(f"device.model -eq {written}") == ("model", "-eq", text)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("x -and y", ("and", X, Y)),
        ("x -or y -and z", ("or", X, ("and", Y, Z))),
        ("x -and y -or z", ("or", ("and", X, Y), Z)),
        ("(x -or y) -and z", ("and", ("or", X, Y), Z)),
        ("x -or (y -or z)", ("or", X, ("or", Y, Z))),
        ("-not x -and y", ("and", ("not", X), Y)),
        ("-not (x -and y)", ("not", ("and", X, Y))),
        ("x -and -not y -or z", ("or", ("and", X, ("not", Y)), Z)),
        ("-not -not x", ("not", ("not", X))),
        ("not(x)AND NOT y or z", ("or", ("and", ("not", X), ("not", Y)), Z)),
    ],
)
def test_comparisons_bind_before_not_before_and_before_or(text: str, read: Outline) -> None:
    spelled = {"x": 'device.model -eq "X"', "y": 'device.displayName -eq "Y"'}
    spelled["z"] = 'device.manufacturer -eq "Z"'
    written = "".join(spelled.get(character, character) for character in text)
    assert device_rule(written) == read


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        (
            'device.systemLabels -eq "CloudPC"',
            [
                (
                    "undocumentedOperator",
                    "`-eq` is not documented for `device.systemLabels`; "
                    "it is read as whether the whole value is there",
                    20,
                )
            ],
        ),
        (
            'device.trustType -eq "EntraID"',
            [
                (
                    "unknownWord",
                    "`device.trustType` is never `EntraID`: "
                    "it is one of AzureAD, ServerAD, Workplace",
                    21,
                )
            ],
        ),
        (
            "device.model -eq null",
            [
                (
                    "nullComparison",
                    "null is documented for membership rules, not for filters; "
                    "it is read as whether the property has no value",
                    17,
                )
            ],
        ),
        (
            'device.model -eq `"X`"',
            [("escapedText", '``"X`"` is read as a text with its quotation marks', 17)],
        ),
        (
            'device.model -notContains ""',
            [("emptyText", "every text has the empty text in it", 26)],
        ),
        ('device.trustType -eq "SERVERad"', []),
        ('device.physicalIds -contains ""', []),
        ('device.model -ne ""', []),
    ],
)
def test_what_is_read_beyond_the_reference_is_a_warning(
    text: str, warnings: list[tuple[str, str, int]]
) -> None:
    found = parse_rule(text, DEVICES).warnings
    assert [(each.code, each.message, each.position) for each in found] == warnings


def test_properties_are_listed_once_in_the_order_of_their_use() -> None:
    rule = parse_rule(
        'device.model -eq "X" -or device.isCompliant -eq True -or device.MODEL -eq "Y"', DEVICES
    )
    assert [found.name for found in rule.properties] == ["model", "isCompliant"]


def test_an_attribute_is_named_by_its_set_and_name_in_lower_case() -> None:
    rule = parse_rule('customsecurityattribute.Tier_Level -startsWith "c"', ATTRIBUTES)
    assert outline(rule.expression) == ("tier_level", "-startsWith", "c")
