"""Whether gaps get wider or narrower, held against every sign-in of a small world."""

from __future__ import annotations

from collections.abc import Iterator

import ostiary
from ostiary.analysis.inquiry import inquire
from ostiary.analysis.prove_moves import moves
from ostiary.analysis.questions import matters
from tests.analysis.prove_cases import Small, everybody, query
from tests.analysis.prove_checking import GapTruths, enabled, gap_truths
from tests.analysis.prove_grid import Grid, Truths
from tests.analysis.prove_policies import draft


def move_complaints(small: Small) -> Iterator[str]:
    """Give everything that is wrong with how a gap is said to move from policies to a draft."""
    asked, new = query(small), draft(small)
    if asked.asked.never_block:
        return
    document = {**small.document, "conditionalAccessPolicies": new}
    drafted = ostiary.load_tenant(document, catalogue=ostiary.NO_CATALOGUE).compiled
    old_policies, new_policies = small.compiled.policies, drafted.policies
    (matter,) = matters(asked.asked, small.names)
    both = small.compiled.with_policies([*old_policies, *new_policies])
    inquiry = inquire(both, matter, small.names)
    policies = [*small.policies, *new, asked.policy]
    people = everybody(small, policies)
    if asked.only is not None:
        people = [each for each in people if each.id in asked.only and not each.eligible]
    if inquiry is None or not people:
        return
    terrain = inquiry.prover.terrain
    grid = Grid(terrain, policies, people, asked.targets, small.values, small.rng)
    asking, shift = 1 << (len(policies) - 1), len(small.policies)
    before, after = (
        gap_truths(grid, asking, preventing, never_block=False)
        for preventing in (enabled(small.policies), enabled(new) << shift)
    )
    found = moves(old_policies, new_policies, small.compiled, [matter])
    if found is None or before.unsure.any() or after.unsure.any():
        return
    for what, said, cells in (
        ("wider", found.wider, _exceeds(after, before)),
        ("narrower", found.narrower, _exceeds(before, after)),
    ):
        if cells.any() and not said:
            yield f"not said to be {what}: {grid.told(cells)}"
        if said and not cells.any() and not grid.thinned:
            yield f"said to be {what}, and is nowhere"


def _exceeds(one: GapTruths, other: GapTruths) -> Truths:
    return (one.sure & ~other.sure) | (one.maybe & ~other.maybe)
