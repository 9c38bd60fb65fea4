"""Sets of values in few words: *only from `HQ` or `Branch`*, *not from `Lab`, unless compliant*.

A set is put together from *atoms*, sets that have a name: those of a location, of a device filter,
of a group. What a few atoms cannot say exactly is told as a number of combinations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

Bits: TypeAlias = int
MOST_ATOMS = 6
"""Names in one phrase; more nobody would read."""


@dataclass(frozen=True, slots=True)
class Atom:
    """A set of values and its name."""

    values: Bits
    name: str


@dataclass(frozen=True, slots=True)
class Style:
    """How a set is introduced: what is in it, what is not; what its values are called."""

    within: str
    outside: str
    noun: str
    minus: str = ""
    """How some of it is left out again; empty: `outside` is added with *and*."""


def described(wanted: Bits, everything: Bits, atoms: Sequence[Atom], style: Style) -> str:
    """Name a set that is neither empty nor everything, by itself or by what is left out."""
    inside = _difference(wanted, everything, atoms)
    outside = _difference(everything & ~wanted, everything, atoms)
    if inside is not None and (outside is None or _length(inside) <= _length(outside)):
        return _put_together(*inside, style)
    if outside is not None:
        return _left_out(*outside, style)
    some, of_all = wanted.bit_count(), everything.bit_count()
    return style.within.format(f"{some:,} of {of_all:,} {style.noun}")


def _length(found: tuple[list[str], list[str]]) -> int:
    return len(found[0]) + len(found[1])


def _put_together(chosen: list[str], without: list[str], style: Style) -> str:
    """Say `only from this or that`, or `only from this, and not from the other`."""
    text = style.within.format(one_of(chosen))
    if without and style.minus:
        return style.minus.format(text, one_of(without))
    return f"{text} and {style.outside.format(one_of(without))}" if without else text


def _left_out(chosen: list[str], without: list[str], style: Style) -> str:
    """Say `not from this or that`, or `not from this, unless from the other too`."""
    text = style.outside.format(one_of(chosen))
    unless = style.within.removeprefix("only ").format(one_of(without))
    return f"{text} unless {unless}" if without else text


def _difference(
    wanted: Bits, everything: Bits, atoms: Sequence[Atom]
) -> tuple[list[str], list[str]] | None:
    """Write a set as some atoms without some others; few names, or None."""
    usable = [each for each in atoms if 0 < each.values & everything != everything]
    plain = _covering(wanted, [each for each in usable if not each.values & ~wanted & everything])
    if plain is not None:
        return [each.name for each in plain], []
    apart = [each for each in usable if not each.values & wanted]
    out = 0
    for each in apart:
        out |= each.values
    into = [
        each
        for each in usable
        if each.values & wanted and not each.values & ~out & ~wanted & everything
    ]
    chosen = _covering(wanted, into)
    if chosen is None:
        return None
    reached = 0
    for each in chosen:
        reached |= each.values
    without = _covering(reached & ~wanted & everything, apart)
    if without is None or len(chosen) + len(without) > MOST_ATOMS:
        return None
    return [each.name for each in chosen], [each.name for each in without]


def _covering(wanted: Bits, atoms: Sequence[Atom]) -> list[Atom] | None:
    """Choose few atoms that together have all of a set, the largest gain first."""
    chosen: list[Atom] = []
    left = wanted
    while left:
        best = max(atoms, key=lambda each: (each.values & left).bit_count(), default=None)
        if best is None or not best.values & left or len(chosen) == MOST_ATOMS:
            return None
        chosen.append(best)
        left &= ~best.values
    return chosen or None


def one_of(names: Sequence[str]) -> str:
    """List names of which any one will do."""
    return _joined(names, "or")


def listed(names: Sequence[str], *, most: int = 3) -> str:
    """List names, the first ones only where there are many."""
    if len(names) <= most:
        return _joined(names, "and")
    return f"{', '.join(names[:most])} and {len(names) - most:,} more"


def _joined(names: Sequence[str], word: str) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {word} {names[-1]}"
