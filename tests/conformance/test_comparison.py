"""Every comparison rule of the format, each as a table of what passes and what does not."""

from typing import Any

import pytest

from ostiary.conformance.comparison import (
    call_differences,
    decision_differences,
    what_if_differences,
)
from ostiary.conformance.containment import ABSENT, contains, equal

Json = dict[str, Any]
P, Q = "ffffffff-0000-4000-8000-0000000000a1", "ffffffff-0000-4000-8000-0000000000b2"


def entry(policy: str, **members: Any) -> Json:
    return {"policyId": policy, **members}


def answered(*entries: Json) -> Json:
    return {"policies": list(entries)}


@pytest.mark.parametrize(
    ("expected", "answer", "right"),
    [
        # only named members are compared
        ({}, {"outcome": "block", "aadstsCode": 53003}, True),
        ({"outcome": "grant"}, {"outcome": "grant", "anything": 1}, True),
        ({"outcome": "grant"}, {"outcome": "block"}, False),
        ({"outcome": "grant"}, {}, False),
        # null is not asserted; false, 0 and [] are values
        ({"aadstsCode": None}, {"aadstsCode": 53003}, True),
        ({"aadstsCode": 0}, {"aadstsCode": 0}, True),
        ({"aadstsCode": 0}, {"aadstsCode": 50076}, False),
        ({"aadstsCode": 0}, {"aadstsCode": None}, False),
        ({"aadstsCode": 0}, {}, False),
        ({"aadstsCode": 0}, {"aadstsCode": False}, False),
        ({"aadstsCode": 1}, {"aadstsCode": True}, False),
        ({"aadstsCode": 50076}, {"aadstsCode": 50076.0}, True),
        # a list means any one of them, for some members
        ({"aadstsCode": [50074, 50076]}, {"aadstsCode": 50076}, True),
        ({"aadstsCode": [50074, 50076]}, {"aadstsCode": 53003}, False),
        ({"aadstsCode": [50074, 50076]}, {"aadstsCode": [50074, 50076]}, False),
        ({"oauthError": ["a", "b"]}, {"oauthError": "b"}, True),
        ({"oauthError": ["a", None]}, {}, True),
        ({"conditionalAccessStatus": ["success", "notApplied"]}, {}, False),
        (
            {"conditionalAccessStatus": ["success", "notApplied"]},
            {"conditionalAccessStatus": "notApplied"},
            True,
        ),
        # `outcome` is never a list
        ({"outcome": ["grant", "block"]}, {"outcome": "grant"}, False),
        # claims: true is a claims string that is not empty
        ({"claimsChallenge": True}, {"claimsChallenge": True}, True),
        ({"claimsChallenge": True}, {"claimsChallenge": '{"access_token":{}}'}, True),
        ({"claimsChallenge": True}, {"claimsChallenge": ""}, False),
        ({"claimsChallenge": True}, {}, False),
        ({"claimsChallenge": False}, {"claimsChallenge": False}, True),
        ({"claimsChallenge": False}, {}, True),
        ({"claimsChallenge": False}, {"claimsChallenge": "x"}, False),
    ],
)
def test_members(expected: Json, answer: Json, right: bool) -> None:
    assert (decision_differences(expected, answer) == ()) is right


@pytest.mark.parametrize(
    ("expected", "answer", "right"),
    [
        (["mfa"], ["mfa"], True),
        (["mfa"], ["mfaRegistration"], False),
        (["mfa", "termsOfUse"], ["mfa", "termsOfUse"], True),
        (["mfa", "termsOfUse"], ["termsOfUse", "mfa"], False),
        (["mfa"], ["mfa", "termsOfUse"], False),
        (["mfa"], [], False),
        ([], [], True),
        ([], None, True),
        ([], ["mfa"], False),
        (None, ["mfa"], True),
    ],
)
def test_the_next_challenge_is_compared_whole_and_in_order(
    expected: list[str] | None, answer: list[str] | None, right: bool
) -> None:
    found = decision_differences({"nextChallenge": expected}, {"nextChallenge": answer})
    assert (found == ()) is right


@pytest.mark.parametrize(
    ("expected", "answer", "right"),
    [
        ({"outcome": "block"}, {"outcome": "block"}, True),
        ({"outcome": "block"}, {"outcome": "block", "nextChallenge": []}, True),
        ({"outcome": "block"}, {"outcome": "block", "nextChallenge": None}, True),
        ({"outcome": "block"}, {"outcome": "block", "nextChallenge": ["mfa"]}, False),
        ({}, {"outcome": "block", "nextChallenge": ["mfa"]}, False),
        ({"outcome": "interrupt"}, {"outcome": "interrupt", "nextChallenge": ["mfa"]}, True),
    ],
)
def test_a_block_asks_for_nothing_even_where_the_case_does_not_say_so(
    expected: Json, answer: Json, right: bool
) -> None:
    assert (decision_differences(expected, answer) == ()) is right


