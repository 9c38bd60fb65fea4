"""Random filter rules with their meaning in plain `if`s, to hold the language against.

Everything is small on purpose (texts over two letters), so that random operands meet random values
in every way: equal, beginning, end, part, none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from hypothesis import strategies as st

from ostiary.conditions.rule_evaluation import NULL, UNKNOWN, UNREADABLE, PropertyValue
from ostiary.conditions.rule_language import (
    ALL_OPERATORS,
    EQUALITY,
    Operator,
    Property,
    PropertyKind,
    Rule,
    Vocabulary,
    parse_rule,
)

Device: TypeAlias = Mapping[str, PropertyValue]
Meaning: TypeAlias = Callable[[Device], bool | None]

FIRST = Property("first", PropertyKind.TEXT, ALL_OPERATORS)
SECOND = Property("second", PropertyKind.TEXT, ALL_OPERATORS)
GATED = Property("gated", PropertyKind.TEXT, ALL_OPERATORS)
LABELS = Property("labels", PropertyKind.TEXT_COLLECTION, ALL_OPERATORS)
FLAG = Property("flag", PropertyKind.BOOLEAN, EQUALITY, nullable=False)
TRUST = Property("trust", PropertyKind.TEXT, EQUALITY, words=("A", "Ba"))
PROPERTIES = (FIRST, SECOND, GATED, LABELS, FLAG, TRUST)
SMALL = Vocabulary("v.", {found.name: found for found in PROPERTIES})

LETTERS = "abAB"


@dataclass(frozen=True)
class Spoken:
    """A rule as text, and what it means."""

    text: str
    meaning: Meaning

    @property
    def rule(self) -> Rule:
        """The rule as the language reads it."""
        return parse_rule(self.text, SMALL)


def rules(*properties: Property, longest: int = 3, leaves: int = 5) -> st.SearchStrategy[Spoken]:
    """Draws rules of up to `leaves` comparisons of `properties` with short texts."""
    comparisons = st.sampled_from(properties).flatmap(lambda found: _comparisons(found, longest))
    return st.recursive(comparisons, _joined, max_leaves=leaves)


def _comparisons(found: Property, longest: int) -> st.SearchStrategy[Spoken]:
    operators = st.sampled_from(sorted(found.operators, key=lambda each: each.value))
    return operators.flatmap(
        lambda operator: _operands(found, operator, longest).map(
            lambda operand: _comparison(found, operator, operand)
        )
    )


def _operands(
    found: Property, operator: Operator, longest: int
) -> st.SearchStrategy[str | bool | list[str] | None]:
    texts = st.text(LETTERS, max_size=longest)
    if operator.takes_list:
        return st.lists(texts, min_size=1, max_size=3)
    if found.kind is PropertyKind.BOOLEAN:
        return st.booleans()
    if found.words:
        return st.sampled_from([*found.words, "z"])
    return texts if operator not in EQUALITY else st.one_of(texts, texts, texts, st.none())


def _comparison(
    found: Property, operator: Operator, operand: str | bool | list[str] | None
) -> Spoken:
    written = "null" if operand is None else str(operand)
    if isinstance(operand, str):
        written = f'"{operand}"'
    if isinstance(operand, list):
        written = "[" + ", ".join(f'"{text}"' for text in operand) + "]"
    return Spoken(
        f"v.{found.name} {operator.value} {written}",
        lambda device: compared(found, operator.value, operand, device[found.name]),
    )


def compared(
    found: Property, operator: str, operand: str | bool | list[str] | None, value: PropertyValue
) -> bool | None:
    """Says what a comparison of a value is, case by case from the documentation."""
    if value is UNKNOWN:
        return None
    if value is UNREADABLE:
        return False
    elements = list(value) if isinstance(value, tuple) else [] if value is NULL else [str(value)]
    elements = [element.lower() for element in elements]
    if operand is None:
        return (elements == []) == (operator == "-eq")
    if operator.startswith(("-ne", "-not")):
        opposite = "-eq" if operator == "-ne" else "-" + operator[4].lower() + operator[5:]
        return not compared(found, opposite, operand, value)
    wanted = [each.lower() for each in (operand if isinstance(operand, list) else [str(operand)])]
    whole = found is LABELS and operator == "-contains"
    return any(
        _matches("-eq" if whole else operator, element, want)
        for element in elements
        for want in wanted
    )


def _matches(operator: str, element: str, want: str) -> bool:
    if operator in ("-eq", "-in"):
        return element == want
    if operator == "-startsWith":
        return element[: len(want)] == want
    if operator == "-endsWith":
        return element[max(0, len(element) - len(want)) :] == want
    return want in element


def _joined(inner: st.SearchStrategy[Spoken]) -> st.SearchStrategy[Spoken]:
    return st.one_of(
        inner.map(lambda each: Spoken(f"-not ({each.text})", _negated(each.meaning))),
        st.tuples(inner, inner).map(
            lambda two: Spoken(
                f"({two[0].text}) -and ({two[1].text})",
                lambda device: _both(two[0].meaning(device), two[1].meaning(device)),
            )
        ),
        st.tuples(inner, inner).map(
            lambda two: Spoken(
                f"({two[0].text}) -or ({two[1].text})",
                lambda device: _either(two[0].meaning(device), two[1].meaning(device)),
            )
        ),
    )


def _negated(meaning: Meaning) -> Meaning:
    def negated(device: Device) -> bool | None:
        result = meaning(device)
        return None if result is None else not result

    return negated


def _both(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def _either(left: bool | None, right: bool | None) -> bool | None:
    if left is True or right is True:
        return True
    return None if left is None or right is None else False
