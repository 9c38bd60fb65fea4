"""Organization and domains through Graph, and the names that people may have."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.directory.objects import ORGANIZATION
from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import USER_ADMINISTRATOR
from tests.web.calling import GRAPH_SCOPE, Apis, called
from tests.web.serving import TENANT, Served
from tests.web.test_graph_users import SARA, holds

DOMAINS = "/v1.0/domains"


class Graph:
    """Graph, called by an administrator of a tenant with one domain."""

    def __init__(self, served: Served) -> None:
        self.apis: Apis = called(served)
        domain = {"name": "fjordvik.example", "isDefault": True, "isInitial": True}
        value = {"id": TENANT, "displayName": "Fjordvik", "verifiedDomains": [domain]}
        served.service.store.singles.write(ORGANIZATION, value, by=SYSTEM)
        served.service.snapshots.refresh()
        self.token = self.apis.sign_in(GRAPH_SCOPE)["access_token"]

    def __call__(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        return self.apis.call(self.apis.graph, token or self.token, path, method, json=body)


@pytest.fixture
def graph(served: Served) -> Graph:
    return Graph(served)


def test_a_domain_is_added_verified_used_and_removed(graph: Graph) -> None:
    made = graph("POST", DOMAINS, {"id": "Boats.Example"})
    assert made.status_code == 201, made.text
    assert (made.json()["id"], made.json()["isVerified"]) == ("boats.example", False)
    assert graph("POST", DOMAINS, {"id": "boats.example"}).status_code == 409
    sara = {**SARA, "userPrincipalName": "sara@boats.example"}
    assert graph("POST", "/v1.0/users", sara).status_code == 400
    assert graph("PATCH", f"{DOMAINS}/boats.example", {"isDefault": True}).status_code == 400
    assert graph("POST", f"{DOMAINS}/boats.example/verify").json()["isVerified"] is True
    user = graph("POST", "/v1.0/users", sara)
    assert user.status_code == 201, user.text
    assert graph("DELETE", f"{DOMAINS}/boats.example").status_code == 400, "somebody has a name"
    assert graph("DELETE", f"/v1.0/users/{user.json()['id']}").status_code == 204
    assert graph("PATCH", f"{DOMAINS}/boats.example", {"isDefault": True}).status_code == 204
    default = graph("GET", f"{DOMAINS}?$filter=isDefault eq true").json()["value"]
    assert [each["id"] for each in default] == ["boats.example"]
    assert graph("DELETE", f"{DOMAINS}/boats.example").status_code == 400, "it is the default"
    first = {"isDefault": True}
    assert graph("PATCH", f"{DOMAINS}/fjordvik.example", first).status_code == 204
    assert graph("DELETE", f"{DOMAINS}/boats.example").status_code == 204
    assert graph("GET", f"{DOMAINS}/boats.example").status_code == 404


@pytest.mark.parametrize("name", ["boats", "-a.example", "a b.example", "a..example", "", None, 1])
def test_AD05_what_is_no_domain_is_refused(graph: Graph, name: Any) -> None:
    assert graph("POST", DOMAINS, {"id": name}).status_code == 400


def test_the_organization_is_told_and_its_contacts_change(graph: Graph) -> None:
    path = f"/v1.0/organization/{TENANT}"
    contacts = {"technicalNotificationMails": ["it@fjordvik.example"]}
    assert graph("PATCH", path, contacts).status_code == 204
    told = graph("GET", path).json()
    assert told["technicalNotificationMails"] == ["it@fjordvik.example"]
    assert told["displayName"] == "Fjordvik"
    (listed,) = graph("GET", "/v1.0/organization").json()["value"]
    assert listed["id"] == TENANT
    assert graph("GET", "/v1.0/organization/other").status_code == 404
    assert graph("PATCH", path, {"displayName": "x"}).status_code == 400


def test_AD02_names_of_the_tenant_are_not_for_everybody(graph: Graph) -> None:
    theirs = holds(graph.apis, USER_ADMINISTRATOR)
    assert graph("POST", DOMAINS, {"id": "boats.example"}, theirs).status_code == 403
    assert graph("PATCH", f"/v1.0/organization/{TENANT}", {}, theirs).status_code == 403
