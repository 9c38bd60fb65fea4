"""The activity log over HTTP: what the Azure CLI asks it, and who may."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest

from tests.web.arm_calls import Caller, assigned, daemon, owner
from tests.web.calling import Apis, called
from tests.web.serving import Served

EVENTS = "providers/microsoft.insights/eventtypes/management/values"


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def astrid(apis: Apis) -> Caller:
    return owner(apis)


def _filter(apis: Apis, *more: str) -> str:
    now = apis.served.clock.now()
    begins, ends = now - timedelta(hours=6), now + timedelta(minutes=1)
    text = f"eventTimestamp ge {begins.isoformat()} and eventTimestamp le {ends.isoformat()}"
    return "$filter=" + quote(" and ".join((text, *more)))


def test_changes_are_told_with_who_made_them(apis: Apis, astrid: Caller) -> None:
    group = astrid.group("RG1")
    path = astrid.resource(group, "kv")
    own = "0a1b2c3d-0000-4000-8000-00000000000f"
    astrid.ask(path, "DELETE", headers={"x-ms-correlation-request-id": own})
    events = astrid.get(f"{EVENTS}?{_filter(apis)}")["value"]
    assert [each["operationName"]["value"] for each in events[:3]] == [
        "Microsoft.KeyVault/vaults/delete",
        "Microsoft.KeyVault/vaults/write",
        "Microsoft.Resources/resourceGroups/write",
    ]
    latest = events[0]
    assert latest["caller"] == "astrid@fjordvik.example"
    assert (latest["status"]["value"], latest["resourceId"]) == ("Succeeded", astrid.at(path))
    assert (latest["resourceGroupName"], latest["correlationId"]) == ("RG1", own)

    def count(*more: str) -> int:
        return len(astrid.get(f"{EVENTS}?{_filter(apis, *more)}")["value"])

    assert count("resourceGroupName eq 'rg1'") == 3
    assert count("resourceGroupName eq 'rg'") == 0
    assert count(f"resourceUri eq '{astrid.at(path)}'") == 2
    assert count(f"resourceId eq '{astrid.at(path).lower()}'") == 2
    assert count("resourceId eq '/subscriptions/other'") == 0
    assert count("resourceProvider eq 'microsoft.keyvault'") == 2
    assert count(f"correlationId eq '{own}'") == 1
    assert count("caller eq 'nobody'") == 0
    assert count("resourceGroupName eq 'RG1'", "status eq 'Failed'") == 0
    narrowed = _filter(apis, f"correlationId eq '{own}'")
    (one,) = astrid.get(f"{EVENTS}?$select=caller&{narrowed}")["value"]
    assert set(one) == {"caller"}


def test_pages_of_events(apis: Apis, astrid: Caller) -> None:
    group = astrid.group()
    for number in range(205):
        astrid.put(group, {"location": "local", "tags": {"n": str(number)}})
    narrowed = _filter(apis, "resourceGroupName eq 'rg1'")
    first = astrid.get(f"{EVENTS}?{narrowed}")
    following = astrid.get(first["nextLink"])
    assert (len(first["value"]), len(following["value"])) == (200, 6)
    assert "nextLink" not in following


@pytest.mark.parametrize(
    "query",
    [
        "",
        "$filter=caller eq 'a'",
        "$filter=eventTimestamp ge 'yesterday'",
        "$filter=eventTimestamp ge 2020-01-01T00:00:00Z",
        "$filter=eventTimestamp ge 2026-11-01T00:00:00Z or caller eq 'a'",
        "$filter=eventTimestamp gt 2026-11-01T00:00:00Z",
        "$filter=color eq 'a'",
    ],
)
def test_a_filter_has_to_tell_from_when_on(astrid: Caller, query: str) -> None:
    assert astrid.refused(f"{EVENTS}?{query}") == (400, "InvalidFilterInQueryString")


def test_who_may_read_the_log(apis: Apis, astrid: Caller) -> None:
    app = daemon(apis)
    assert app.ask(f"{EVENTS}?{_filter(apis)}").status_code == 200
    astrid.group()
    assigned(apis, "Owner", astrid.at("resourceGroups/rg1"))
    assert app.refused(f"{EVENTS}?{_filter(apis)}") == (403, "AuthorizationFailed")
