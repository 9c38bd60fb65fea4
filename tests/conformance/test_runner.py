"""The runner: the shipped suite passes, cases do not touch one another, errors fail one case."""

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ostiary.conformance import Answer, Call, NotSupported, load_suite, run_suites, suite_files
from ostiary.conformance.report import failure_lines, report, summary_line
from ostiary.conformance.runner import CaseResult
from ostiary.conformance.suite import Suite
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject
from tests.conformance.engines import Recorder, call_case, case, suite


def run(what: Suite, engine: Any = None) -> tuple[CaseResult, ...]:
    return next(run_suites([what], engine)).results


def test_the_founding_suite_ships_whole() -> None:
    golden = next(path for path in suite_files() if path.name == "golden.json")
    kinds = [each.kind.value for each in load_suite(golden).cases]
    assert (kinds.count("decide") + kinds.count("whatif"), kinds.count("validate")) == (372, 53)


@pytest.mark.parametrize("path", suite_files(), ids=lambda path: path.name)
def test_our_engine_passes_the_suite(path: Path) -> None:
    failed = [result for result in run(load_suite(path)) if not result.passed]
    assert [line for result in failed for line in failure_lines(result)] == []


def test_a_case_gets_the_tenant_merged_with_its_policies_alone() -> None:
    engine = Recorder()
    fixtures = {"users": [{"id": "1", "n": "x"}], "policies": [{"id": "theirs"}]}
    cases = [case("A", tenant={"users": [{"id": "2"}]}, policies=[{"id": "p"}]), case("B")]
    run(suite(*cases, **fixtures), engine)
    users = [{"id": "1", "n": "x"}, {"id": "2"}]
    assert engine.asked == [
        ["decide", {"users": users, "conditionalAccessPolicies": [{"id": "p"}]}, {"facts": {}}],
        ["decide", {"users": users[:1], "conditionalAccessPolicies": []}, {"facts": {}}],
    ]


def test_nothing_carries_over_from_one_case_to_the_next() -> None:
    policies = [{"id": "p", "conditions": {"users": {"includeUsers": ["All"]}}}]
    sign_in = {"signInIdentity": {"userId": "1"}}
    asked = case("A", policies=policies, signIn=sign_in, facts={"methods": ["password"]})
    again = copy.deepcopy(asked) | {"id": "B"}
    calls = [call_case("C", given={"objects": {}}, body={"x": [1]}), call_case("D")]
    what = suite(asked, again, calls=calls, users=[{"id": "1", "tags": []}])
    engine, fresh = Recorder(), copy.deepcopy(what)
    run(what, engine)
    assert engine.asked[0] == engine.asked[1]
    assert what == fresh


def test_facts_go_with_a_decision_and_not_with_what_if() -> None:
    engine = Recorder()
    asked = {"signIn": {"a": 1}, "facts": {"grant": "password"}}
    run(suite(case("A", **asked), case("B", kind="whatif", **asked)), engine)
    assert [question[2] for question in engine.asked] == [
        {"a": 1, "facts": {"grant": "password"}},
        {"a": 1},
    ]


def test_the_calls_of_a_case_are_made_in_order_on_one_state() -> None:
    engine = Recorder()
    expect = {
        "httpStatus": 200,
        "then": [
            {"method": "GET", "path": "/a", "expect": {"httpStatus": 404}},
            {"method": "PATCH", "path": "/b", "body": {"c": 1}, "expect": {"httpStatus": 200}},
        ],
    }
    posted = call_case("A", method="POST", path="/x", body={"y": 1}, headers={"H": "1"})
    results = run(suite(calls=[posted | {"given": {"version": "beta"}, "expect": expect}]), engine)
    assert engine.asked == [
        ["call", {}, {"version": "beta"}],
        Call("POST", "/x", {"y": 1}, {"H": "1"}),
        Call("GET", "/a"),
        Call("PATCH", "/b", {"c": 1}),
    ]
    assert [str(each) for each in results[0].differences] == [
        "then[0].httpStatus: expected 404, came 200"
    ]


class Failing(Recorder):
    """Raises for every decision; offers no policy API."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def decide(self, tenant: JsonObject, sign_in: JsonObject) -> JsonObject:
        raise self.error

    def call(
        self, fixtures: JsonObject, given: JsonObject, calls: Sequence[Call]
    ) -> Sequence[Answer]:
        raise NotSupported("no policy API here")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (InputError("expected a user", hint="add one"), "expected a user; add one"),
        (KeyError("userId"), "KeyError: 'userId'"),
        (RecursionError("too deep"), "RecursionError: too deep"),
    ],
)
def test_an_error_of_the_engine_fails_its_case_and_no_other(error: Exception, said: str) -> None:
    results = run(suite(case("A"), case("B", kind="whatif", expect={})), Failing(error))
    assert [(each.passed, each.error) for each in results] == [(False, said), (True, "")]


def test_only_operations_that_graph_does_not_have_may_be_skipped() -> None:
    engine = Failing(ValueError())
    results = run(suite(calls=[call_case("A", ostiary=True), call_case("B")]), engine)
    assert [(each.failed, each.error, each.skipped) for each in results] == [
        (False, "", "no policy API here"),
        (True, "no policy API here", ""),
    ]
    assert summary_line(results) == "0 passed, 1 failed"


def test_fewer_answers_than_calls_fail_the_case() -> None:
    class Silent(Recorder):
        def call(
            self, fixtures: JsonObject, given: JsonObject, calls: Sequence[Call]
        ) -> Sequence[Answer]:
            return []

    results = run(suite(calls=[call_case("A")]), Silent())
    assert results[0].error == "expected 1 answers, came 0"


def test_a_refused_policy_fails_the_case_that_has_it() -> None:
    users = {"includeUsers": ["All"]}
    broken = {"id": "p", "displayName": "no state", "conditions": {"users": users}}
    result = run(suite(case("A", policies=[broken], signIn={"signInIdentity": {"userId": "u"}})))[0]
    assert "no state" in result.error
    assert result.failed


def test_the_report_has_totals_and_every_failure() -> None:
    asked = [
        case("A"),
        case("B", name="b", source=["page"], confidence="high", expect={"outcome": "block"}),
    ]
    runs = list(run_suites([suite(*asked, calls=[call_case("C", ostiary=True)])], Granting()))
    totals = {"passed": 1, "failed": 1, "skipped": 1}
    assert report(runs) == {
        **totals,
        "suites": [{"file": "small.json", "title": "", **totals}],
        "failures": [
            {
                "file": "small.json",
                "id": "B",
                "kind": "decide",
                "name": "b",
                "source": ["page"],
                "confidence": "high",
                "differences": [
                    {"member": "outcome", "expected": "block", "actual": "grant", "rule": ""}
                ],
                "error": None,
            }
        ],
        "skippedCases": [{"file": "small.json", "id": "C", "reason": "not here"}],
    }


class Granting(Recorder):
    """Grants; offers no policy API."""

    def call(
        self, fixtures: JsonObject, given: JsonObject, calls: Sequence[Call]
    ) -> Sequence[Answer]:
        raise NotSupported("not here")
