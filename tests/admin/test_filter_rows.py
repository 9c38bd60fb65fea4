"""Filters as rows and as text: the engine's own parser reads both, and both say the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ostiary.admin.filter_rows import Row, rows_of, rule_of
from ostiary.conditions.attributes import ATTRIBUTES
from ostiary.conditions.devices import DEVICE_FILTER
from ostiary.conditions.rule_language import parse_rule
from ostiary.conditions.rule_tree import And, Comparison, Expression, Not, Or
from ostiary.model.errors import InputError, RuleError
from tests.admin.pages import Admin

ADDRESS, FIELD = "/admin/filter-rows", "devices.deviceFilter"


def meaning(expression: Expression) -> object:
    """Give what a rule says, wherever its parts stand."""
    match expression:
        case Comparison(property_, operator, operand, _):
            return property_.name, operator, operand
        case Not(inner):
            return "not", meaning(inner)
        case And(operands):
            return "and", tuple(map(meaning, operands))
        case Or(operands):
            return "or", tuple(map(meaning, operands))


@pytest.mark.parametrize(
    ("rule", "rows"),
    [
        ("", []),
        ('device.model -eq "X1"', [Row("or", "device.model", "-eq", "X1")]),
        (
            'device.isCompliant -eq True -and device.trustType -ne "Workplace" -or '
            'device.deviceId -in ["a", "b"]',
            [
                Row("or", "device.isCompliant", "-eq", "True"),
                Row("and", "device.trustType", "-ne", "Workplace"),
                Row("or", "device.deviceId", "-in", "a, b"),
            ],
        ),
        ('device.displayName -startsWith "O\'Brien"', None),
    ],
)
def test_a_rule_becomes_rows_and_a_rule_again(rule: str, rows: list[Row] | None) -> None:
    found = rows_of(rule, DEVICE_FILTER)
    assert (found.problem, found.as_text) == ("", False)
    if rows is not None:
        assert list(found.rows) == rows
    written = rule_of(found.rows, DEVICE_FILTER)
    if rule:
        assert meaning(parse_rule(written, DEVICE_FILTER).expression) == meaning(
            parse_rule(rule, DEVICE_FILTER).expression
        )


@pytest.mark.parametrize(
    "rule",
    [
        '(device.model -eq "a" -or device.model -eq "b") -and device.isCompliant -eq True',
        '-not device.model -eq "a"',
        "device.model -eq null",
        'device.deviceId -in ["a,b"]',
        'device.model -eq " a"',
    ],
)
def test_a_rule_that_rows_cannot_say_is_edited_as_text(rule: str) -> None:
    parse_rule(rule, DEVICE_FILTER)
    assert rows_of(rule, DEVICE_FILTER).as_text


def test_what_cannot_be_read_is_told_by_the_parser() -> None:
    found = rows_of("device.moddel -eq 1", DEVICE_FILTER)
    assert found.rows == ()
    assert found.problem.startswith("expected a property such as")
    assert "did you mean `device.model`?" in found.problem


@pytest.mark.parametrize(
    "row",
    [
        Row("and", "device.nothing", "-eq", "x"),
        Row("and", "device.isCompliant", "-contains", "x"),
        Row("and", "device.isCompliant", "-eq", "maybe"),
    ],
)
def test_a_row_that_is_no_comparison_is_refused(row: Row) -> None:
    with pytest.raises((InputError, RuleError)):
        rule_of([row], DEVICE_FILTER)


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
ROWS = st.builds(
    Row,
    st.sampled_from(["and", "or"]),
    st.just("CustomSecurityAttribute.Set_Name"),
    st.sampled_from(["-eq", "-ne", "-contains", "-in", "-notStartsWith"]),
    TEXTS,
)


@given(st.lists(ROWS, min_size=1, max_size=5))
def test_rows_that_can_be_written_are_read_back_as_they_are(rows: list[Row]) -> None:
    """Or they are refused, or left to be edited as text: they never stand for another rule."""
    try:
        rule = rule_of(rows, ATTRIBUTES)
    except (InputError, RuleError):
        return
    found = rows_of(rule, ATTRIBUTES)
    if not rule or found.as_text:
        return
    assert rule_of(found.rows, ATTRIBUTES) == rule


def ask(
    admin: Admin, do: str, rule: str = "", more: dict[str, str | list[str]] | None = None
) -> str:
    """Ask for the rows as the form does."""
    csrf = admin.text.partition('name="csrf" value="')[2].partition('"')[0]
    fields = {"csrf": csrf, "filter": FIELD, "do": do, FIELD: rule, **(more or {})}
    page = admin.browser.page
    admin.browser.send(ADDRESS, fields)
    text, admin.browser.page = admin.text, page
    return text


def test_rows_are_added_changed_and_removed(admin: Admin) -> None:
    admin.sign_in()
    row = f"{FIELD}.row"
    assert ask(admin, "add").count('class="expression"') == 1
    one: dict[str, str | list[str]] = {
        f"{row}.property": ["device.model", "device.isCompliant"],
        f"{row}.operator": ["-startsWith", "-eq"],
        f"{row}.value": ["O'Brien", "True"],
        f"{row}.joint": ["or"],
    }
    text = ask(admin, "rows", more=one)
    assert (
        "device.model -startsWith &#34;O&#39;&#39;Brien&#34; -or device.isCompliant -eq True</text"
        in text
    )
    text = ask(admin, "remove-0", more=one)
    assert ">device.isCompliant -eq True</textarea>" in text
    assert text.count('class="expression"') == 1


def test_a_rule_that_is_typed_becomes_rows_and_what_is_wrong_is_told_in_place(
    admin: Admin,
) -> None:
    admin.sign_in()
    assert ask(admin, "text", 'device.model -eq "X1"').count('class="expression"') == 1
    wrong = ask(admin, "text", "device.model -is 1")
    assert "expected an operator" in wrong
    assert ">device.model -is 1</textarea>" in wrong


def test_a_filter_that_is_none_is_not_found(admin: Admin) -> None:
    admin.sign_in()
    assert "There is no such page" in ask(admin, "rows", more={"filter": "users.includeUsers"})
