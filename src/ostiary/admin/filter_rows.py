"""A filter rule as rows (and/or, property, operator, value), and rows as a rule.

The rule is read by the engine's own parser, and what is written is read back by it: rows never
stand for another rule. A rule with parentheses or `-not` is edited as text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ostiary.conditions.rule_language import parse_rule
from ostiary.conditions.rule_tree import And, Comparison, Expression, Or
from ostiary.conditions.rule_vocabulary import (
    Operator,
    Property,
    PropertyKind,
    Vocabulary,
)
from ostiary.model.errors import InputError, OstiaryError, RuleError

JOINTS: Final = ("and", "or")
MOST: Final = 50
"""Rows; the limit is ours, a rule has at most 3,072 characters."""
_NAME: Final = re.compile(r"[\w.$]+")
_UNSPLIT: Final = frozenset(',"')


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison; `joint` is what joins it to the one before."""

    joint: str
    property: str
    operator: str
    value: str


@dataclass(frozen=True, slots=True)
class Rows:
    """A rule as rows; `problem` says why it cannot be read, `as_text` why not as rows."""

    rows: tuple[Row, ...] = ()
    problem: str = ""
    as_text: bool = False
    properties: tuple[str, ...] = ()
    """What rules may name; empty where any attribute can be named."""
    operators: tuple[str, ...] = ()


def rows_of(rule: str, vocabulary: Vocabulary) -> Rows:
    """Read a rule."""
    offered = _offered(vocabulary)
    if not rule.strip():
        return Rows(properties=offered, operators=OPERATORS)
    try:
        expression = parse_rule(rule, vocabulary).expression
    except RuleError as error:
        hint = f" ({error.hint})" if error.hint else ""
        return Rows((), f"{error.message}{hint}", False, offered, OPERATORS)
    rows = _flat(rule, expression, vocabulary)
    if rows is None:
        return Rows((), "", True, offered, OPERATORS)
    return Rows(rows, "", False, offered, OPERATORS)


def rule_of(rows: Sequence[Row], vocabulary: Vocabulary) -> str:
    """Write rows as a rule; rows without a property and a value are left out.

    Raises InputError, RuleError where a row cannot be written.
    """
    filled = [each for each in rows[:MOST] if each.property.strip() and each.value.strip()]
    parts: list[str] = []
    for number, row in enumerate(filled):
        joint = f"-{row.joint if row.joint in JOINTS else JOINTS[0]} " if number else ""
        parts.append(f"{joint}{_comparison(row, vocabulary)}")
    rule = " ".join(parts)
    if rule:
        parse_rule(rule, vocabulary)
    return rule


OPERATORS: Final = tuple(each.value for each in Operator)


def _offered(vocabulary: Vocabulary) -> tuple[str, ...]:
    return tuple(f"{vocabulary.prefix}{each.name}" for each in vocabulary.properties.values())


def _flat(rule: str, expression: Expression, vocabulary: Vocabulary) -> tuple[Row, ...] | None:
    """Give the comparisons of a rule in order, None where rows cannot say how they are joined."""
    alternatives = expression.operands if isinstance(expression, Or) else (expression,)
    rows: list[Row] = []
    for each in alternatives:
        together = each.operands if isinstance(each, And) else (each,)
        for number, part in enumerate(together):
            row = _row(rule, part, JOINTS[0] if number else JOINTS[1], vocabulary)
            if row is None:
                return None
            rows.append(row)
    return tuple(rows)


def _row(rule: str, part: Expression, joint: str, vocabulary: Vocabulary) -> Row | None:
    if not isinstance(part, Comparison) or part.operand is None:
        return None
    operand = part.operand
    if isinstance(operand, tuple):
        if any(_UNSPLIT & set(each) or each != each.strip() or not each for each in operand):
            return None
        value = ", ".join(operand)
    else:
        value = str(operand)
        if not value.strip() or value != value.strip():
            return None
    named = _NAME.match(rule, part.position)
    row = Row(joint, named[0] if named else "", part.operator.value, value)
    try:  # what cannot be written back is not shown as a row
        again = parse_rule(_comparison(row, vocabulary), vocabulary).expression
    except OstiaryError:
        return None
    same = isinstance(again, Comparison) and (again.operator, again.operand) == (
        part.operator,
        operand,
    )
    return row if same else None


def _comparison(row: Row, vocabulary: Vocabulary) -> str:
    found = vocabulary.find(row.property.strip())
    if found is None:
        raise InputError(
            f"expected a property such as `{vocabulary.example}`, came `{row.property[:60]}`"
        )
    operator = next((each for each in Operator if each.value == row.operator), Operator.EQUALS)
    return f"{row.property.strip()} {operator.value} {_operand(row.value, found, operator)}"


def _operand(value: str, found: Property, operator: Operator) -> str:
    if operator.takes_list:
        texts = [each.strip() for each in value.split(",") if each.strip()]
        return f"[{', '.join(map(_quoted, texts))}]"
    if found.kind is PropertyKind.BOOLEAN:
        return value.strip()
    return _quoted(value.strip())


def _quoted(text: str) -> str:
    """Put a text between quotation marks; a backtick keeps a double one, a single is doubled."""
    return '"{}"'.format(text.replace("'", "''").replace('"', '`"'))
