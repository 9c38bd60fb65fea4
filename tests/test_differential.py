"""The engine decides every random case as the independent oracle does."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

import ostiary
from tests.oracle import decide, what_if
from tests.oracle.compare import differences
from tests.oracle.duel import Load, Tenant, answers, disagreement, disagreements, expected
from tests.oracle.generate import SIGN_INS_PER_SEED, case, cases
from tests.oracle.report import REGRESSIONS, told, written
from tests.oracle.shapes import Json
from tests.oracle.shrink import shrunk

CASES = 24_000
SEEDS_PER_CHUNK = 50
CHUNKS = CASES // (SEEDS_PER_CHUNK * SIGN_INS_PER_SEED)


def engine(document: Json) -> Tenant:
    """The engine under test, loaded with a tenant document and its policies."""
    return ostiary.load_tenant(document, catalogue=ostiary.NO_CATALOGUE)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_the_engine_agrees_with_the_oracle(chunk: int) -> None:
    for seed in range(chunk * SEEDS_PER_CHUNK, (chunk + 1) * SEEDS_PER_CHUNK):
        differing = disagreements(engine, cases(seed))
        assert not differing, told(engine, seed, differing[0][0])


def test_there_are_enough_cases() -> None:
    assert CHUNKS * SEEDS_PER_CHUNK * SIGN_INS_PER_SEED >= 20_000


@pytest.mark.parametrize("path", sorted(REGRESSIONS.glob("*.json")), ids=lambda path: path.stem)
def test_a_case_found_earlier_stays_right(path: Path) -> None:
    found: Json = json.loads(path.read_text(encoding="utf-8"))
    expects, actual = answers(engine, found)
    assert disagreement(engine, found) == [], f"expected {expects}, got {actual}"


def test_cases_are_the_same_every_time() -> None:
    assert cases(7) == cases(7)
    assert cases(7) != cases(8)


def test_one_case_alone_is_drawn_like_the_others() -> None:
    drawn = case(Random(3))  # noqa: S311  # a seed that can be repeated
    assert set(drawn) == {"tenant", "policies", "signIn", "facts", "kind"}


def test_the_cases_reach_every_outcome_and_result() -> None:
    """A generator that leaned to one side would let the engine pass unseen."""
    drawn = [c for seed in range(400) for c in cases(seed) if c["kind"] == "decide"]
    told_of = [expected(c) for c in drawn]
    outcomes = [answer["outcome"] for answer in told_of]
    for outcome, share in (("grant", 0.2), ("interrupt", 0.1), ("block", 0.1)):
        assert outcomes.count(outcome) > share * len(outcomes)
    results = {entry.get("result") for answer in told_of for entry in answer["policies"]}
    assert results == {
        *("success", "failure", "notApplied", "notEnabled", None),
        *(f"reportOnly{word}" for word in ("Success", "Failure", "NotApplied", "Interrupted")),
    }


class _Echo:
    """An engine that answers with what it was made with."""

    def __init__(self, answer: Json) -> None:
        self._answer = answer

    def to_json(self) -> Any:
        return self._answer


class _OracleAsEngine:
    """The oracle behind the engine's interface, with or without a bug."""

    def __init__(self, document: Json, *, exclusions: bool) -> None:
        self._tenant = document
        self._policies: list[Json] = json.loads(json.dumps(document["conditionalAccessPolicies"]))
        if not exclusions:
            for policy in self._policies:
                users: Json = policy["conditions"]["users"]
                users["excludeUsers"] = users["excludeGroups"] = []

    def decide(self, sign_in: Json, /) -> _Echo:
        return _Echo(decide(self._tenant, self._policies, sign_in, sign_in["facts"]))

    def what_if(self, request: Json, /) -> _Echo:
        return _Echo(what_if(self._tenant, self._policies, request))


def right(document: Json) -> Tenant:
    return _OracleAsEngine(document, exclusions=True)


def wrong(document: Json) -> Tenant:
    return _OracleAsEngine(document, exclusions=False)


def refusing(document: Json) -> Tenant:
    message = f"no tenant with {len(document['conditionalAccessPolicies'])} policies"
    raise ValueError(message)


def test_the_oracle_agrees_with_its_own_canonical_answers() -> None:
    assert [found for seed in range(100) for found in disagreements(right, cases(seed))] == []


def first_failure(load: Load) -> tuple[int, Json]:
    return next(
        (seed, found[0][0]) for seed in range(500) if (found := disagreements(load, cases(seed)))
    )


def test_an_engine_that_forgets_exclusions_is_caught_and_the_case_made_small() -> None:
    seed, failing = first_failure(wrong)
    small = shrunk(wrong, failing)
    assert disagreement(wrong, small)
    assert disagreement(right, small) == []
    assert len(json.dumps(small)) < len(json.dumps(failing)) / 3
    assert len(small["policies"]) == 1
    message = told(wrong, seed, failing)
    assert f"seed {seed}" in message
    assert "the engine answers:" in message


def test_an_engine_that_refuses_a_tenant_is_caught() -> None:
    _, failing = first_failure(refusing)
    assert disagreement(refusing, failing)[0].startswith("load: ValueError: no tenant with")


def test_a_found_case_is_written_down_to_be_run_again(tmp_path: Path) -> None:
    seed, failing = first_failure(wrong)
    paths = [written(wrong, seed, failing, folder=tmp_path) for _ in range(2)]
    assert [path.name for path in paths] == [f"seed-{seed}-1.json", f"seed-{seed}-2.json"]
    found: Json = json.loads(paths[0].read_text(encoding="utf-8"))
    assert found["found"] == disagreement(wrong, found) != []


@pytest.mark.parametrize(
    ("expects", "answer", "member"),
    [
        ({"outcome": "block"}, {"outcome": "grant"}, "outcome"),
        ({}, {"outcome": "block", "aadstsCode": 1, "nextChallenge": ["mfa"]}, "nextChallenge"),
        ({}, {"outcome": "interrupt", "aadstsCode": 0}, "aadstsCode"),
        ({"aadstsCode": [1, 2]}, {"outcome": "block", "aadstsCode": 3}, "aadstsCode"),
        ({"session": {"a": 1}}, {"outcome": "grant", "session": {"a": True}}, "session"),
        ({"sessionAbsent": ["a"]}, {"outcome": "grant", "session": {"a": 0}}, "sessionAbsent"),
        ({"nextChallengeAnyOf": ["a", "b"]}, {"outcome": "grant"}, "nextChallengeAnyOf"),
        ({"claimsChallenge": True}, {"outcome": "grant"}, "claimsChallenge"),
        ({"policies": [{"policyId": "p"}]}, {"outcome": "grant"}, "policy p is not in the answer"),
    ],
)
def test_the_comparison_sees(expects: Json, answer: Json, member: str) -> None:
    found = differences(expects, answer)
    assert [sentence.split(":")[0] for sentence in found] == [member]
