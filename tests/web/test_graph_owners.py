"""Owners of applications, service principals and groups, and what somebody owns."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.graph.permissions import USER_ADMINISTRATOR
from tests.web.calling import GRAPH_SCOPE, Apis, called
from tests.web.serving import ASTRID, DAEMON, LIFEBOAT, Served
from tests.web.test_graph_users import holds

GROUP = {
    "displayName": "Pilots",
    "mailNickname": "pilots",
    "mailEnabled": False,
    "securityEnabled": True,
}


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def token(apis: Apis) -> str:
    return apis.sign_in(GRAPH_SCOPE)["access_token"]


def _ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["value"]]


def test_who_makes_an_application_owns_it_and_others_can(apis: Apis, token: str) -> None:
    body = {"displayName": "Timesheet"}
    app = apis.call(apis.graph, token, "/v1.0/applications", "POST", json=body).json()
    assert "owners" not in app
    owners = f"/v1.0/applications/{app['id']}/owners"
    assert _ids(apis.call(apis.graph, token, owners)) == [ASTRID]
    assert _ids(apis.call(apis.graph, token, "/v1.0/me/ownedObjects")) == [app["id"]]
    reference = {"@odata.id": f"https://localhost:8445/v1.0/directoryObjects/{LIFEBOAT}"}
    added = apis.call(apis.graph, token, f"{owners}/$ref", "POST", json=reference)
    assert added.status_code == 204, added.text
    again = apis.call(apis.graph, token, f"{owners}/$ref", "POST", json=reference)
    assert again.status_code == 409
    owned = apis.call(apis.graph, token, f"/v1.0/users/{LIFEBOAT}/ownedObjects").json()["value"]
    assert [each["@odata.type"] for each in owned] == ["#microsoft.graph.application"]
    gone = apis.call(apis.graph, token, f"{owners}/{ASTRID}/$ref", "DELETE")
    assert gone.status_code == 204
    assert _ids(apis.call(apis.graph, token, owners)) == [LIFEBOAT]
    assert apis.call(apis.graph, token, f"{owners}/{ASTRID}/$ref", "DELETE").status_code == 404


def test_groups_and_service_principals_have_owners(apis: Apis, token: str) -> None:
    group = apis.call(apis.graph, token, "/v1.0/groups", "POST", json=GROUP).json()["id"]
    reference = {"@odata.id": f"https://localhost:8445/v1.0/directoryObjects/{DAEMON}"}
    for path in (f"/v1.0/groups/{group}", f"/v1.0/servicePrincipals/{DAEMON}"):
        owners = f"{path}/owners"
        added = apis.call(apis.graph, token, f"{owners}/$ref", "POST", json=reference)
        assert added.status_code == 204, added.text
        assert _ids(apis.call(apis.graph, token, owners)) == [DAEMON]
        assert "owners" not in apis.call(apis.graph, token, path).json()
    owned = apis.call(apis.graph, token, f"/v1.0/servicePrincipals/{DAEMON}/ownedObjects")
    assert set(_ids(owned)) == {group, DAEMON}
    nobody = {"@odata.id": "https://localhost:8445/v1.0/directoryObjects/nobody"}
    path = f"/v1.0/groups/{group}/owners/$ref"
    assert apis.call(apis.graph, token, path, "POST", json=nobody).status_code == 404


def test_AD03_owners_of_groups_that_hold_roles_are_not_for_everybody(
    apis: Apis, token: str
) -> None:
    body = {**GROUP, "isAssignableToRole": True}
    group = apis.call(apis.graph, token, "/v1.0/groups", "POST", json=body).json()["id"]
    theirs = holds(apis, USER_ADMINISTRATOR)
    reference = {"@odata.id": f"https://localhost:8445/v1.0/directoryObjects/{LIFEBOAT}"}
    path = f"/v1.0/groups/{group}/owners/$ref"
    assert apis.call(apis.graph, theirs, path, "POST", json=reference).status_code == 403
