"""Users, groups and applications that were deleted come back, without what made them mighty."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.graph.directory_permissions import APPLICATION_ADMINISTRATOR
from ostiary.graph.permissions import SECURITY_READER, USER_ADMINISTRATOR
from tests.web.calling import GRAPH_SCOPE, Apis, called
from tests.web.serving import ASTRID, DAEMON, DAEMON_APP, LIFEBOAT, Served
from tests.web.test_graph_users import holds

DELETED = "/v1.0/directory/deletedItems"


class Graph:
    """Graph, called by an administrator."""

    def __init__(self, served: Served) -> None:
        self.apis: Apis = called(served)
        self.store = served.service.store
        self.token = self.apis.sign_in(GRAPH_SCOPE)["access_token"]

    def __call__(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        return self.apis.call(self.apis.graph, token or self.token, path, method, json=body)

    def deleted(self, kind: str) -> list[Any]:
        """List what was deleted of a kind."""
        return self("GET", f"{DELETED}/microsoft.graph.{kind}").json()["value"]

    def group(self, name: str, *members: str, **more: Any) -> str:
        """Make a group."""
        document = {"displayName": name, "securityEnabled": True, "members": list(members), **more}
        return self.store.groups.create(document, by=SYSTEM).id


@pytest.fixture
def graph(served: Served) -> Graph:
    return Graph(served)


def test_a_user_comes_back_without_roles_and_methods(graph: Graph, served: Served) -> None:
    crew = graph.group("Crew", LIFEBOAT)
    admins = graph.group("Admins", LIFEBOAT, isAssignableToRole=True)
    role = {"roleDefinitionId": SECURITY_READER, "principalId": LIFEBOAT, "directoryScopeId": "/"}
    graph.store.roles.create(role, by=SYSTEM)
    assert graph("DELETE", f"/v1.0/users/{LIFEBOAT}").status_code == 204
    (told,) = graph.deleted("user")
    assert (told["id"], told["displayName"]) == (LIFEBOAT, "Lifeboat")
    assert told["deletedDateTime"].endswith("Z")
    assert graph("GET", f"{DELETED}/{LIFEBOAT}").json()["userPrincipalName"].startswith("lifeboat")
    back = graph("POST", f"{DELETED}/{LIFEBOAT}/restore")
    assert back.status_code == 200, back.text
    assert back.json()["@odata.type"] == "#microsoft.graph.user"
    assert graph.store.groups.groups_of(LIFEBOAT) == [crew]
    assert admins
    assert graph.store.roles.of_principal(LIFEBOAT) == []
    assert graph.store.methods.of_user(LIFEBOAT) == []
    assert graph.store.passwords.of(LIFEBOAT) is None
    assert graph("POST", f"{DELETED}/{LIFEBOAT}/restore").status_code == 404
    assert graph.deleted("user") == []
    assert graph.store.audit.newest(target_id=LIFEBOAT, activity="Restore user")


def test_a_name_that_was_given_away_is_not_taken_back(graph: Graph) -> None:
    assert graph("DELETE", f"/v1.0/users/{LIFEBOAT}").status_code == 204
    taken = {"userPrincipalName": "lifeboat@fjordvik.example", "displayName": "Other"}
    graph.store.users.create(taken, by=SYSTEM)
    assert graph("POST", f"{DELETED}/{LIFEBOAT}/restore").status_code == 409


def test_a_group_comes_back_with_its_members(graph: Graph) -> None:
    outer = graph.group("Outer")
    crew = graph.group("Crew", ASTRID, LIFEBOAT)
    graph.store.groups.add_member(outer, crew, by=SYSTEM)
    assert graph("DELETE", f"/v1.0/groups/{crew}").status_code == 204
    assert graph("DELETE", f"/v1.0/users/{LIFEBOAT}").status_code == 204
    (told,) = graph.deleted("group")
    assert "members" not in told
    assert graph("POST", f"{DELETED}/{crew}/restore").status_code == 200
    assert graph.store.groups.members(crew) == [ASTRID]
    assert graph.store.groups.groups_of(crew) == [outer]


def test_an_application_comes_back_without_secrets(graph: Graph, served: Served) -> None:
    form = {"grant_type": "client_credentials", "client_id": DAEMON_APP}
    form |= {
        "client_secret": served.daemon_secret,
        "scope": "https://management.azure.com/.default",
    }
    assert served.token(form).status_code == 200
    assert graph("DELETE", "/v1.0/applications/a1").status_code == 204
    assert [each["id"] for each in graph.deleted("servicePrincipal")] == [DAEMON]
    assert graph("POST", f"{DELETED}/{DAEMON}/restore").status_code == 404, "its application first"
    assert graph("POST", f"{DELETED}/a1/restore").status_code == 200
    assert graph("GET", f"/v1.0/servicePrincipals/{DAEMON}").json()["appId"] == DAEMON_APP
    assert graph.deleted("servicePrincipal") == []
    assert served.token(form).status_code == 401


def test_what_is_deleted_goes_for_good_by_hand_or_after_thirty_days(
    graph: Graph, served: Served
) -> None:
    assert graph("DELETE", f"/v1.0/users/{LIFEBOAT}").status_code == 204
    assert graph("DELETE", f"{DELETED}/{LIFEBOAT}").status_code == 204
    assert graph("GET", f"{DELETED}/{LIFEBOAT}").status_code == 404
    crew = graph.group("Crew")
    assert graph("DELETE", f"/v1.0/groups/{crew}").status_code == 204
    served.clock.move(timedelta(days=31))
    assert graph.store.deleted.get("groups", crew) is None
    assert graph.store.deleted.forget_expired() == 1


def test_AD02_each_kind_is_restored_by_who_changes_it(graph: Graph) -> None:
    assert graph("DELETE", "/v1.0/applications/a1").status_code == 204
    crew = graph.group("Mighty", isAssignableToRole=True)
    assert graph("DELETE", f"/v1.0/groups/{crew}").status_code == 204
    theirs = holds(graph.apis, USER_ADMINISTRATOR)
    for path in ("a1", crew):
        assert graph("POST", f"{DELETED}/{path}/restore", token=theirs).status_code == 403
        assert graph("DELETE", f"{DELETED}/{path}", token=theirs).status_code == 403
    role = {"roleDefinitionId": APPLICATION_ADMINISTRATOR, "principalId": LIFEBOAT}
    graph.store.roles.create({**role, "directoryScopeId": "/"}, by=SYSTEM)
    graph.apis.served.service.snapshots.refresh()
    assert graph("POST", f"{DELETED}/a1/restore", token=theirs).status_code == 200
