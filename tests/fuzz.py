"""Holds the engine against the oracle for as many cases as wanted: `python -m tests.fuzz`.

Failing cases are made small and written to `tests/regressions/`, where the tests run them from
then on. Exit code 1 when there was one.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from time import monotonic

import ostiary
from tests.oracle.duel import Tenant, disagreements
from tests.oracle.generate import cases
from tests.oracle.report import written
from tests.oracle.shapes import Json

SIGN_INS = 16
SEEDS_PER_CHUNK = 125
# Beyond this many a bug has been seen often enough; making cases small takes longest.
MOST_WRITTEN = 20
# Far from the seeds of the tests, which start at 0.
FIRST_SEED = 10_000_000


def engine(document: Json) -> Tenant:
    """The engine under test, loaded with a tenant document and its policies."""
    return ostiary.load_tenant(document, catalogue=ostiary.NO_CATALOGUE)


def failing_seeds(first: int) -> list[tuple[int, int]]:
    """Seeds of one chunk with the position of their first failing case."""
    found: list[tuple[int, int]] = []
    for seed in range(first, first + SEEDS_PER_CHUNK):
        drawn = cases(seed, SIGN_INS)
        differing = disagreements(engine, drawn)
        if differing:
            found.append((seed, drawn.index(differing[0][0])))
    return found


def run(how_many: int, jobs: int, seed: int) -> int:
    """Runs at least `how_many` cases and returns how many seeds failed."""
    chunks = -(-how_many // (SIGN_INS * SEEDS_PER_CHUNK))
    firsts = range(seed, seed + chunks * SEEDS_PER_CHUNK, SEEDS_PER_CHUNK)
    began = monotonic()
    failed = 0
    for number, found in enumerate(_answers(firsts, jobs), start=1):
        for failing_seed, position in found:
            failed += 1
            if failed <= MOST_WRITTEN:
                case = cases(failing_seed, SIGN_INS)[position]
                say(f"\n{written(engine, failing_seed, case)}\n")
        done = number * SIGN_INS * SEEDS_PER_CHUNK
        rate = done / (monotonic() - began)
        say(f"\r{done:,} cases, {rate:,.0f} a second, {failed} failing seeds")
    say("\n")
    return failed


def _answers(firsts: range, jobs: int) -> Iterator[list[tuple[int, int]]]:
    if jobs == 1:
        yield from map(failing_seeds, firsts)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(failing_seeds, firsts)


def say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=FIRST_SEED, help="the first seed")
    asked = parser.parse_args()
    return 1 if run(asked.cases, asked.jobs, asked.seed) else 0


if __name__ == "__main__":
    sys.exit(main())
