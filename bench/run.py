"""`make bench`: engine, impact and sign-ins beside others, administration, pages; writes the page.

`--quick` takes a small tenant and writes nothing: for a look, and for tests.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bench import admin_pages, administration, impact, measure, names, page, prove, report, sign_in
from bench.cedar import Cedar
from bench.draw import Json
from bench.facts import Directory, Facts
from bench.names import Size
from bench.ours import Ours, work
from bench.plain import Plain
from bench.policies import policies
from bench.rego import Rego
from bench.signins import sign_ins
from bench.tenant import synthetic_tenant

POLICY_COUNTS = (20, 195, 1_000)
POLICIES_CHANGED = 24  # one of every kind

Answer = tuple[list[str], str]


@dataclass(frozen=True, slots=True)
class Contender:
    """One engine with its requests; `timed` is what the clock sees, `answer` the answer in full."""

    requests: Sequence[Any]
    timed: Callable[[Any], object]
    answer: Callable[[Any], Answer]


class Disagreement(Exception):
    """Two engines answered one request differently; the times would mean nothing."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and unless quick write the page; 1 where a promise does not hold then."""
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small tenant; writes nothing")
    quick = parser.parse_args(arguments).quick
    size = names.QUICK if quick else names.FULL
    measured = run(size, requests=200 if quick else 1_000, rounds=3 if quick else 7)
    proofs = prove.table(prove.measure(quick=quick))
    lines = [*report.comparison(measured), "", *report.promises(measured), "", *proofs]
    print("\n".join(lines))
    if not quick:
        page.write("engine", report.markdown(measured))
        page.write("proofs", "\n".join(prove.section(proofs)))
    broken = not quick and any("**no**" in line for line in lines)
    print()
    only = ["--quick"] if quick else []
    parts = (
        impact.main(only),
        sign_in.main(only),
        administration.main(only),
        admin_pages.main(only),
    )
    return max(int(broken), *parts)


def run(size: Size, *, requests: int, rounds: int) -> report.Measured:
    """Measure everything on a tenant of the given size."""
    _say(f"a tenant of {size.users:,} users")
    document = synthetic_tenant(max(POLICY_COUNTS), size)
    asked = sign_ins(requests, document, size)
    directory = Directory(document)
    facts = [directory.prepare(each) for each in asked]
    ours = Ours.load(document)
    timings: dict[int, dict[str, measure.Timing]] = {}
    left_out: dict[str, str] = {}
    for count in POLICY_COUNTS:
        _say(f"{count:,} policies")
        some = document | {
            "conditionalAccessPolicies": document["conditionalAccessPolicies"][:count]
        }
        contenders = contenders_of(some, ours.with_policies(count), asked, facts, left_out)
        passes = {
            name: measure.single_pass(each.timed, each.requests)
            for name, each in contenders.items()
        }
        # The clock first: what is timed first then meets every request for the first time.
        timings[count] = measure.in_turns(passes, rounds, requests)
        check_agreement(contenders)
    _say("compile, change, memory")
    others = policies(POLICIES_CHANGED, size, seed=1_000)
    besides = work(ours.with_policies(POLICY_COUNTS[1]), asked, others)
    return report.Measured(size, requests, timings, besides, left_out)


def contenders_of(
    document: Json, ours: Ours, asked: list[Json], facts: list[Facts], left_out: dict[str, str]
) -> dict[str, Contender]:
    plain, cedar = Plain(document), Cedar(document, facts)
    found = {
        report.OURS: Contender(
            [ours.prepare(each) for each in asked], ours.compiled.outcome, ours.answer
        ),
        "plain interpreter": Contender(facts, plain.evaluate, plain.evaluate),
        report.CEDAR: Contender(
            [cedar.prepare(each) for each in facts], cedar.evaluate, cedar.evaluate
        ),
    }
    try:
        rego = Rego(document)
    except ImportError:
        left_out["Rego (regorus)"] = "does not install here"
        return found
    requests = [rego.prepare(each) for each in facts]
    return found | {"Rego (regorus)": Contender(requests, rego.evaluate, rego.evaluate)}


def check_agreement(contenders: dict[str, Contender]) -> None:
    answers = {
        name: [_ordered(each.answer(request)) for request in each.requests]
        for name, each in contenders.items()
    }
    expected = answers["plain interpreter"]
    for name, given in answers.items():
        for number, (one, other) in enumerate(zip(expected, given, strict=True)):
            if one != other:
                raise Disagreement(f"request {number}: plain says {one}, {name} says {other}")


def _ordered(answer: Answer) -> Answer:
    return sorted(answer[0]), answer[1]


def _say(what: str) -> None:
    print(f"bench: {what} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
