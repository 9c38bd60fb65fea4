"""`python -m bench.impact`: a log by a tenant's policies, beside a scan, DuckDB and Polars.

All read the same file in the fast form, in turns, each in a process of its own that tells its time,
its peak memory and in the end its answer; the answers have to be equal. The two query engines get
the classes of all facts ready-made, which Ostiary works out within its time.
"""

import argparse
import json
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench import impact_report, names, page
from bench.impact_contender import Turn, started
from bench.impact_report import RIVALS, TITLES
from bench.impact_rivals import Answer
from bench.tenant import synthetic_tenant
from ostiary.analysis.log_generate import generate
from ostiary.tenant.tenant import load_tenant

POLICIES = 195
SEED, DAYS = 5, 30
OURS = ("scan", "ours", "draft")
FULL_ROWS, QUICK_ROWS = 10_000_000, 200_000


class Disagreement(Exception):
    """Two contenders counted differently; the times would mean nothing."""


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and unless quick write the page; 1 where a promise does not hold then."""
    parser = argparse.ArgumentParser(prog="python -m bench.impact", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small tenant; writes nothing")
    parser.add_argument("--rows", type=int, help=f"sign-ins ({FULL_ROWS:,}, quick {QUICK_ROWS:,})")
    parser.add_argument("--rounds", type=int, default=3, help="turns beside each of the rivals")
    parser.add_argument("--folder", type=Path, help="keep tenant and log here, and use them again")
    asked = parser.parse_args(arguments)
    rows = asked.rows or (QUICK_ROWS if asked.quick else FULL_ROWS)
    with tempfile.TemporaryDirectory(prefix="ostiary-bench-") as temporary:
        folder: Path = asked.folder or Path(temporary)
        log = make(folder, rows, names.QUICK if asked.quick else names.FULL)
        turns = measure(folder / "tenant.json", log, asked.rounds)
    print("\n".join(impact_report.comparison(turns, rows)))
    if asked.quick or rows < FULL_ROWS:
        return 0  # the promises are about a large log
    promises = list(impact_report.promises(turns))
    print("\n".join(["", *promises]))
    page.write("impact", impact_report.markdown(turns, rows))
    print(f"\nwritten: {page.PAGE}")
    return 1 if any("**no**" in line for line in promises) else 0


def make(folder: Path, rows: int, size: names.Size) -> Path:
    """Write the tenant and a generated log of it, unless they are there; give the log."""
    folder.mkdir(parents=True, exist_ok=True)
    tenant, log = folder / "tenant.json", folder / f"log-{rows}.parquet"
    if not tenant.exists():
        tenant.write_text(json.dumps(synthetic_tenant(POLICIES, size)), encoding="utf-8")
    if not log.exists():
        _say(f"generating {rows:,} sign-ins")
        generate(load_tenant(tenant).parts.directory, rows, SEED, DAYS, log)
    return log


def measure(tenant: Path, log: Path, rounds: int) -> dict[str, list[Turn]]:
    """Let all take turns: ours and the scan beside one rival, then beside the other."""
    turns: dict[str, list[Turn]] = {name: [] for name in TITLES}
    answers: dict[str, Answer] = {}
    with ExitStack() as stack:
        _say(f"compiling {POLICIES} policies")
        ours = [stack.enter_context(started(name, tenant, log)) for name in OURS]
        for rival in RIVALS:
            _say(TITLES[rival])
            with started(rival, tenant, log) as other:
                for _ in range(rounds):
                    for each in (*ours, other):
                        turns[each.name].append(each.turn())
                answers[rival] = other.answer()
        answers |= {each.name: each.answer() for each in ours if each.name != "scan"}
    _compare(answers)
    return turns


def _compare(answers: dict[str, Answer]) -> None:
    expected = answers["ours"]
    for rival in RIVALS:
        if answers[rival] != expected:
            raise Disagreement(f"{TITLES[rival]} counts otherwise than Ostiary")
    # the draft puts report-only policies into force: they apply to the same sign-ins and people
    if _reach(answers["draft"]) != _reach(expected):
        raise Disagreement("with the draft, policies apply to other sign-ins than without")


def _reach(answer: Answer) -> dict[str, tuple[int, int]]:
    return {policy: (applied, users) for policy, (applied, _, _, users) in answer.items()}


def _say(what: str) -> None:
    print(f"bench: {what} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
