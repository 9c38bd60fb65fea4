"""Who is in which group, holds which role, and is whose manager."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import GLOBAL_ADMINISTRATOR, SECURITY_READER
from tests.web.calling import GRAPH_SCOPE, Apis, called
from tests.web.serving import ASTRID, DAEMON, DAEMON_APP, LIFEBOAT, Served


class Graph:
    """Graph, called by an administrator."""

    def __init__(self, served: Served) -> None:
        self.apis: Apis = called(served)
        self.store = served.service.store
        self.token = self.apis.sign_in(GRAPH_SCOPE)["access_token"]

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        return self.apis.call(self.apis.graph, self.token, f"/v1.0/{path}", method, json=body)

    def ids(self, path: str) -> list[str]:
        """Give the ids of a list."""
        answer = self("GET", path)
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json()["value"]]


@pytest.fixture
def graph(served: Served) -> Graph:
    return Graph(served)


def test_groups_and_roles_stand_in_member_of(graph: Graph) -> None:
    create, add = graph.store.groups.create, graph.store.groups.add_member
    outer = create({"displayName": "Outer"}, by=SYSTEM).id
    inner = create({"displayName": "Inner"}, by=SYSTEM).id
    mighty = create({"displayName": "Mighty", "isAssignableToRole": True}, by=SYSTEM).id
    add(outer, inner, by=SYSTEM)
    for member in (ASTRID, DAEMON):
        add(inner, member, by=SYSTEM)
        add(mighty, member, by=SYSTEM)
    role = {"roleDefinitionId": SECURITY_READER, "principalId": mighty, "directoryScopeId": "/"}
    graph.store.roles.create(role, by=SYSTEM)
    graph.apis.served.service.snapshots.refresh()
    assert graph.ids("me/memberOf") == sorted([inner, mighty, GLOBAL_ADMINISTRATOR])
    everything = sorted([inner, outer, mighty, GLOBAL_ADMINISTRATOR, SECURITY_READER])
    assert graph.ids(f"users/{ASTRID}/transitiveMemberOf") == everything
    of_daemon = graph.ids(f"servicePrincipals/{DAEMON}/transitiveMemberOf")
    assert of_daemon == sorted([inner, outer, mighty, SECURITY_READER])
    assert graph.ids(f"groups/{inner}/memberOf") == [outer]
    kinds = {each["@odata.type"] for each in graph("GET", "me/memberOf").json()["value"]}
    assert kinds == {"#microsoft.graph.group", "#microsoft.graph.directoryRole"}


def test_a_user_has_a_manager(graph: Graph) -> None:
    path = f"users/{LIFEBOAT}/manager"
    assert graph("GET", path).status_code == 404
    reference = {"@odata.id": f"https://localhost:8445/v1.0/users/{ASTRID}"}
    assert graph("PUT", f"{path}/$ref", reference).status_code == 204
    assert graph("GET", path).json()["id"] == ASTRID
    assert graph.ids("me/directReports") == [LIFEBOAT]
    assert "manager" not in graph("GET", f"users/{LIFEBOAT}?$select=manager,id").json()
    nobody = {"@odata.id": f"https://localhost:8445/v1.0/servicePrincipals/{DAEMON}"}
    assert graph("PUT", f"{path}/$ref", nobody).status_code == 400
    assert graph("DELETE", f"{path}/$ref").status_code == 204
    assert graph.ids(f"users/{ASTRID}/directReports") == []


def test_roles_are_told_by_template_and_activated_as_scripts_do(graph: Graph) -> None:
    told = graph("GET", f"directoryRoleTemplates/{SECURITY_READER}").json()
    assert told["displayName"] == "Security Reader"
    made = graph("POST", "directoryRoles", {"roleTemplateId": SECURITY_READER})
    assert (made.status_code, made.json()["id"]) == (201, SECURITY_READER)
    assert graph("POST", "directoryRoles", {"roleTemplateId": "none"}).status_code == 400


def test_objects_of_applications_are_found_by_application_id(graph: Graph) -> None:
    for kind, own in (("applications", "a1"), ("servicePrincipals", DAEMON)):
        assert graph("GET", f"{kind}(appId='{DAEMON_APP}')").json()["id"] == own
        assert graph("GET", f"{kind}(appId='{ASTRID}')").status_code == 404


def test_who_signs_himself_out_everywhere_is_challenged(graph: Graph) -> None:
    graph.apis.served.clock.move(timedelta(minutes=1))
    assert graph("POST", "me/revokeSignInSessions").json()["value"] is True
    assert graph("GET", "me").status_code == 401
