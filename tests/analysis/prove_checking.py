"""What the prover says, held against every sign-in of a small world."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ostiary.analysis.inquiry import Inquiry, inquire
from ostiary.analysis.prove_gaps import statement
from ostiary.analysis.prove_results import Statement
from ostiary.analysis.questions import matters
from tests.analysis.prove_cases import Query, Small, everybody
from tests.analysis.prove_grid import Grid, Truths
from tests.analysis.prove_proofs import Satisfied
from tests.analysis.prove_world import spelled
from tests.oracle import expectation
from tests.oracle.shapes import Json, part, texts


def enabled(policies: Sequence[Json]) -> int:
    """The policies that are on, as bits."""
    return sum(1 << n for n, policy in enumerate(policies) if policy["state"] == "enabled")


def union(grid: Grid, parts: Iterable[Truths]) -> Truths:
    """Everything that lies in some rectangle."""
    whole: Truths = np.zeros(grid.shape, dtype=np.bool_)
    for each in parts:
        whole |= each
    return whole


def gap_complaints(small: Small, asked: Query) -> Iterator[str]:
    """Give everything that is wrong with the answer to one question about people."""
    (matter,) = matters(asked.asked, small.names)
    never = asked.asked.never_block
    inquiry = inquire(small.compiled, matter, small.names, never_block=never)
    policies = [*small.policies, asked.policy]
    people = everybody(small, policies)
    if asked.only is not None:
        people = [each for each in people if each.id in asked.only and not each.eligible]
    if inquiry is None or not people:
        assert (inquiry is None) == (not people)
        return
    terrain = inquiry.prover.terrain
    grid = Grid(terrain, policies, people, asked.targets, small.values, small.rng)
    yield from _rectangles(small, inquiry, grid)
    yield from _witnesses(small, inquiry, asked)


@dataclass(frozen=True)
class GapTruths:
    """Where somebody gets in without what is asked for: surely, and perhaps.

    `unsure`: where nobody knows whether a strength leads others.
    """

    sure: Truths
    maybe: Truths
    unsure: Truths


def gap_truths(grid: Grid, asking: int, preventing: int, *, never_block: bool) -> GapTruths:
    """Give what every sign-in of a world says to a question; policies are bits."""
    question, against = np.uint32(asking), np.uint32(preventing)

    def lacking(way: Satisfied) -> tuple[int, int] | None:
        return None if way.plain & asking else (way.plain, way.waived)

    surely = ((grid.lower & question) > 0) & ~grid.doubted & grid.possible
    perhaps = ((grid.upper & question) > 0) & grid.possible
    in_for_sure = grid.exists(grid.upper & against, lacking)
    in_perhaps = grid.exists(grid.lower & against, lacking)
    # Where it is unknown whether a strength leads, others give way to it or do not.
    leaders = np.uint32(grid.leading)
    led = (grid.upper ^ grid.lower) & leaders
    unsure = grid.registering & (led > 0)
    if unsure.any():
        in_for_sure &= ~unsure | grid.exists(grid.upper & ~led & against, lacking)
        in_perhaps |= unsure & grid.exists((grid.lower | led) & against, lacking)
    if never_block:
        return GapTruths(surely & ~in_perhaps, perhaps & ~in_for_sure, unsure)
    return GapTruths(surely & in_for_sure, perhaps & in_perhaps, unsure)


def _rectangles(small: Small, inquiry: Inquiry, grid: Grid) -> Iterator[str]:
    asking, preventing = 1 << len(small.policies), enabled(small.policies)
    truths = gap_truths(grid, asking, preventing, never_block=inquiry.never_block)
    sure, maybe, unsure = truths.sure, truths.maybe, truths.unsure
    # There the prover need not find out that it matters to nobody: it may say it cannot tell.
    solution = inquiry.solution
    opens, doubts = grid.inside(solution.open), grid.inside(solution.undecided)
    is_open, is_doubted = union(grid, opens), union(grid, doubts)
    yield from _wrong("claimed to be open", grid, is_open & grid.possible & ~sure)
    yield from _wrong("open and not found", grid, sure & ~is_open & ~(unsure & is_doubted))
    yield from _wrong("said to be undecided", grid, is_doubted & grid.possible & ~maybe & ~unsure)
    yield from _wrong("undecided and not said", grid, maybe & ~is_open & ~is_doubted)
    if not grid.thinned:
        yield from _to_spare("open", grid, opens)
        yield from _to_spare("undecided", grid, doubts, beside=is_open)


def _wrong(what: str, grid: Grid, cells: Truths) -> Iterator[str]:
    if cells.any():
        yield f"{what}: {grid.told(cells)}"


def _to_spare(
    what: str, grid: Grid, parts: list[Truths], beside: Truths | None = None
) -> Iterator[str]:
    alone = grid.possible & (np.sum(parts, axis=0) == 1) if parts else grid.possible
    for number, each in enumerate(parts):
        if not (alone & each if beside is None else alone & each & ~beside).any():
            yield f"{what} statement {number} of {len(parts)} is to spare"


def _witnesses(small: Small, inquiry: Inquiry, asked: Query) -> Iterator[str]:
    solution = inquiry.solution
    for way in solution.open[:8]:
        told = statement(inquiry, way)
        if not told.witness.confirmed:
            yield f"not confirmed by the engine: {told.text}: {told.witness.request}"
        yield from _oracle_on(small, asked, told)
    for way in solution.undecided[:8]:
        told = statement(inquiry, way)
        if not told.doubts:
            yield f"no doubt is told: {told.text}"


def _oracle_on(small: Small, asked: Query, told: Statement) -> Iterator[str]:
    """Ask the oracle about the witness; newcomers are in a document of their own."""
    request = told.witness.request
    who = request["signInIdentity"].get("userId")
    people = {e.id: e for e in everybody(small, [*small.policies, asked.policy])}
    facts: Json = dict(part(request, "facts"))
    if "requestedScopes" in facts:
        facts["requestedScopes"] = spelled(small.document, texts(facts, "requestedScopes"))
    if "x509IssuerSki" in facts:  # nor the case of a key identifier
        facts["x509IssuerSki"] = str(facts["x509IssuerSki"]).upper()
    found = expectation(people[who].tenant, small.policies, request, facts)
    granted = found["outcome"] == "grant"
    if granted == asked.asked.never_block:
        yield f"the oracle says {found['outcome']} to {told.text}: {request}"
