"""`python -m bench.impact`: a log by a tenant's policies, beside a scan, DuckDB and Polars.

All read the same file in the fast form. Each contender runs in a process of its own, which tells
its time (best of several), its peak memory and its answer; the answers have to be equal. The two
query engines get the classes of all facts ready-made, which Ostiary works out within its time.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import impact_rivals, names
from bench.impact_rivals import Answer, Prepared
from bench.tenant import synthetic_tenant

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks-impact.md"
POLICIES = 195
CONTENDERS = ("scan", "ours", "draft", "duckdb", "polars")
TITLES = {
    "scan": "plain Parquet scan of the same columns",
    "ours": "Ostiary: counts and distinct users",
    "draft": "Ostiary: the same, and the comparison with a draft",
    "duckdb": "DuckDB, one grouped mask",
    "polars": "Polars, one grouped mask",
}


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and unless quick write the page; 1 where a promise does not hold."""
    parser = argparse.ArgumentParser(prog="python -m bench.impact", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small tenant; writes nothing")
    parser.add_argument("--rows", type=int, help="sign-ins (10 million, quick 200,000)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help="keep tenant and log here, and use them again")
    asked = parser.parse_args(arguments)
    if asked.only:
        print(json.dumps(_one(asked.only, asked.folder, asked.rounds)))
        return 0
    rows = asked.rows or (200_000 if asked.quick else 10_000_000)
    with tempfile.TemporaryDirectory() as temporary:
        folder: Path = asked.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        _make(folder, rows, names.QUICK if asked.quick else names.FULL)
        measured = {name: _apart(name, folder, asked.rounds) for name in CONTENDERS}
    _check(measured)
    lines = table(measured, rows)
    print("\n".join(lines))
    if not asked.quick and rows >= 10_000_000:
        PAGE.write_text("\n".join([*_opening(), *lines, *_method()]) + "\n", encoding="utf-8")
    return 1 if any("**no**" in line for line in lines) else 0


def _make(folder: Path, rows: int, size: names.Size) -> None:
    """Write the tenant and a generated log of it, unless they are there."""
    from ostiary.cli.main import main as ostiary

    tenant, log = folder / "tenant.json", folder / f"log-{rows}.parquet"
    if not tenant.exists():
        tenant.write_text(json.dumps(synthetic_tenant(POLICIES, size)), encoding="utf-8")
    if not log.exists():
        _say(f"generating {rows:,} sign-ins")
        asked = ("--rows", str(rows), "--seed", "5", "--out", str(log))
        if ostiary(["log", "generate", "--tenant", str(tenant), *asked]):
            raise SystemExit(2)
    (folder / "log.txt").write_text(str(log), encoding="utf-8")


def _apart(name: str, folder: Path, rounds: int) -> dict[str, Any]:
    _say(TITLES[name])
    asked = ["--only", name, "--folder", str(folder), "--rounds", str(rounds)]
    done = subprocess.run(  # noqa: S603  # our own interpreter and module
        [sys.executable, "-m", "bench.impact", *asked],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def _one(name: str, folder: Path, rounds: int) -> dict[str, Any]:
    """Measure one contender; what is timed reads the file and gives the answer."""
    log = Path((folder / "log.txt").read_text(encoding="utf-8"))
    prepared = Prepared.load(folder / "tenant.json", log)
    timed: dict[str, Callable[[], Answer | None]] = {
        "scan": lambda: impact_rivals.scan(prepared),
        "ours": lambda: impact_rivals.ours(prepared),
        "draft": lambda: impact_rivals.ours_with_draft(prepared),
    }
    if name in timed:
        work = timed[name]
    else:
        classes = impact_rivals.classes(prepared)
        query = impact_rivals.duckdb if name == "duckdb" else impact_rivals.polars
        work = lambda: query(prepared, classes)  # noqa: E731  # bound to what was prepared
    times: list[float] = []
    answer: Answer | None = None
    for _ in range(rounds):
        began = time.perf_counter()
        answer = work()
        times.append(time.perf_counter() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"seconds": min(times), "first": times[0], "peak": peak, "answer": answer}


def _check(measured: dict[str, dict[str, Any]]) -> None:
    expected = measured["ours"]["answer"]
    for name in ("duckdb", "polars"):
        if measured[name]["answer"] != expected:
            raise SystemExit(f"{TITLES[name]} answers differently; the times would mean nothing")


def table(measured: dict[str, dict[str, Any]], rows: int) -> list[str]:
    """One row a contender, then one a promise."""
    scan, duck = measured["scan"]["seconds"], measured["duckdb"]["seconds"]
    lines = ["| what | million sign-ins/s | of the scan | peak memory |", "|---|--:|--:|--:|"]
    for name in CONTENDERS:
        each = measured[name]
        speed, share = rows / each["seconds"] / 1e6, scan / each["seconds"]
        peak = f"{each['peak'] / 1e9:.2f} GB"
        lines.append(f"| {TITLES[name]} | {speed:.2f} | {share:.0%} | {peak} |")
    ours, draft = measured["ours"], measured["draft"]
    promises = [
        ("share of the scan's speed", "≥ 20 %", scan / ours["seconds"], 0.20, "{:.0%}"),
        ("times the DuckDB query", "≥ 3", duck / ours["seconds"], 3, "{:.1f}"),
        ("with a draft, of the scan", "≥ 12 %", scan / draft["seconds"], 0.12, "{:.0%}"),
        ("peak memory under 2 GB", "yes", 2e9 / max(ours["peak"], draft["peak"]), 1, "{:.1f} ×"),
    ]
    lines += ["", "| promise | bound | measured | holds |", "|---|--:|--:|---|"]
    for what, bound, value, least, form in promises:
        holds = "yes" if value >= least else "**no**"
        lines.append(f"| {what} | {bound} | {form.format(value)} | {holds} |")
    return lines


def _opening() -> list[str]:
    return [
        "# Impact in bulk",
        "",
        "Written by `python -m bench.impact`; do not edit. Compare the ratios.",
        "",
    ]


def _method() -> list[str]:
    return [
        "",
        "## What is timed",
        "",
        "A file of generated sign-ins in the fast form, 195 policies, 100,000 users, 60,358",
        "ranges. Ostiary's time is the whole of `ostiary.impact`: reading, resolving every",
        "distinct user, address and way of signing in, deciding, counting by policy, category and",
        "dimension, distinct users, samples, evidence. DuckDB and Polars join tables of classes",
        "that were worked out beforehand, group by mask and standing, and count applied, failing",
        "and waiting by policy, and distinct users by policy; they give nothing by day, app or",
        "place. Every contender uses two threads and has a process of its own.",
    ]


def _say(what: str) -> None:
    print(f"bench: {what} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
