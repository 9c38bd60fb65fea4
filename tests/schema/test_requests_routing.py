"""Paths, methods and purity of the policy API."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ostiary.schema.requests import ROUTES, validate_request
from ostiary.schema.state import Collection
from tests.schema.builders import LOCATIONS, POLICIES, created, ip_location, policy, store


@pytest.mark.parametrize(
    "path",
    [
        POLICIES,
        POLICIES.upper(),
        POLICIES.strip("/"),
        f"/v1.0{POLICIES}/",
        f"/beta{POLICIES}",
        f"{POLICIES}?$top=1",
        "/Identity/ConditionalAccess/AuthenticationContextClassReferences",
    ],
)
def test_a_path_is_found_in_any_case(path: str) -> None:
    assert validate_request(store(), "get", path).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        "/users",
        "/identity/conditionalAccess",
        "/identity/conditionalAccess/policies/x/y",
        "/v2.0/identity/conditionalAccess/policies",
        "/identity/conditionalAccess/templates/x/undeploy",
    ],
)
def test_an_unknown_path_is_not_found(path: str) -> None:
    response = validate_request(store(), "GET", path)
    assert response.status == 404
    assert (response.body or {})["error"]["code"] == "ResourceNotFound"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", POLICIES),
        ("DELETE", POLICIES),
        ("POST", f"{POLICIES}/x"),
        ("POST", "/identity/conditionalAccess/templates"),
        ("GET", "/identity/conditionalAccess/templates/x/deploy"),
    ],
)
def test_a_wrong_method_is_told_with_the_right_ones(method: str, path: str) -> None:
    response = validate_request(store(), method, path)
    assert response.status == 405
    assert (response.body or {})["error"]["message"].startswith(f"{method} is not possible here; ")


@pytest.mark.parametrize(
    "query", ["$filter=state", "$top=many", "$expand=owner", "$filter=(state eq 'x'", "$skip=-1"]
)
def test_a_wrong_query_is_refused(query: str) -> None:
    assert validate_request(store(), "GET", f"{POLICIES}?{query}").status == 400


def test_a_body_nested_without_end_is_refused() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    response = validate_request(store(), "POST", POLICIES, {"x": deep})
    assert response.status == 400
    assert (response.body or {})["error"]["message"] == (
        "the body is nested deeper than 100 levels"
    )
    while deep:  # taken apart by hand: freeing it in one go would overflow the stack
        deep = deep.pop()


def test_the_same_request_gives_the_same_answer() -> None:
    first = validate_request(store(), "POST", POLICIES, policy())
    assert validate_request(store(), "POST", POLICIES, policy()) == first


def test_ids_are_never_given_twice() -> None:
    state, first = created(policy())
    state = validate_request(state, "DELETE", f"{POLICIES}/{first}").state
    second = validate_request(state, "POST", POLICIES, policy())
    assert (second.body or {})["id"] != first


def test_made_up_ids_step_aside_for_known_ones() -> None:
    taken = {"id": "00000000-0000-4000-8000-000000000001", "displayName": "x"}
    state = store(objects={"authenticationContextClassReferences": [taken]})
    response = validate_request(state, "POST", POLICIES, policy())
    assert (response.body or {})["id"] == "00000000-0000-4000-8000-000000000002"


def test_a_state_is_touched_by_nobody() -> None:
    sent = policy()
    response = validate_request(store(), "POST", POLICIES, sent)
    before = copy.deepcopy(dict(response.state.all(Collection.POLICIES)))
    sent["conditions"]["users"]["includeUsers"].append("x")
    body: dict[str, Any] = dict(response.body or {})
    body["conditions"]["users"]["includeUsers"].append("y")
    state, _ = created(ip_location("203.0.113.0/24"), LOCATIONS)
    listed: dict[str, Any] = dict(validate_request(state, "GET", LOCATIONS).body or {})
    listed["value"][0]["ipRanges"].clear()
    again = validate_request(state, "GET", LOCATIONS).body or {}
    assert dict(response.state.all(Collection.POLICIES)) == before
    assert len(again["value"][0]["ipRanges"]) == 1


def test_every_route_has_a_method() -> None:
    assert all(route.methods for route in ROUTES)
    assert len({route.path for route in ROUTES}) == len(ROUTES)
