"""Risky users through Graph: confirmed, told, dismissed."""

from __future__ import annotations

import pytest

from ostiary.graph.permissions import SECURITY_READER
from tests.web.calling import GRAPH_SCOPE, Apis, called
from tests.web.serving import ASTRID, DAEMON, HQ, LIFEBOAT, Served
from tests.web.test_graph_users import holds

RISKY = "/v1.0/identityProtection/riskyUsers"


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


def test_a_user_is_confirmed_compromised_and_dismissed(apis: Apis) -> None:
    token = apis.sign_in(GRAPH_SCOPE)["access_token"]

    def decide(what: str, *ids: str) -> int:
        body = {"userIds": list(ids)}
        return apis.call(apis.graph, token, f"{RISKY}/{what}", "POST", json=body).status_code

    assert decide("confirmCompromised", LIFEBOAT) == 204
    found = apis.call(apis.graph, token, f"{RISKY}?$filter=riskLevel eq 'high'").json()["value"]
    assert [(each["id"], each["riskState"]) for each in found] == [
        (LIFEBOAT, "confirmedCompromised")
    ]
    assert decide("dismiss", LIFEBOAT, HQ) == 404
    assert decide("dismiss", LIFEBOAT) == 204
    one = apis.call(apis.graph, token, f"{RISKY}/{LIFEBOAT}").json()
    assert (one["riskLevel"], one["riskState"]) == ("none", "dismissed")
    assert apis.call(apis.graph, token, f"{RISKY}/{ASTRID}").status_code == 404
    services = "/v1.0/identityProtection/riskyServicePrincipals"
    body = {"servicePrincipalIds": [DAEMON]}
    done = apis.call(apis.graph, token, f"{services}/confirmCompromised", "POST", json=body)
    assert done.status_code == 204
    told = apis.call(apis.graph, token, services).json()["value"]
    assert [each["displayName"] for each in told] == ["Backup"]


def test_AD02_a_reader_decides_nothing(apis: Apis) -> None:
    token = holds(apis, SECURITY_READER)
    assert apis.call(apis.graph, token, RISKY).status_code == 200
    body = {"userIds": [LIFEBOAT]}
    refused = apis.call(apis.graph, token, f"{RISKY}/confirmCompromised", "POST", json=body)
    assert refused.status_code == 403
