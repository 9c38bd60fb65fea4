"""The distinct comparisons of several filter rules, and the rules as formulas over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from ostiary.conditions.rule_evaluation import PropertyValue, comparison_test
from ostiary.conditions.rule_formulas import Formulas, Leaf
from ostiary.conditions.rule_tree import And, Comparison, Expression, Not, Operand, Rule
from ostiary.conditions.rule_vocabulary import Operator, Property

_Key: TypeAlias = tuple[str, Operator, str | bool | frozenset[str] | None]


@dataclass(frozen=True, slots=True)
class Question:
    """A comparison without its "not", asked once however many rules have it.

    `texts` are the texts it compares with: none for a boolean or null, several for a list.
    """

    number: int
    operator: Operator
    texts: tuple[str, ...]
    holds: Callable[[PropertyValue], bool | None]


class Questions:
    """What `rules` ask of the properties; `formulas` are the rules by number in `store`."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Number the comparisons and turn the rules into formulas."""
        self.store = Formulas()
        self._numbers: dict[_Key, int] = {}
        self._questions: dict[str, list[Question]] = {}
        self.formulas = tuple(self._formula(rule.expression, inverted=False) for rule in rules)
        self.properties: Mapping[str, Property] = {
            found.name: found for rule in rules for found in rule.properties
        }

    def of(self, name: str) -> Sequence[Question]:
        """Give the questions that are asked of the property `name`."""
        return self._questions.get(name, ())

    def _formula(self, expression: Expression, *, inverted: bool) -> int:
        """Turn an expression into a formula; `-not` is carried down to the comparisons."""
        if isinstance(expression, Comparison):
            return self._leaf(expression, inverted=inverted)
        if isinstance(expression, Not):
            return self._formula(expression.operand, inverted=not inverted)
        parts = [self._formula(each, inverted=inverted) for each in expression.operands]
        return self.store.joined(parts, every=isinstance(expression, And) is not inverted)

    def _leaf(self, comparison: Comparison, *, inverted: bool) -> int:
        negative = comparison.operator.negative
        return self.store.leaf(
            Leaf(self._number(comparison), negative is inverted, when_unreadable=inverted)
        )

    def _number(self, comparison: Comparison) -> int:
        positive = replace(comparison, operator=comparison.operator.positive)
        key = (positive.property.name, positive.operator, _folded(positive.operand))
        number = self._numbers.get(key)
        if number is None:
            number = len(self._numbers)
            self._numbers[key] = number
            question = Question(
                number, positive.operator, _texts(positive.operand), comparison_test(positive)
            )
            self._questions.setdefault(positive.property.name, []).append(question)
        return number


def _folded(operand: Operand) -> str | bool | frozenset[str] | None:
    if isinstance(operand, tuple):
        return frozenset(text.casefold() for text in operand)
    return operand.casefold() if isinstance(operand, str) else operand


def _texts(operand: Operand) -> tuple[str, ...]:
    if isinstance(operand, tuple):
        return operand
    return (operand,) if isinstance(operand, str) else ()
