"""Clocks and memory: contenders take turns, and the best of several passes counts.

The clock is processor time of this process: what other programs take of the machine does not count,
and what they still cost (caches) makes a pass slower, never faster; taking turns spreads it evenly.
"""

import gc
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Pass = Callable[[], float]

TURN = 0.1  # seconds: long enough for the processor to settle on one contender


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds for one request: in the very first pass, and in the best of all."""

    first: float
    best: float


def single_pass(evaluate: Callable[[Any], object], requests: Sequence[Any]) -> Pass:
    """A pass over all requests that gives the seconds for one of them."""

    def run() -> float:
        began = time.process_time()
        for request in requests:
            evaluate(request)
        return (time.process_time() - began) / len(requests)

    return run


def in_turns(passes: dict[str, Pass], rounds: int, requests: int) -> dict[str, Timing]:
    """Each contender once a round, for at least `TURN`; garbage is collected between the turns."""
    first = {name: _undisturbed(run, 1) for name, run in passes.items()}
    repeats = {name: max(1, round(TURN / (first[name] * requests))) for name in passes}
    best = dict(first)
    for _ in range(rounds):
        for name, run in passes.items():
            best[name] = min(best[name], _undisturbed(run, repeats[name]))
    return {name: Timing(first[name], best[name]) for name in passes}


def _undisturbed(run: Pass, repeats: int) -> float:
    gc.collect()
    gc.disable()
    try:
        return sum(run() for _ in range(repeats)) / repeats
    finally:
        gc.enable()


def best_of(times: int, action: Callable[[], object]) -> float:
    """Seconds of the fastest of several calls."""
    taken: list[float] = []
    for _ in range(times):
        began = time.process_time()
        action()
        taken.append(time.process_time() - began)
    return min(taken)


def memory_of(action: Callable[[], object]) -> int:
    """Bytes of Python memory that the result of an action holds (tracemalloc)."""
    gc.collect()
    tracemalloc.start()
    result = action()
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del result
    return held
