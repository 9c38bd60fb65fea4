"""A filter rule that does not fit is refused with what was expected, what came, and where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ostiary.conditions.rule_language import RuleError, parse_rule
from tests.conditions.rule_vocabularies import ATTRIBUTES, DEVICES


@pytest.mark.parametrize(
    ("text", "position", "message", "hint"),
    [
        (
            "",
            0,
            "expected a rule, came an empty text",
            'write a comparison such as device.deviceId -eq "value"',
        ),
        (
            'device.modle -eq "X"',
            0,
            "expected a property such as `device.deviceId`, came `device.modle`",
            "did you mean `device.model`?",
        ),
        (
            'systemLabels -eq "CloudPC"',
            0,
            "expected a property such as `device.deviceId`, came `systemLabels`",
            "did you mean `device.systemLabels`?",
        ),
        (
            'device.deviceOSType -eq "iOS"',
            0,
            "expected a property such as `device.deviceId`, came `device.deviceOSType`",
            "did you mean `device.operatingSystem`?",
        ),
        (
            'user.qqq -eq "X"',
            0,
            "expected a property such as `device.deviceId`, came `user.qqq`",
            "",
        ),
        (
            'device.isCompliant -startsWith "T"',
            19,
            "expected an operator that `device.isCompliant` supports, came `-startsWith`",
            "it supports -eq, -ne",
        ),
        (
            'device.trustType -match "A.*"',
            17,
            "expected an operator after `device.trustType`, came `-match`",
            "it supports -eq, -ne",
        ),
        (
            "device.mdmAppId",
            15,
            "expected an operator after `device.mdmAppId`, came the end of the rule",
            "it supports -eq, -ne, -in, -notIn",
        ),
        (
            "device.model -eq SAW",
            17,
            "expected a text in quotation marks, came `SAW`",
            'write "SAW"',
        ),
        (
            "device.isCompliant -eq yes",
            23,
            "expected True or False for `device.isCompliant`, came `yes`",
            "",
        ),
        (
            'device.model -eq ["X"]',
            17,
            "expected a text in quotation marks, came `[`",
            "",
        ),
        (
            'device.model -in "X"',
            17,
            'expected a list, came `"X"`',
            'write ["one", "two"]',
        ),
        (
            "device.model -in []",
            18,
            "expected a text in quotation marks, came `]`",
            "",
        ),
        (
            'device.model -in ["a" "b"]',
            22,
            'expected `,` or `]` in a list, came `"b"`',
            "",
        ),
        (
            "device.model -contains null",
            23,
            "expected a text after `-contains`, came `null`",
            "compare with null by -eq or -ne; put the word in quotes to mean the text",
        ),
        (
            "device.model -not null",
            13,
            "expected an operator after `device.model`, came `-not`",
            "it supports -eq, -ne, -startsWith, -notStartsWith, -endsWith, -notEndsWith, "
            "-contains, -notContains, -in, -notIn",
        ),
        (
            'device.model -eq "X',
            17,
            'expected a closing " for the text `"X`, came the end of the rule',
            'close the quotation mark; inside a text write `" for a double one'
            " and '' for a single one",
        ),
        (
            'device.model -eq `"X"',
            17,
            'expected a closing `" for the text ``"X"`, came the end of the rule',
            'close the quotation mark; inside a text write `" for a double one'
            " and '' for a single one",
        ),
        (
            "device.model -eq \u201cX\u201d",
            17,
            "expected a straight quotation mark, came `\u201c`",
            'use " on both sides of the text',
        ),
        (
            'device.model -eq "X" -and (device.model -ne "Y"',
            26,
            "expected `)` for the parenthesis opened at character 27, came the end of the rule",
            "close the parenthesis, or take it out",
        ),
        (
            'device.model -eq "X")',
            20,
            "expected the end of the rule, came `)`",
            "no parenthesis is open here: take it out, or open one before",
        ),
        (
            '(device.model -eq "X" device.model -eq "Y")',
            22,
            "expected `-and`, `-or` or `)`, came `device.model`",
            "",
        ),
        (
            'device.model -eq "X" "Y"',
            21,
            'expected `-and`, `-or` or the end of the rule, came `"Y"`',
            "",
        ),
        (
            'device.model -eq "X" -and',
            25,
            "expected a comparison, came the end of the rule",
            'a comparison looks like device.deviceId -eq "value"',
        ),
        (
            "()",
            1,
            "expected a comparison, came `)`",
            'a comparison looks like device.deviceId -eq "value"',
        ),
        (
            '-or device.model -eq "X"',
            0,
            "expected a comparison, came `-or`",
            'a comparison looks like device.deviceId -eq "value"',
        ),
        (
            'device.model -eq "X" \ud800\x07' + "z" * 60,
            21,
            f"expected `-and`, `-or` or the end of the rule, came `\\ud800\\x07{'z' * 37}…`",
            "",
        ),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(
    text: str, position: int, message: str, hint: str
) -> None:
    with pytest.raises(RuleError) as raised:
        parse_rule(text, DEVICES)
    error = raised.value
    assert (error.code, error.position, error.message, error.hint) == (
        "invalidFilter",
        position,
        message,
        hint,
    )


def rule_of_length(length: int) -> str:
    return f'device.displayName -eq "{"x" * (length - 25)}"'


def test_a_rule_has_at_most_3072_characters() -> None:
    assert len(parse_rule(rule_of_length(3072), DEVICES).text) == 3072
    with pytest.raises(RuleError) as raised:
        parse_rule(rule_of_length(3073), DEVICES)
    assert raised.value.message == "expected a rule of at most 3,072 characters, came 3,073"
    assert raised.value.position == 3072


@pytest.mark.parametrize(
    ("opening", "closing"), [("(", ")"), ("-not ", ""), ("-not(", ")"), ("((not ", "))")]
)
def test_nesting_is_bounded(opening: str, closing: str) -> None:
    levels = opening.count("(") + opening.count("not")
    allowed, hostile = 100 // levels, 3000 // (len(opening) + len(closing))
    comparison = 'device.model -eq "X"'
    parse_rule(opening * allowed + comparison + closing * allowed, DEVICES)
    for depth in (allowed + 1, hostile):
        for text in (opening * depth + comparison + closing * depth, opening * depth):
            with pytest.raises(RuleError, match="expected at most 100 parentheses and -not"):
                parse_rule(text, DEVICES)


PIECES = (
    " ",
    "device.model",
    "device.isCompliant",
    "device.systemLabels",
    "device.x",
    *("-eq", "-notIn", "-in", "-contains", "\u2013eq"),
    *("-and", "-or", "-not", "not", "(", ")", "[", "]", ","),
    *('"X"', "''", '"', "'", "`", '`"', "\u201c", "\ud800"),
    *("True", "null", "$null", "x"),
)


def refusal(text: str) -> RuleError | None:
    try:
        parse_rule(text, DEVICES)
    except RuleError as error:
        return error
    return None


@given(st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join))
def test_any_text_is_read_or_refused_with_a_place_in_it(text: str) -> None:
    error = refusal(text)
    if error is None:
        assert parse_rule(text, DEVICES).properties
    else:
        assert 0 <= error.position <= len(text)
        assert error.message.startswith("expected ")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (
            'CustomSecurityAttribute.Tier.Level -eq "c"',
            "did you mean `CustomSecurityAttribute.Tier_Level`?",
        ),
        ('CustomSecurityAttribute.Level -eq "c"', ""),
        ('CustomSecurityAttribute._Level -eq "c"', ""),
        ('CustomSecurityAttribute.Tier_ -eq "c"', ""),
        ('device.model -eq "c"', ""),
        ('Tier_Level -eq "c"', "did you mean `CustomSecurityAttribute.Tier_Level`?"),
    ],
)
def test_an_attribute_has_a_set_and_a_name(text: str, hint: str) -> None:
    with pytest.raises(RuleError) as raised:
        parse_rule(text, ATTRIBUTES)
    assert raised.value.message == (
        "expected a property such as `CustomSecurityAttribute.<Set>_<Attribute>`, "
        f"came `{text.split(' ')[0]}`"
    )
    assert raised.value.hint == hint
