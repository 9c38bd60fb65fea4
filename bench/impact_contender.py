"""One contender of the impact benchmark in a process of its own, which works when it is told to."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from bench import impact_rivals
from bench.impact_rivals import Answer, Prepared


@dataclass(frozen=True, slots=True)
class Turn:
    """One pass over the log: seconds, seconds of all processors, bytes at most so far."""

    seconds: float
    processor: float
    peak: int


@dataclass(frozen=True, slots=True)
class Contender:
    """A process that waits for its turn."""

    name: str
    asked: IO[str]
    told: IO[str]

    def turn(self) -> Turn:
        """Let it go over the log once."""
        return Turn(**self._ask("turn"))

    def answer(self) -> Answer:
        """Get what it counted in its last turn."""
        return self._ask("answer")

    def _ask(self, what: str) -> Any:
        print(what, file=self.asked, flush=True)
        return json.loads(self.told.readline())


@contextmanager
def started(name: str, tenant: Path, log: Path) -> Generator[Contender]:
    """Start a contender and wait until it is ready; it ends with the context."""
    command = [sys.executable, "-m", "bench.impact_contender", name, str(tenant), str(log)]
    with subprocess.Popen(  # noqa: S603  # our own interpreter and module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        if process.stdin is None or process.stdout is None or not process.stdout.readline():
            raise SystemExit(f"{name}: could not be prepared")
        yield Contender(name, process.stdin, process.stdout)


def main(name: str, tenant: str, log: str) -> None:
    """Prepare, then answer each line of standard input with one line."""
    work = _prepared(name, Path(tenant), Path(log))
    answer: Answer | None = None
    print("ready", flush=True)
    for line in sys.stdin:
        if line.strip() == "answer":
            print(json.dumps(answer), flush=True)
            continue
        began, before = time.perf_counter(), time.process_time()
        answer = work()
        seconds, processor = time.perf_counter() - began, time.process_time() - before
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        turn = {"seconds": seconds, "processor": processor, "peak": peak}
        print(json.dumps(turn), flush=True)


def _prepared(name: str, tenant: Path, log: Path) -> Callable[[], Answer | None]:
    """Give what is timed: it reads the file and gives the answer."""
    prepared = Prepared.load(tenant, log)
    if name in ("duckdb", "polars"):
        query = impact_rivals.in_duckdb if name == "duckdb" else impact_rivals.in_polars
        classes = impact_rivals.classes(prepared)
        return lambda: query(prepared, classes)
    work: dict[str, Callable[[Prepared], Answer | None]] = {
        "scan": impact_rivals.scan,
        "ours": impact_rivals.ours,
        "draft": impact_rivals.ours_with_draft,
    }
    return lambda: work[name](prepared)


if __name__ == "__main__":
    main(*sys.argv[1:])
