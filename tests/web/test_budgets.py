"""Budgets over HTTP: kept at every scope, and guarded by the roles there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.azure import CONTRIBUTOR, LIFEBOAT_NAME, READER, assign, code, make_group
from tests.web.calling import Apis, called
from tests.web.serving import LIFEBOAT, Served
from tests.web.test_billing import ACCOUNT, CHANGING, READING, give

BUDGETS = "/providers/Microsoft.Consumption/budgets"
COST_MANAGEMENT = "434105ed-43f6-45c7-a02f-909b2ba83430"


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def token(apis: Apis) -> str:
    return apis.sign_in()["access_token"]


@pytest.fixture
def other(apis: Apis) -> str:
    return apis.sign_in(user=LIFEBOAT_NAME)["access_token"]


@pytest.fixture
def scope(apis: Apis) -> str:
    return f"/subscriptions/{apis.subscription}"


def _body(apis: Apis, **more: Any) -> dict[str, Any]:
    month = apis.served.clock.now().replace(day=1)
    told = {
        "enabled": True,
        "operator": "GreaterThan",
        "threshold": 80,
        "contactEmails": ["finance@fjordvik.example"],
    }
    properties = {
        "category": "Cost",
        "amount": 100.5,
        "timeGrain": "Monthly",
        "timePeriod": {"startDate": f"{month:%Y-%m-%d}T00:00:00Z"},
        "notifications": {"most": told},
    }
    return {"properties": {**properties, **more}}


def _put(apis: Apis, token: str, at: str, body: dict[str, Any]) -> Any:
    return apis.call(apis.arm, token, f"{at}{BUDGETS}/team", "PUT", json=body)


def test_a_budget_is_made_told_changed_and_deleted(apis: Apis, token: str, scope: str) -> None:
    made = _put(apis, token, scope, _body(apis))
    assert made.status_code == 201, made.text
    found = made.json()
    assert found["id"] == f"{scope}{BUDGETS}/team"
    assert found["properties"]["currentSpend"] == {"amount": 0.0, "unit": "USD"}
    assert apis.call(apis.arm, token, found["id"].upper()).json() == found
    assert apis.call(apis.arm, token, f"{scope}{BUDGETS}").json()["value"] == [found]
    assert code(_put(apis, token, scope, _body(apis, amount=200))) == (409, "Conflict")
    changed = _put(apis, token, scope, {**_body(apis, amount=200), "eTag": found["eTag"]})
    assert (changed.status_code, changed.json()["properties"]["amount"]) == (200, 200)
    stale = _put(apis, token, scope, {**_body(apis, amount=300), "eTag": found["eTag"]})
    assert code(stale) == (412, "PreconditionFailed")
    assert apis.call(apis.arm, token, found["id"], "DELETE").status_code == 200
    assert code(apis.call(apis.arm, token, found["id"])) == (404, "ResourceNotFound")
    usage = f"{scope}/providers/Microsoft.Consumption/usageDetails"
    assert apis.call(apis.arm, token, usage).json() == {"value": []}


def test_the_roles_at_the_scope_count(apis: Apis, token: str, other: str, scope: str) -> None:
    group = make_group(apis, token, "rg1")
    assign(apis, token, group, COST_MANAGEMENT, LIFEBOAT)
    assert _put(apis, other, group, _body(apis)).status_code == 201
    assert code(_put(apis, other, scope, _body(apis))) == (403, "AuthorizationFailed")
    assign(apis, token, scope, READER, LIFEBOAT, "two")
    assert apis.call(apis.arm, other, f"{scope}{BUDGETS}").json()["value"] == []
    assert _put(apis, other, scope, _body(apis)).status_code == 403
    assign(apis, token, scope, CONTRIBUTOR, LIFEBOAT, "three")
    assert _put(apis, other, scope, _body(apis)).status_code == 201
    nowhere = f"{scope}/resourceGroups/none"
    assert code(_put(apis, token, nowhere, _body(apis))) == (404, "ResourceNotFound")


def test_at_a_billing_account_the_billing_roles_count(
    apis: Apis, token: str, other: str, scope: str
) -> None:
    assign(apis, token, scope, CONTRIBUTOR, LIFEBOAT)
    assert _put(apis, other, ACCOUNT, _body(apis)).status_code == 403
    give(apis, token, READING)
    assert _put(apis, other, ACCOUNT, _body(apis)).status_code == 403
    assert apis.call(apis.arm, other, f"{ACCOUNT}{BUDGETS}").json()["value"] == []
    give(apis, token, CHANGING)
    assert _put(apis, other, ACCOUNT, _body(apis)).status_code == 201


REFUSED: list[dict[str, Any]] = [
    {"category": "Money"},
    {"amount": 0},
    {"amount": "1"},
    {"amount": True},
    {"timeGrain": "Daily"},
    {"timePeriod": {"startDate": "2026-01-02T00:00:00Z"}},
    {"timePeriod": {"startDate": "2016-01-01T00:00:00Z"}},
    {"timePeriod": {"startDate": "2099-01-01T00:00:00Z"}},
    {"timePeriod": {"startDate": "0001-01-01T00:00:00+23:00"}},
    {"timePeriod": {"startDate": "2026-01-01", "endDate": "2025-01-01"}},
    {"notifications": {"a": {"enabled": True, "operator": "GreaterThan", "threshold": 1}}},
    {"notifications": {"a": {"enabled": 1}}},
    {"filter": []},
]


@pytest.mark.parametrize("change", REFUSED)
def test_a_budget_that_azure_would_refuse(
    apis: Apis, token: str, scope: str, change: dict[str, Any]
) -> None:
    assert code(_put(apis, token, scope, _body(apis, **change))) == (400, "BadRequest")
    bad = apis.call(apis.arm, token, f"{scope}{BUDGETS}/a%20b", "PUT", json=_body(apis))
    assert code(bad) == (400, "BadRequest")
