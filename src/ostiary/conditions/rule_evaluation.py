"""What a filter rule says of one device or one set of attributes.

A missing property has its own meaning here (entra-docs, concept-condition-filters-for-devices,
"Policy behavior with filter for devices"): see `Absent`. All else is two-valued logic over texts
compared without regard to case, made three-valued (Kleene) by facts that nobody knows.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TypeAlias

from ostiary.conditions.rule_tree import Comparison, Expression, Not, Or, Rule
from ostiary.conditions.rule_vocabulary import Operator, PropertyKind


class Absent(Enum):
    """Why a property has no value.

    NULL: it has none, or the device is not registered. Positive operators are false, negative
    ones true; `-eq null` is true, `-ne null` false.

    UNREADABLE: an extension attribute of a registered device that is neither managed, compliant
    nor hybrid joined. Every comparison is false, a negative one as well (last row of the table:
    the filter applies only if the device is compliant or hybrid joined). Under `-not` the page
    says nothing: here the plain false is inverted.

    UNKNOWN: the sign-in does not tell. The comparison is neither true nor false.
    """

    NULL = "null"
    UNREADABLE = "unreadable"
    UNKNOWN = "unknown"


NULL = Absent.NULL
UNREADABLE = Absent.UNREADABLE
UNKNOWN = Absent.UNKNOWN

PropertyValue: TypeAlias = str | bool | tuple[str, ...] | Absent
"""What a property holds. An empty collection is the same as NULL: the directory stores none."""

Values: TypeAlias = Callable[[str], PropertyValue]
"""Gives the value of the property with this name (`Property.name`)."""

Verdict: TypeAlias = Callable[[Values], bool | None]


def holds(rule: Rule, values: Values) -> bool | None:
    """Tell whether `rule` is true of `values`; None where a missing fact decides.

    Compile a rule that is asked of many values once instead.
    """
    return compile_rule(rule)(values)


def compile_rule(rule: Rule) -> Verdict:
    """Give the function of property values that the rule is: True, False or None (unknown)."""
    return _compiled(rule.expression)


def comparison_test(comparison: Comparison) -> Callable[[PropertyValue], bool | None]:
    """Give the function of the one property value that the comparison is.

    A negative operator is true where the positive one is not. A collection satisfies a positive
    operator if any of its elements does.
    """
    negative = comparison.operator.negative
    if comparison.operand is None:
        return _null_test(negative=negative)
    accepts = _text_test(comparison)

    def test(value: PropertyValue) -> bool | None:
        if isinstance(value, str):
            return accepts(value.casefold()) is not negative
        if value is True:
            return accepts("true") is not negative
        if value is False:
            return accepts("false") is not negative
        if isinstance(value, tuple):
            return any(accepts(element.casefold()) for element in value) is not negative
        return _of_absent(value, of_null=negative)

    return test


def _null_test(*, negative: bool) -> Callable[[PropertyValue], bool | None]:
    """A comparison with null asks for a value (groups-dynamic-membership, "Use of Null values")."""

    def test(value: PropertyValue) -> bool | None:
        if isinstance(value, Absent):
            return _of_absent(value, of_null=not negative)
        return (value == ()) is not negative

    return test


def _of_absent(value: Absent, *, of_null: bool) -> bool | None:
    if value is UNKNOWN:
        return None
    return of_null and value is NULL


def _text_test(comparison: Comparison) -> Callable[[str], bool]:
    """Give the positive operator as a function of one text in folded case."""
    operand = comparison.operand
    if isinstance(operand, tuple):
        return frozenset(text.casefold() for text in operand).__contains__
    wanted = str(operand).casefold()
    operator = comparison.operator.positive
    if operator is Operator.STARTS_WITH:
        return lambda text: text.startswith(wanted)
    if operator is Operator.ENDS_WITH:
        return lambda text: text.endswith(wanted)
    if operator is Operator.CONTAINS and comparison.property.kind is PropertyKind.TEXT:
        return lambda text: wanted in text
    return wanted.__eq__


def _compiled(expression: Expression) -> Verdict:
    if isinstance(expression, Comparison):
        return _comparison(expression)
    if isinstance(expression, Not):
        return _inverted(_compiled(expression.operand))
    verdicts = tuple(_compiled(operand) for operand in expression.operands)
    # Both are one loop: -and stops at the first false, -or at the first true.
    return _joined(verdicts, decisive=isinstance(expression, Or))


def _comparison(comparison: Comparison) -> Verdict:
    name = comparison.property.name
    test = comparison_test(comparison)
    return lambda values: test(values(name))


def _inverted(verdict: Verdict) -> Verdict:
    def inverted(values: Values) -> bool | None:
        result = verdict(values)
        return None if result is None else not result

    return inverted


def _joined(verdicts: tuple[Verdict, ...], *, decisive: bool) -> Verdict:
    def joined(values: Values) -> bool | None:
        result: bool | None = not decisive
        for verdict in verdicts:
            part = verdict(values)
            if part is decisive:
                return decisive
            if part is None:
                result = None
        return result

    return joined
