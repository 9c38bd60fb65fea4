"""The benchmark's table: on the terminal, and as docs/benchmarks.md."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.measure import Timing
from bench.names import Size
from bench.page import machine, versions

OURS = "Ostiary"
ENGINES = {
    OURS: "ostiary",
    "plain interpreter": None,
    "Cedar (cedarpy)": "cedarpy",
    "Rego (regorus)": "celine-regorus",
}
CEDAR = "Cedar (cedarpy)"


@dataclass(frozen=True, slots=True)
class Work:
    """Everything besides the comparison, on the middle tenant: seconds and bytes."""

    all_results: float
    with_sentences: float
    compile_policies: float
    one_policy: float
    one_user: float
    memory: int


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: for every number of policies, the timing of one sign-in by engine."""

    size: Size
    requests: int
    timings: dict[int, dict[str, Timing]]
    work: Work
    left_out: dict[str, str]


def markdown(measured: Measured) -> str:
    """The whole page."""
    return "\n".join(
        [*_opening(), *comparison(measured), "", *promises(measured), *_method(measured)]
    )


def comparison(measured: Measured) -> Iterator[str]:
    """One row an engine; microseconds for one sign-in, and how many times ours it takes."""
    counts = sorted(measured.timings)
    middle = measured.timings[counts[1]]
    heads = [f"{count:,} policies" for count in counts]
    yield f"| engine | {' | '.join(heads)} | at {counts[1]}, times Ostiary's |"
    yield f"|---|{'--:|' * len(heads)}--:|"
    for name in ENGINES:
        if name in measured.left_out:
            yield f"| {name} | {' | '.join('–' for _ in heads)} | {measured.left_out[name]} |"
            continue
        times = [_micro(measured.timings[count][name].best) for count in counts]
        ratio = middle[name].best / middle[OURS].best
        yield f"| {name} | {' | '.join(times)} | {ratio:,.0f} |"


def promises(measured: Measured) -> Iterator[str]:
    """One row a promise: the bound, what was measured, and whether it holds."""
    few, middle, many = (measured.timings[count] for count in sorted(measured.timings))
    cedar = middle[CEDAR].best / middle[OURS].best
    growth = many[OURS].best / few[OURS].best
    work = measured.work
    rows = [
        ("faster than cedarpy", "≥ 150 ×", f"{cedar:,.0f} ×", cedar >= 150),
        ("20 → 1,000 policies costs", "≤ 2 ×", f"{growth:.2f} ×", growth <= 2),
        _row("all results and reason words", 200e-6, work.all_results),
        ("the whole decision with its sentences", "–", _time(work.with_sentences), True),
        _row("compile", 1.0, work.compile_policies),
        _row("one policy changed", 50e-3, work.one_policy),
        _row("one user's groups changed", 1e-3, work.one_user),
        (
            "memory above the loaded tenant",
            "≤ 60 MB",
            f"{work.memory / 1e6:.1f} MB",
            work.memory <= 60e6,
        ),
    ]
    yield "| promise | bound | measured | holds |"
    yield "|---|--:|--:|---|"
    for what, bound, value, holds in rows:
        yield f"| {what} | {bound} | {value} | {'yes' if holds else '**no**'} |"


def _row(what: str, bound: float, seconds: float) -> tuple[str, str, str, bool]:
    return what, f"≤ {_time(bound)}", _time(seconds), seconds <= bound


def _time(seconds: float) -> str:
    for unit, factor in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= factor:
            return f"{seconds / factor:.3g} {unit}"
    return f"{seconds / 1e-9:.0f} ns"


def _micro(seconds: float) -> str:
    return f"{seconds * 1e6:,.2f} µs" if seconds < 1e-5 else f"{seconds * 1e6:,.0f} µs"


def _opening() -> list[str]:
    return [
        "# Benchmarks",
        "",
        "Written by `make bench`; do not edit. Compare the ratios: the absolute figures are those",
        "of one machine. The answers of all contenders were found equal.",
        "",
        "## One decision",
        "",
        "All engines ran side by side in one process, on the same requests.",
        "",
    ]


def _method(measured: Measured) -> Iterator[str]:
    size, middle = measured.size, measured.timings[sorted(measured.timings)[1]]
    locations = size.ip_locations + size.country_locations
    yield f"""
### What is timed

One sign-in, from prepared facts (request parsed, groups and roles resolved, address parsed but
**not** looked up) to which policies apply and the outcome: grant, interrupt or block. Report-only
policies are decided too and do not touch the outcome.

- **Tenant**: synthetic, the same for every run: {size.users:,} users in {size.groups:,} nested
  groups (about 17 for a user, at most 50), {size.apps} applications, {locations} named locations
  with {size.ranges:,} IPv4 and IPv6 ranges, 10 roles. The policies use every usual condition and
  control in the proportions of 459 published ones; a longer list of policies starts with the
  shorter.
- **Requests**: {measured.requests:,} different ones, with addresses inside, on the edge of and just
  outside of named ranges; administrators, guests, workloads, legacy clients and device code.
- **Clock**: processor time; engines take turns, and a figure is the mean over all requests in the
  best turn, garbage collection off. The very first pass, with every request new to a freshly
  compiled Ostiary, took {_micro(middle[OURS].first)} a sign-in.
- **Memory**: Python objects that a compiled tenant holds above the loaded one, by `tracemalloc`.

### What the others do

- **Plain interpreter** (`bench/plain.py`): policy after policy in Python, lists made sets once.
- **Cedar** (`bench/cedar.py`): one `permit` a policy, so that one call answers which apply;
  policies and entities parsed beforehand, memberships as entity parents, tests in the order that
  ran fastest.
- **Rego** (`bench/rego.py`): one rule a policy, compiled to regorus' virtual machine, memberships
  as objects. OPA itself is not on PyPI and is left out.
- All three are handed the address look-up as a Python function (it counts, as it does for Ostiary)
  and fold the outcome from the applied policies in Python (`bench/outcomes.py`). Which controls are
  met is among the prepared facts of all four.

### Where it ran

{machine()}; {versions([each for each in ENGINES.values() if each])}."""
