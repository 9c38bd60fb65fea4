"""Authentication contexts through the API."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.schema.requests import PolicyStore, validate_request
from tests.schema.builders import CONTEXTS, POLICIES, policy, store


def got(state: PolicyStore, identifier: str) -> dict[str, Any]:
    return dict(validate_request(state, "GET", f"{CONTEXTS}/{identifier}").body or {})


def test_a_change_of_an_unused_id_makes_the_context() -> None:
    response = validate_request(store(), "PATCH", f"{CONTEXTS}/c7", {})
    assert (response.status, response.body) == (204, None)
    shown = got(response.state, "c7")
    del shown["@odata.context"]
    assert shown == {"id": "c7", "displayName": None, "description": None, "isAvailable": False}


def test_a_change_keeps_what_it_does_not_name() -> None:
    response = validate_request(store(), "PATCH", f"{CONTEXTS}/C1", {"isAvailable": False})
    assert response.status == 204
    assert got(response.state, "c1")["displayName"] == "c1"
    assert got(response.state, "c1")["isAvailable"] is False


def test_a_context_can_be_posted_once() -> None:
    document = {"id": "c9", "displayName": "Confidential", "isAvailable": True}
    response = validate_request(store(), "POST", CONTEXTS, document)
    assert response.status == 201
    assert (response.body or {})["displayName"] == "Confidential"
    assert validate_request(response.state, "POST", CONTEXTS, document).status == 409


@pytest.mark.parametrize("identifier", ["c0", "c100", "x1"])
def test_contexts_are_c1_to_c99(identifier: str) -> None:
    assert validate_request(store(), "PATCH", f"{CONTEXTS}/{identifier}", {}).status == 400
    assert validate_request(store(), "POST", CONTEXTS, {"id": identifier}).status == 400


def test_contexts_are_listed() -> None:
    listed = validate_request(store(), "GET", CONTEXTS).body or {}
    assert [each["id"] for each in listed["value"]] == ["c1"]


def test_a_published_context_is_not_deleted() -> None:
    response = validate_request(store(), "DELETE", f"{CONTEXTS}/c1")
    assert response.status == 403
    assert (response.body or {})["error"]["code"] == "Forbidden"


def test_a_context_that_a_policy_uses_is_not_deleted() -> None:
    target = {"includeAuthenticationContextClassReferences": ["C5"]}
    state = validate_request(store(), "PATCH", f"{CONTEXTS}/c5", {}).state
    state = validate_request(state, "POST", POLICIES, policy(applications=target)).state
    response = validate_request(state, "DELETE", f"{CONTEXTS}/c5")
    assert response.status == 400
    assert (response.body or {})["error"]["message"] == (
        "authentication context `c5` is used by `t`"
    )


def test_an_unused_unpublished_context_is_deleted() -> None:
    state = validate_request(store(), "PATCH", f"{CONTEXTS}/c5", {}).state
    response = validate_request(state, "DELETE", f"{CONTEXTS}/c5")
    assert response.status == 204
    assert validate_request(response.state, "GET", f"{CONTEXTS}/c5").status == 404