@pytest.mark.parametrize(
    ("expected", "answer", "right"),
    [
        (["a", "b"], ["b", "a"], True),
        (["a", "b"], ["b", "a", "a"], True),
        (["A"], ["a"], True),
        (["a"], ["a", "b"], False),
        (["a", "b"], ["a"], False),
        ([], [], True),
        ([], ["a"], False),
        (["a"], None, False),
    ],
)
def test_audiences_are_a_set(expected: list[str], answer: list[str] | None, right: bool) -> None:
    found = decision_differences(
        {"conditionalAccessAudiences": expected}, {"conditionalAccessAudiences": answer}
    )
    assert (found == ()) is right


@pytest.mark.parametrize(
    ("expected", "answer", "right"),
    [
        # matched by id, in any order
        (
            [entry(P, policyApplies=True), entry(Q, policyApplies=False)],
            [entry(Q, policyApplies=False), entry(P, policyApplies=True)],
            True,
        ),
        ([entry(P, policyApplies=True)], [entry(P, policyApplies=False)], False),
        ([entry(P.upper(), policyApplies=True)], [entry(P, policyApplies=True)], True),
        # an id alone asserts that it is there
        ([entry(P)], [entry(P, policyApplies=True, result="failure")], True),
        ([entry(P)], [entry(Q)], False),
        # whoever is not listed is not looked at
        ([], [entry(P)], True),
        # null is not asserted, false is
        ([entry(P, result=None)], [entry(P, result="failure")], True),
        ([entry(P, policyApplies=False)], [entry(P)], False),
        ([entry(P, policyApplies=False)], [entry(P, policyApplies=0)], False),
        # result and policyApplies are never lists, analysisReasons may be one
        ([entry(P, result=["success", "failure"])], [entry(P, result="success")], False),
        ([entry(P, policyApplies=[True, False])], [entry(P, policyApplies=True)], False),
        ([entry(P, analysisReasons=["users", "x"])], [entry(P, analysisReasons="x")], True),
        ([entry(P, analysisReasons=["users", "x"])], [entry(P, analysisReasons="y")], False),
        # several comma-joined reasons pass if one of them is acceptable
        ([entry(P, analysisReasons="users")], [entry(P, analysisReasons="x,users")], True),
        ([entry(P, analysisReasons=["a", "b"])], [entry(P, analysisReasons="c, b")], True),
        ([entry(P, analysisReasons="user")], [entry(P, analysisReasons="x,users")], False),
        ([entry(P, analysisReasons="users")], [entry(P, analysisReasons="")], False),
        ([entry(P, analysisReasons="users")], [entry(P, analysisReasons=None)], False),
        ([entry(P, analysisReasons="users")], [entry(P)], False),
        # under decide every listed policy has to be there
        ([entry(P, policyApplies=False)], [], False),
    ],
)
def test_policies(expected: list[Json], answer: list[Json], right: bool) -> None:
    found = decision_differences({"policies": expected}, answered(*answer))
    assert (found == ()) is right


@pytest.mark.parametrize(
    ("expected", "answer", "right"),
    [
        # one expected not to apply may be absent, every other one has to be there
        ({"policies": [entry(P, policyApplies=False, analysisReasons="users")]}, [], True),
        ({"policies": [entry(P, policyApplies=True)]}, [], False),
        ({"policies": [entry(P)]}, [], False),
        ({"policies": [entry(P, analysisReasons="users")]}, [], False),
        # if it is there, it is compared
        ({"policies": [entry(P, policyApplies=False)]}, [entry(P, policyApplies=True)], False),
        (
            {"policies": [entry(P, policyApplies=False, analysisReasons="users")]},
            [entry(P, policyApplies=False, analysisReasons="location")],
            False,
        ),
        # absentPolicies
        ({"absentPolicies": [P]}, [], True),
        ({"absentPolicies": [P]}, [entry(Q)], True),
        ({"absentPolicies": [P]}, [entry(P)], False),
        ({"absentPolicies": [P], "policies": [entry(P)]}, [], True),
        ({"absentPolicies": [P], "policies": [entry(P)]}, [entry(P)], False),
        ({"policies": None}, [], True),
    ],
)
def test_what_if(expected: Json, answer: list[Json], right: bool) -> None:
    assert (what_if_differences(expected, answered(*answer)) == ()) is right


def test_what_if_takes_the_answer_of_graph() -> None:
    answer = {"value": [{"id": P, "policyApplies": True, "analysisReasons": "notSet"}]}
    expected = {"policies": [entry(P, policyApplies=True, analysisReasons="notSet")]}
    assert what_if_differences(expected, answer) == ()


