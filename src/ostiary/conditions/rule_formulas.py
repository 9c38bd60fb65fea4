"""Boolean formulas over numbered tests, decided step by step.

Finding samples (`rule_samples`) means to decide the comparisons of all rules property by property
and to keep one way to each distinct remainder. For that, equal remainders must be found equal
fast: every formula is stored once and known by a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Outcome: TypeAlias = bool | None
"""How a test came out; None for a property that cannot be read (`Absent.UNREADABLE`)."""

FALSE = 0
TRUE = 1
"""The numbers of the two formulas that are decided."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One comparison: what it is where its test holds, and where its property is unreadable.

    Where the test does not hold it is the opposite of `when_true`. `when_unreadable` differs
    because a negative operator is then false like a positive one.
    """

    test: int
    when_true: bool
    when_unreadable: bool


@dataclass(frozen=True, slots=True)
class Junction:
    """All (`every`) or any of two or more formulas, by number."""

    every: bool
    parts: frozenset[int]


class Assumption:
    """Outcomes of some tests, with the formulas already decided under them."""

    def __init__(self, outcomes: Mapping[int, Outcome]) -> None:
        """Assume `outcomes`, by the number of the test; the other tests stay open."""
        self.outcomes = outcomes
        self.results: dict[int, int] = {}


class Formulas:
    """The store: formulas by number. FALSE and TRUE are in it from the start."""

    def __init__(self) -> None:
        """Start with nothing but the two constants."""
        self._formulas: list[Leaf | Junction | None] = [None, None]
        self._numbers: dict[Leaf | Junction, int] = {}

    def leaf(self, leaf: Leaf) -> int:
        """Give the number of a comparison."""
        return self._number(leaf)

    def joined(self, parts: Iterable[int], *, every: bool) -> int:
        """Give the number of "all of `parts`" or "any of `parts`", simplified."""
        neutral, decisive = (TRUE, FALSE) if every else (FALSE, TRUE)
        flat: set[int] = set()
        for part in parts:
            formula = self._formulas[part]
            if isinstance(formula, Junction) and formula.every is every:
                flat |= formula.parts
            else:
                flat.add(part)
        if decisive in flat:
            return decisive
        flat.discard(neutral)
        if not flat:
            return neutral
        return flat.pop() if len(flat) == 1 else self._number(Junction(every, frozenset(flat)))

    def under(self, assumption: Assumption, formula: int) -> int:
        """Give what is left of `formula` under `assumption`."""
        result = assumption.results.get(formula)
        if result is None:
            result = self._decided(assumption, formula)
            assumption.results[formula] = result
        return result

    def _decided(self, assumption: Assumption, number: int) -> int:
        formula = self._formulas[number]
        if formula is None:
            return number
        if isinstance(formula, Junction):
            parts = (self.under(assumption, part) for part in formula.parts)
            return self.joined(parts, every=formula.every)
        if formula.test not in assumption.outcomes:
            return number
        outcome = assumption.outcomes[formula.test]
        if outcome is None:
            return TRUE if formula.when_unreadable else FALSE
        return TRUE if outcome is formula.when_true else FALSE

    def _number(self, formula: Leaf | Junction) -> int:
        number = self._numbers.get(formula)
        if number is None:
            number = len(self._formulas)
            self._numbers[formula] = number
            self._formulas.append(formula)
        return number
