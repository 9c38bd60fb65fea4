"""A filter rule that was understood, as a tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from ostiary.conditions.rule_vocabulary import Operator, Property

Operand: TypeAlias = str | bool | tuple[str, ...] | None
"""The right side of a comparison: a text, a boolean, a list of texts, or null."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`property operator operand`; `position` is where it starts in the rule."""

    property: Property
    operator: Operator
    operand: Operand
    position: int


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of an expression."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class And:
    """All of two or more expressions."""

    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of two or more expressions."""

    operands: tuple[Expression, ...]


Expression: TypeAlias = Comparison | Not | And | Or


@dataclass(frozen=True, slots=True)
class RuleWarning:
    """Something in a rule that is read, though Microsoft's reference says less or otherwise."""

    code: str
    message: str
    position: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A filter rule that was understood; `properties` in the order of their first use."""

    text: str
    expression: Expression
    properties: tuple[Property, ...]
    warnings: tuple[RuleWarning, ...] = ()
