"""The same policies in Rego, evaluated by regorus with rules compiled beforehand.

Every policy becomes one rule that adds its number to a set, so that one query answers which of
them apply; cheap tests stand first. Memberships are objects, so that a test is one look-up.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from bench.addresses import Places
from bench.draw import Json
from bench.facts import Facts
from bench.filters import Comparison
from bench.outcomes import demands, outcome
from bench.plain import Conditions, enforced, read

DISTRIBUTION = "celine-regorus"
UNKNOWN = "unknown"


class Machine(Protocol):
    """What we use of regorus.Rvm."""

    def load_program(self, program: object) -> None: ...
    def set_data_json(self, data_json: str) -> None: ...
    def set_input_json(self, input_json: str) -> None: ...
    def execute(self) -> str: ...


@dataclass(frozen=True, slots=True)
class RegoRequest:
    """One input document, all but the places of its address written out."""

    document: str
    facts: Facts


class Rego:
    """All policies of a document as one compiled program. Raises ImportError without regorus."""

    def __init__(self, document: Json) -> None:
        policies = document["conditionalAccessPolicies"]
        on = [policy for policy in policies if policy["state"] != "disabled"]
        self._ids = [policy["id"] for policy in on]
        module = "\n".join(
            ["package ca", "import rego.v1"]
            + [policy_text(n, read(policy["conditions"])) for n, policy in enumerate(on)]
        )
        self._machine = _machine(module)
        self._demands = demands(policies)
        self._places = Places(document)

    def prepare(self, facts: Facts) -> RegoRequest:
        who = [*facts.who]
        if facts.guest_type is not None:
            who += [facts.guest_type, f"{facts.guest_type}|{facts.home_tenant}"]
        if facts.owned:
            who.append("ours")
        target = [facts.app or UNKNOWN, facts.user_action or UNKNOWN, facts.context or UNKNOWN]
        document = {
            "isUser": facts.is_user,
            "who": dict.fromkeys(who, True),
            "target": dict.fromkeys([*target, *facts.suites, *facts.attributes], True),
            "client": facts.client,
            "platform": facts.platform or UNKNOWN,
            "flow": facts.flow or UNKNOWN,
            "signInRisk": facts.sign_in_risk,
            "userRisk": facts.user_risk,
            "insiderRisk": facts.insider_risk,
            "workloadRisk": facts.service_principal_risk,
            "device": facts.device or {},
        }
        return RegoRequest(json.dumps(document)[:-1] + ', "places": {', facts)

    def evaluate(self, request: RegoRequest) -> tuple[list[str], str]:
        """The ids of the policies that apply (report-only ones too), and the outcome."""
        places = ", ".join(f'"{place}": true' for place in self._places.of(request.facts))
        self._machine.set_input_json(f"{request.document}{places}}}}}")
        applied = [self._ids[n] for n in json.loads(self._machine.execute())]
        return applied, outcome(enforced(applied, self._demands), request.facts)


def _machine(module: str) -> Machine:
    regorus = import_module("regorus.regorus")  # the wheel names only Engine at its top
    program = regorus.Program.compile_from_modules("{}", [("ca.rego", module)], ["data.ca.applies"])
    machine = cast("Machine", regorus.Rvm())
    machine.load_program(program)
    machine.set_data_json("{}")
    return machine


def policy_text(n: int, asked: Conditions) -> str:
    """The rule that adds `n` to the set exactly when the policy applies, with its helper rules."""
    kind = "input.isUser" if asked.workloads is None else "not input.isUser"
    tests = [*_word_tests(asked), *_none_of("places", asked.not_locations)]
    if asked.locations is not None and "All" not in asked.locations:
        tests += _any_of("places", asked.locations)
    tests += _none_of("target", asked.not_apps)
    if "All" not in asked.apps:
        wanted = asked.apps | asked.user_actions | asked.contexts
        tests += _any_of("target", wanted | _maybe(asked.attribute))
    tests += _workload_tests(asked) if asked.workloads is not None else _user_tests(asked)
    helpers: list[str] = []
    if asked.device_filter is not None:
        is_include, rule = asked.device_filter
        tests.append(f"device{n}" if is_include else f"not device{n}")
        helpers = list(_device_rule(n, rule.joiner, rule.comparisons))
    tests.sort(key=lambda test: test.startswith("not "))  # exclusions seldom decide: last
    body = "\n".join(f"  {test}" for test in (kind, *tests))
    return "\n".join([*helpers, f"applies contains {n} if {{\n{body}\n}}"])


def _word_tests(asked: Conditions) -> Iterator[str]:
    if "all" not in asked.clients:
        yield _one_of(asked.clients, "input.client")
    for words, fact in (
        (asked.flows, "flow"),
        (asked.sign_in_risks, "signInRisk"),
        (asked.user_risks, "userRisk"),
        (asked.insider_risks, "insiderRisk"),
        (asked.service_principal_risks, "workloadRisk"),
    ):
        if words:
            yield _one_of(words, f"input.{fact}")
    if asked.platforms is not None:
        if asked.not_platforms:
            yield f"not {_one_of(asked.not_platforms, 'input.platform')}"
        if "all" not in asked.platforms:
            yield _one_of(asked.platforms, "input.platform")


def _user_tests(asked: Conditions) -> list[str]:
    tests = _none_of("who", asked.not_users | _guests(asked.not_guests))
    if "All" in asked.users:
        return tests
    return tests + _any_of("who", asked.users | _guests(asked.guests))


def _workload_tests(asked: Conditions) -> list[str]:
    wanted = asked.workloads or frozenset[str]()
    tests = ["input.who.ours", *_none_of("who", asked.not_workloads)]
    if "ServicePrincipalsInMyTenant" in wanted:
        return tests
    return tests + _any_of("who", wanted)


def _guests(kinds: tuple[frozenset[str], frozenset[str] | None] | None) -> frozenset[str]:
    if kinds is None:
        return frozenset()
    types, tenants = kinds
    if tenants is None:
        return types
    return frozenset(f"{each}|{home}" for each in types for home in tenants)


def _none_of(fact: str, words: Iterable[str]) -> list[str]:
    return [f"not input.{fact}[{json.dumps(word)}]" for word in sorted(words)]


def _any_of(fact: str, words: Iterable[str]) -> list[str]:
    wanted = sorted(words)
    if len(wanted) == 1:
        return [f"input.{fact}[{json.dumps(wanted[0])}]"]
    return [f"some word_{fact} in {json.dumps(wanted)}", f"input.{fact}[word_{fact}]"]


def _maybe(word: str | None) -> frozenset[str]:
    return frozenset() if word is None else frozenset({word})


def _one_of(words: frozenset[str], fact: str) -> str:
    if len(words) == 1:
        return f"{fact} == {json.dumps(next(iter(words)))}"
    return f"{fact} in {json.dumps(sorted(words))}"


def _device_rule(n: int, joiner: str, comparisons: tuple[Comparison, ...]) -> Iterator[str]:
    tests = [_comparison(comparison) for comparison in comparisons]
    bodies = ["; ".join(tests)] if joiner == "and" else tests
    yield from (f"device{n} if {{ {body} }}" for body in bodies)


def _comparison(comparison: Comparison) -> str:
    fact, wanted = f"input.device.{comparison.fact}", json.dumps(comparison.value.casefold())
    match comparison.operator:
        case "eq" | "ne":
            found = f"{fact} == {wanted}"
        case "startsWith":
            found = f"startswith({fact}, {wanted})"
        case _:
            found = f"contains({fact}, {wanted})"
    return f"not {found}" if comparison.is_negative else found
