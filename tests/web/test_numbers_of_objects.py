"""DS05: how many policies, locations and ranges a tenant holds; one more is a clear refusal."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from tests.web.calling import GRAPH_SCOPE, Apis, called
from tests.web.serving import Served
from tests.web.test_graph_policies import BODY, BRANCH, LOCATIONS, POLICIES


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


def post(apis: Apis, path: str, body: dict[str, Any]) -> Any:
    """Make an object as a Global Administrator."""
    token = apis.sign_in(GRAPH_SCOPE)["access_token"]
    return apis.call(apis.graph, token, path, "POST", json=body)


def test_DS05_a_tenant_holds_240_policies(apis: Apis) -> None:
    store = apis.served.service.store
    for number in range(239 - len(store.policies.all())):
        store.policies.create({**BODY, "displayName": f"Policy {number}"}, by=SYSTEM)
    assert post(apis, POLICIES, {**BODY, "displayName": "The last"}).status_code == 201
    refused = post(apis, POLICIES, {**BODY, "displayName": "One more"})
    assert refused.status_code == 400
    assert "240" in refused.json()["error"]["message"]
    assert len(store.policies.all()) == 240


def test_DS05_a_location_holds_2000_ranges(apis: Apis) -> None:
    kind = "#microsoft.graph.iPv4CidrRange"
    ranges = [
        {"@odata.type": kind, "cidrAddress": f"192.{high}.{low}.0/24"}
        for high in range(8)
        for low in range(251)
    ]
    assert post(apis, LOCATIONS, {**BRANCH, "ipRanges": ranges[:2000]}).status_code == 201
    refused = post(apis, LOCATIONS, {**BRANCH, "ipRanges": ranges[:2001]})
    assert refused.status_code == 400
    assert "at most 2,000 ranges" in refused.json()["error"]["message"]


def test_DS05_a_policy_may_name_many_users_and_a_body_has_its_limit(apis: Apis) -> None:
    users = [f"00000000-0000-4000-8000-{number:012x}" for number in range(10_000)]
    conditions = {**BODY["conditions"], "users": {"includeUsers": users}}
    assert post(apis, POLICIES, {**BODY, "conditions": conditions}).status_code == 201
    conditions = {**BODY["conditions"], "users": {"includeUsers": users * 12}}
    refused = post(apis, POLICIES, {**BODY, "conditions": conditions})
    assert refused.status_code == 413
    assert "4194304 bytes" in refused.json()["error"]["message"]