@pytest.mark.parametrize(
    ("expected", "actual", "right"),
    [
        ({}, {"a": 1}, True),
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1}, {"a": 2}, False),
        ({"a": 1}, {}, False),
        ({"a": 1}, None, False),
        # null is a value
        ({"a": None}, {"a": None}, True),
        ({"a": None}, {}, False),
        ({"a": None}, {"a": 0}, False),
        ({"a": False}, {"a": 0}, False),
        ({"a": 0}, {"a": 0.0}, True),
        ({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}}, True),
        ({"a": {"b": 1}}, {"a": [1]}, False),
        # lists: the same number, any order, each a different element
        ({"a": [1, 2]}, {"a": [2, 1]}, True),
        ({"a": [1]}, {"a": [1, 2]}, False),
        ({"a": []}, {"a": []}, True),
        ({"a": []}, {"a": [1]}, False),
        ({"a": []}, {"a": None}, False),
        ({"a": [1, 1]}, {"a": [1, 2]}, False),
        ({"a": [{"b": 1}, {"b": 1}]}, {"a": [{"b": 1}, {"b": 2}]}, False),
        ({"a": [{"b": 1}]}, {"a": [{"b": 1, "c": 2}]}, True),
        # `{}` fits both; it must not take the only one that fits the other
        ({"a": [{}, {"b": 1}]}, {"a": [{"b": 1}, {"b": 2}]}, True),
        ({"a": [{}, {"b": 1}, {"c": 1}]}, {"a": [{"b": 1, "c": 1}, {"c": 1}, {"b": 1}]}, True),
        ({"a": [{}, {"b": 1}, {"b": 1}]}, {"a": [{"b": 1}, {"c": 1}, {"c": 1}]}, False),
        ({"a": [[1, 2], [3]]}, {"a": [[3], [2, 1]]}, True),
    ],
)
def test_session_and_response_are_subsets(expected: Json, actual: Any, right: bool) -> None:
    assert contains(actual, expected) is right
    assert (decision_differences({"session": expected}, {"session": actual}) == ()) is right
    found = call_differences({"responseContains": expected}, 200, actual)
    assert (found == ()) is right


@pytest.mark.parametrize(
    ("expected", "status", "body", "right"),
    [
        ({"httpStatus": 201}, 201, None, True),
        ({"httpStatus": 201}, 200, None, False),
        ({"httpStatus": [400, 422]}, 422, None, True),
        ({"httpStatus": [400, 422]}, 403, None, False),
        ({"httpStatus": None}, 500, None, True),
        ({"errorContains": "1032"}, 400, {"error": {"message": "code 1032: no"}}, True),
        ({"errorContains": "1032"}, 400, {"error": {"message": "code 1033: no"}}, False),
        (
            {"errorContains": "1032"},
            400,
            {"error": {"message": "no", "innerError": {"message": "1032"}}},
            True,
        ),
        ({"errorContains": "1032"}, 400, {"message": "1032"}, False),
        ({"errorContains": "1032"}, 400, None, False),
        ({"responseContains": {}}, 204, None, False),
    ],
)
def test_calls(expected: Json, status: int, body: Any, right: bool) -> None:
    assert (call_differences(expected, status, body) == ()) is right


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (1, True, False),
        (0, False, False),
        (1, 1.0, True),
        ([1, {"a": True}], [1, {"a": True}], True),
        ([1, {"a": True}], [1, {"a": 1}], False),
        ([1], [1, 2], False),
        ({"a": 1}, {"a": 1, "b": None}, False),
        (None, ABSENT, False),
        ("1", 1, False),
    ],
)
def test_equality_is_that_of_json(one: Any, other: Any, same: bool) -> None:
    assert equal(one, other) is same
    assert equal(other, one) is same


def test_a_difference_says_what_was_expected_and_what_came() -> None:
    expected = {
        "outcome": "grant",
        "aadstsCode": [0, 50076],
        "session": {"persistentBrowser": "never", "signInFrequencyMinutes": 0},
        "policies": [entry(P, result="success"), entry(Q)],
    }
    answer = {
        "outcome": "block",
        "aadstsCode": 53003,
        "session": {"persistentBrowser": "always"},
        "policies": [entry(P, result="failure")],
    }
    found = decision_differences(expected, answer)
    assert [str(each) for each in found] == [
        'outcome: expected "grant", came "block"',
        "aadstsCode: expected one of [0, 50076], came 53003",
        'session.persistentBrowser: expected "never", came "always"',
        "session.signInFrequencyMinutes: expected 0, came nothing",
        f'policies[{P}].result: expected "success", came "failure"',
        f'policies[{Q}]: expected a policy {{"policyId": "{Q}"}}, came nothing',
    ]
    assert found[3].to_json() == {
        "member": "session.signInFrequencyMinutes",
        "expected": 0,
        "rule": "",
    }
