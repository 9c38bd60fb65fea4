"""Emergency access accounts through Graph: how they stand, who is declared, drills."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.administration.emergency_accounts import declared
from ostiary.directory.objects import SETTINGS
from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import GLOBAL_ADMINISTRATOR
from ostiary.signin.emergency import DRILL_BEGINS, DRILL_DONE
from tests.admin.pages import with_role
from tests.web.calling import Apis, called
from tests.web.serving import ASTRID, LIFEBOAT, PLACES, Served
from tests.web.test_graph_policy_history import Graph

PATH = "/v1.0/identity/conditionalAccess/emergencyAccess"
DRILL = f"{PATH}/accounts/{LIFEBOAT}/beginDrill"
NAME = "lifeboat@fjordvik.example"


@pytest.fixture
def apis(served: Served) -> Apis:
    with_role(served, GLOBAL_ADMINISTRATOR, LIFEBOAT)
    served.service.store.singles.write(SETTINGS, {"emergencyAccess": [LIFEBOAT]}, by=SYSTEM)
    return called(served)


@pytest.fixture
def graph(apis: Apis) -> Graph:
    return Graph(apis)


def account(graph: Graph) -> dict[str, Any]:
    """Give what Graph tells of the lifeboat."""
    (found,) = graph("GET", PATH).json()["accounts"]
    return dict(found)


def test_what_is_told_of_an_account(graph: Graph) -> None:
    body = graph("GET", PATH).json()
    assert body["declared"] == [LIFEBOAT]
    assert body["declaredByServer"] == [NAME]
    assert body["drillDays"] == 90
    assert body["alerts"] == {"webhook": False, "mail": [], "waiting": 0}
    found = account(graph)
    assert (found["userPrincipalName"], found["accountEnabled"]) == (NAME, True)
    assert (found["lastSignInDateTime"], found["lastDrillDateTime"]) == (None, None)
    assert found["canChangePolicies"] == "yes"
    assert found["notExcludedFrom"] == []
    assert "nobody ever signed in with it" in found["warnings"]


def test_a_policy_that_is_about_the_account_is_named(apis: Apis, graph: Graph) -> None:
    about = {
        "clientAppTypes": ["all"],
        "applications": {"includeApplications": ["All"]},
        "users": {"includeUsers": [LIFEBOAT]},
    }
    apis.served.change_policy(
        PLACES,
        {
            "state": "enabled",
            "conditions": about,
            "grantControls": {"operator": "OR", "builtInControls": ["compliantDevice"]},
        },
    )
    assert account(graph)["notExcludedFrom"] == ["Only from the office"]


def test_a_drill_is_declared_and_the_sign_in_completes_it(apis: Apis, graph: Graph) -> None:
    answer = graph("POST", DRILL)
    assert answer.status_code == 200, answer.text
    until = answer.json()["untilDateTime"]
    assert account(graph)["drillUntilDateTime"] == until
    audit = apis.served.service.store.audit
    assert audit.newest(activity=DRILL_BEGINS, limit=1)[0].row["actor"]["id"] == ASTRID
    apis.served.by_password(NAME)
    assert audit.newest(activity=DRILL_DONE, limit=1)[0].row["target"]["id"] == LIFEBOAT
    found = account(graph)
    assert found["drillUntilDateTime"] is None
    assert found["lastDrillDateTime"] is not None


def test_only_an_emergency_account_is_drilled(graph: Graph) -> None:
    answer = graph("POST", f"{PATH}/accounts/{ASTRID}/beginDrill")
    assert answer.status_code == 404
    assert "no emergency access account" in answer.json()["error"]["message"]


def test_accounts_are_declared(apis: Apis, graph: Graph) -> None:
    store = apis.served.service.store
    for names, expected in (([], ()), ([NAME], (LIFEBOAT,))):
        answer = graph("PATCH", PATH, {"declared": names})
        assert answer.status_code == 204, answer.text
        assert declared(store) == expected
    assert graph("PATCH", PATH, {"declared": ["nobody@fjordvik.example"]}).status_code == 404
    assert graph("PATCH", PATH, {}).status_code == 400
