"""`python -m bench.prove`: proofs over the whole of a large tenant, every witness confirmed.

Each number of policies is measured in a process of its own, which builds and compiles the tenant
first; that is not timed. What is timed is the whole of one answer; telling its statements, each
with a witness that the engine then confirms, is timed apart, since statements are told when they
are looked at. Seconds are processor time, as in `bench.measure`; it all runs in one thread.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Any

import ostiary
from bench import names
from bench.names import Size
from bench.ours import Ours
from bench.policies import policies
from bench.tenant import synthetic_tenant
from ostiary.analysis.naming import Names
from ostiary.analysis.prove_compare import compare
from ostiary.analysis.prove_gaps import gaps
from ostiary.analysis.prove_lockout import lockout
from ostiary.analysis.prove_results import Statement
from ostiary.analysis.prove_shadowed import shadowed
from ostiary.analysis.questions import Asked
from ostiary.model.policy import Policy
from ostiary.tenant.catalogue import BUILT_IN

COUNTS = (195, 1_000)
QUICK_COUNTS = (20, 60)
MANAGEMENT = "Windows Azure Service Management API"
CHANGED = 5  # *MFA outside our network*, which becomes another policy of the same kind
MOST_TOLD = 200
"""Statements that are told, with their witnesses; a ragged tenant has ten thousand."""
MOST_FOR_ALL = 195
"""Policies up to which everything is measured; of 1,000 the other questions take minutes."""
RAGGED = "every gap to MFA, no policy asking everybody for it"
ASKS_FOR_MFA = frozenset({0, 4, 5})  # kinds: MFA, managed device or MFA, MFA outside the network
PROMISED = {
    ("every gap to MFA", 195): 2.0,
    ("every gap to MFA", 1_000): 30.0,
    ("lockout", 195): 0.3,
    ("lockout", 1_000): 0.3,
}


class NotConfirmed(Exception):
    """A witness that the engine does not confirm: the answer would be wrong."""


@dataclass(frozen=True, slots=True)
class Row:
    """One question on one tenant: seconds for the answer and for telling it, and what came."""

    what: str
    policies: int
    seconds: float
    told: float
    came: str
    peak: int


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 1 where a promise does not hold."""
    parser = argparse.ArgumentParser(prog="python -m bench.prove", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small tenant, few policies")
    parser.add_argument("--only", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.only:
        size = names.QUICK if asked.quick else names.FULL
        print(json.dumps([asdict(each) for each in _measured(asked.only, size)]))
        return 0
    lines = table(measure(quick=asked.quick))
    print("\n".join(lines))
    return 1 if any("**no**" in line for line in lines) else 0


def measure(*, quick: bool) -> list[Row]:
    """Measure every question on every number of policies, each number in its own process."""
    rows: list[Row] = []
    for count in QUICK_COUNTS if quick else COUNTS:
        print(f"bench: proofs over {count:,} policies …", file=sys.stderr, flush=True)
        asked = ["--only", str(count), *(["--quick"] if quick else [])]
        done = subprocess.run(  # noqa: S603  # our own interpreter and module
            [sys.executable, "-m", "bench.prove", *asked],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        rows += [Row(**each) for each in json.loads(done.stdout)]
    return rows


def table(rows: Iterable[Row]) -> list[str]:
    """Give one line a question, and whether it keeps its promise."""
    lines = [
        "| question | policies | seconds | statements told | came | peak memory | promise |",
        "|---|--:|--:|--:|---|--:|---|",
    ]
    for row in rows:
        bound = PROMISED.get((row.what, row.policies))
        holds = "" if bound is None else "yes" if row.seconds <= bound else "**no**"
        promise = f"≤ {bound:g} s: {holds}" if bound else ""
        peak = f"{row.peak / 1e6:,.0f} MB"
        lines.append(
            f"| {row.what} | {row.policies:,} | {row.seconds:.2f} | {row.told:.2f} s | {row.came} "
            f"| {peak} | {promise} |"
        )
    return lines


def section(lines: Sequence[str]) -> list[str]:
    """Give the part of docs/benchmarks.md about proofs."""
    return [
        "## Proofs",
        "",
        "Answers over every possible sign-in, 100,000 users and 500 applications, in seconds of",
        "processor time (one thread). Loading and compiling the tenant are not timed. Statements",
        f"are told when they are looked at: the widest {MOST_TOLD} were, and the engine confirmed",
        "the witness of each.",
        "",
        *lines,
    ]


def _measured(count: int, size: Size) -> list[Row]:
    document = synthetic_tenant(count, size)
    ours = Ours.load(document)
    known = Names(
        ours.compiled.directory,
        BUILT_IN.application_names,
        BUILT_IN.role_names,
        BUILT_IN.applications,
    )
    rows = [_gaps("every gap to MFA", ours, known, Asked(), count)]
    management = Asked(resources=(MANAGEMENT,))
    rows.append(_gaps("gaps to MFA for Azure management", ours, known, management, count))
    seconds, locked = _timed(lambda: lockout(ours.compiled, known))
    rows.append(_row("lockout", count, seconds, 0, locked.verdict.value))
    if count > MOST_FOR_ALL:
        return rows
    rows.append(_compared(ours, known, document, size, count))
    ragged = Ours(
        ours.tenant,
        ours.compiled.with_policies(
            [p for n, p in enumerate(ours.compiled.policies) if n % 24 not in ASKS_FOR_MFA]
        ),
    )
    rows.append(_gaps(RAGGED, ragged, known, Asked(), count))
    seconds, shadows = _timed(lambda: shadowed(ours.compiled))
    found = sum(each.shadowed is True for each in shadows.policies)
    came = f"{found} of {len(shadows.policies)} shadowed"
    rows.append(_row("shadowed", count, seconds, 0, came))
    return rows


def _gaps(what: str, ours: Ours, known: Names, asked: Asked, count: int) -> Row:
    seconds, answer = _timed(lambda: gaps(ours.compiled, asked, known))
    told, _ = _timed(lambda: _confirm(answer.open))
    ragged = ", too ragged to tell all" if answer.unknown else ""
    came = f"{answer.verdict.value}: {len(answer.open):,} statements{ragged}"
    if answer.undecided:
        came += f", {len(answer.undecided):,} undecided"
    return _row(what, count, seconds, told, came)


def _compared(ours: Ours, known: Names, document: Any, size: Size, count: int) -> Row:
    old = ours.compiled.policies
    new: list[Policy] = list(old)
    other = document | {"conditionalAccessPolicies": policies(CHANGED + 1, size, seed=1_000)}
    drawn = ostiary.load_tenant(other).parts.policies[CHANGED]
    new[CHANGED] = replace(drawn, id=old[CHANGED].id)
    new[0] = replace(old[0], settings={**old[0].settings, "users": drawn.settings["users"]})
    seconds, compared = _timed(lambda: compare(old, new, ours.compiled, known))
    told, _ = _timed(lambda: [_confirm(each) for each in compared.kinds.values()])
    statements = sum(map(len, compared.kinds.values()))
    came = f"{compared.verdict.value}: {statements:,} statements"
    return _row("compare, two policies changed", count, seconds, told, came)


def _confirm(statements: Iterable[Statement]) -> None:
    for each in islice(statements, MOST_TOLD):
        if not each.witness.confirmed:
            raise NotConfirmed(each.text)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.process_time()
    found = work()
    return time.process_time() - began, found


def _row(what: str, count: int, seconds: float, told: float, came: str) -> Row:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return Row(what, count, seconds, told, came, peak)


if __name__ == "__main__":
    sys.exit(main())
