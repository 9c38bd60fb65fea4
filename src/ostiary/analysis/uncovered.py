"""What a set of covers leaves open: users × targets × circumstances, in few rectangles.

A cover says: for these users, at these targets, all circumstances of this box are taken care of.
Users and targets are many and their sets ragged, so they are split without overlap (rows), while
the circumstances of each split are kept as a region. At the end rows with a box in common are put
together again, as wide as possible.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ostiary.analysis.boxes import Box, Region, Space

MOST_COMPARED = 300
"""Openings up to which each is checked for being needed beside all others; nobody reads more."""
Bits: TypeAlias = int
"""A set of classes, one bit each."""
Rows: TypeAlias = dict[Bits, Bits]
"""Sets of targets -> the users for which exactly these count. No user counts twice."""


@dataclass(frozen=True, slots=True)
class Cover:
    """Users, targets and circumstances of which every combination is taken care of."""

    users: Bits
    targets: Bits
    box: Box


@dataclass(frozen=True, slots=True)
class Opening:
    """Users, targets and circumstances of which no combination is taken care of."""

    users: Bits
    targets: Bits
    box: Box

    def to_cover(self) -> Cover:
        """Give it as something to be taken out elsewhere."""
        return Cover(self.users, self.targets, self.box)


@dataclass(frozen=True, slots=True)
class Domain:
    """What is asked about. `rows`: which users can reach which targets at all."""

    rows: Rows
    box: Box

    @property
    def users(self) -> Bits:
        """Give everybody who is asked about."""
        everybody = 0
        for users in self.rows.values():
            everybody |= users
        return everybody

    @property
    def targets(self) -> Bits:
        """Give every target that is asked about."""
        everything = 0
        for targets in self.rows:
            everything |= targets
        return everything


def uncovered(
    space: Space,
    domain: Domain,
    covers: Sequence[Cover],
    *,
    impossible: Sequence[Cover] = (),
) -> tuple[Opening, ...]:
    """Give what the covers leave open, in rectangles that cannot be widened, none to spare.

    What is `impossible` need not be shown, but may lie in a rectangle.
    Broad covers had better come first. Raises TooManyBoxes where it is too ragged to be shown.
    """
    open_ = remaining(space, domain, covers)
    wanted = _wanted(space, open_, impossible)
    found: dict[Opening, None] = {}
    for box, rows in wanted.items():
        meeting = [each for each in covers if not space.empty(each.box & box)]
        for targets, users in rows.items():
            found.setdefault(_widened(Opening(users, targets, box), domain, meeting))
    kept = needed(space, domain, tuple(found), impossible)
    return tuple(_reachable(domain, each, impossible) for each in kept)


def shown(
    space: Space, domain: Domain, covers: Sequence[Cover], impossible: Sequence[Cover]
) -> bool:
    """Tell whether the covers leave anything open that can occur."""
    return bool(_wanted(space, remaining(space, domain, covers), impossible))


def taking(space: Space, domain: Domain, covers: Sequence[tuple[int, Cover]]) -> tuple[int, ...]:
    """Give the numbers of the covers that together take everything, in their order."""
    state = remaining(space, domain, ())
    found: dict[int, None] = {}
    for number, cover in covers:
        before = {region: dict(rows) for region, rows in state.items()}
        _take(space, state, cover)
        if state != before:
            found[number] = None
    return tuple(found)


def remaining(space: Space, domain: Domain, covers: Sequence[Cover]) -> dict[Region, Rows]:
    """Take every cover out of the domain; gives the regions left, each with its users and targets.

    Broad covers had better come first: most of a tenant is then done with after a few of them.
    """
    state: dict[Region, Rows] = {space.region((domain.box,)): dict(domain.rows)}
    if space.empty(domain.box):
        return {}
    for cover in concerning(space, domain, covers):
        _take(space, state, cover)
    return state


def concerning(space: Space, domain: Domain, covers: Iterable[Cover]) -> list[Cover]:
    """Give the covers that meet the domain at all."""
    users, targets, box = domain.users, domain.targets, domain.box
    return [
        each
        for each in covers
        if each.users & users and each.targets & targets and not space.empty(each.box & box)
    ]


def broadest_first(space: Space, covers: Sequence[Cover]) -> list[Cover]:
    """Sort covers by how much they take."""
    return sorted(covers, key=lambda each: -breadth(space, each))


def _take(space: Space, state: dict[Region, Rows], cover: Cover) -> None:
    for region, rows in tuple(state.items()):
        touched = [
            (targets, users)
            for targets, users in rows.items()
            if users & cover.users and targets & cover.targets
        ]
        if touched:
            left = space.without(region, cover.box)
            if left is not region:
                _split(state, region, left, touched, cover)


def breadth(space: Space, cover: Cover) -> float:
    """Tell how much a cover takes of everything, in classes."""
    breadth = float(cover.users.bit_count() * cover.targets.bit_count())
    for field in space.fields:
        breadth *= (cover.box & field).bit_count() / field.bit_count()
    return breadth


def _split(
    state: dict[Region, Rows],
    region: Region,
    left: Region,
    touched: Sequence[tuple[Bits, Bits]],
    cover: Cover,
) -> None:
    """Move the users and targets of a cover from one region to what is left of it."""
    rows = state[region]
    moved = state.setdefault(left, {}) if left else {}
    for targets, users in touched:
        stay = users & ~cover.users
        if stay:
            rows[targets] = stay
        else:
            del rows[targets]
    for targets, users in touched:
        _add(rows, targets & ~cover.targets, users & cover.users)
        _add(moved, targets & cover.targets, users & cover.users)
    if not rows:
        del state[region]


def _add(rows: Rows, targets: Bits, users: Bits) -> None:
    if targets:
        rows[targets] = rows.get(targets, 0) | users


def _wanted(
    space: Space, open_: dict[Region, Rows], impossible: Sequence[Cover]
) -> dict[Box, Rows]:
    """Choose boxes for every region, and note for each box whom it is needed for, and where."""
    wanted: dict[Box, Rows] = {}
    for region, rows in open_.items():
        for kinds, part in _by_impossibility(rows, impossible).items():
            ignored = [impossible[number].box for number in kinds]
            for box in space.cover(region, ignored):
                _join(wanted.setdefault(box, {}), part)
    return wanted


def _by_impossibility(rows: Rows, impossible: Sequence[Cover]) -> dict[tuple[int, ...], Rows]:
    """Sort rows by what cannot happen to all of their users at all of their targets."""
    found: dict[tuple[int, ...], Rows] = {(): dict(rows)}
    for number, each in enumerate(impossible):
        for kinds, part in tuple(found.items()):
            inside: Rows = {}
            outside: Rows = {}
            for targets, users in part.items():
                _add(inside, targets & each.targets, users & each.users)
                _add(outside, targets & ~each.targets, users & each.users)
                _add(outside, targets, users & ~each.users)
            del found[kinds]
            for key, sorted_rows in (((*kinds, number), inside), (kinds, outside)):
                kept = {targets: users for targets, users in sorted_rows.items() if users}
                if kept:
                    found[key] = kept
    return found


def _join(rows: Rows, more: Rows) -> None:
    """Add targets for users who may have some already."""
    for targets, users in more.items():
        rest = users
        for have, who in tuple(rows.items()):
            both = who & rest
            if not both:
                continue
            rest &= ~both
            if have | targets == have:
                continue
            if who == both:
                del rows[have]
            else:
                rows[have] = who & ~both
            rows[have | targets] = rows.get(have | targets, 0) | both
        _add_users(rows, targets, rest)


def _add_users(rows: Rows, targets: Bits, users: Bits) -> None:
    if users:
        rows[targets] = rows.get(targets, 0) | users


def _widened(opening: Opening, domain: Domain, meeting: Sequence[Cover]) -> Opening:
    """Take in every target that is open to all of these users, then every user to whom all are.

    INVARIANT: it cannot be widened afterwards: what a later step takes in only binds an earlier
    one more tightly.
    """
    targets = domain.targets
    for each in meeting:
        if each.users & opening.users:
            targets &= ~each.targets
    users = domain.users
    for each in meeting:
        if each.targets & targets:
            users &= ~each.users
    return Opening(users, targets, opening.box)


def needed(
    space: Space, domain: Domain, openings: Sequence[Opening], impossible: Sequence[Cover]
) -> tuple[Opening, ...]:
    """Leave out every rectangle that the others hold among them; small ones are given up first.

    Of more than `MOST_COMPARED` none is left out.
    """
    kept = sorted(openings, key=lambda each: breadth(space, each.to_cover()), reverse=True)
    for opening in reversed(tuple(kept) if len(kept) <= MOST_COMPARED else ()):
        others = [each for each in kept if each is not opening]
        if not _shows_more(space, domain, opening, (*others, *impossible)):
            kept = others
    return tuple(kept)


def _reachable(domain: Domain, opening: Opening, impossible: Sequence[Cover]) -> Opening:
    """Leave out users who reach none of the targets, and targets that none of the users reach.

    Neither does anybody to whom all of it is impossible, and nothing is reached like that.
    """
    for each in impossible:
        if opening.box & ~each.box:
            continue
        if not opening.targets & ~each.targets:
            opening = Opening(opening.users & ~each.users, opening.targets, opening.box)
        elif not opening.users & ~each.users:
            opening = Opening(opening.users, opening.targets & ~each.targets, opening.box)
    users = targets = 0
    for there, some in domain.rows.items():
        if there & opening.targets and some & opening.users:
            users |= some & opening.users
            targets |= there & opening.targets
    return Opening(users, targets, opening.box)


def _shows_more(
    space: Space, domain: Domain, opening: Opening, others: Iterable[Opening | Cover]
) -> bool:
    rows: Rows = {}
    for targets, users in domain.rows.items():
        _add_users(rows, targets & opening.targets, users & opening.users)
    rows.pop(0, None)
    meeting = [
        Cover(each.users, each.targets, each.box)
        for each in others
        if each.users & opening.users
        and each.targets & opening.targets
        and not space.empty(each.box & opening.box)
    ]
    return bool(remaining(space, Domain(rows, opening.box), broadest_first(space, meeting)))
