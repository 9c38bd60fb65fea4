"""The Graph SDK for Python as administrators' scripts use it: every object made, read, changed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.directory.protocols import SYSTEM
from tests.clients.driving import Driver, needs_sdk, python_client
from tests.clients.granting import grant
from tests.clients.serving import Person, Served
from tests.clients.tenant import DAEMON, DOMAIN, GRAPH_MFA, MFA

pytestmark = needs_sdk

PERMISSIONS = ("Policy.Read.All", "User.Read.All", "AuditLog.Read.All")
ABSENT = {"status": 404, "traced": True}


@pytest.fixture
def graph(long_served: Served) -> Iterator[Driver]:
    """Give the SDK that nobody signed in with."""
    with python_client("graph_flows.py", long_served) as driver:
        yield driver


@pytest.fixture
def administrator(graph: Driver, long_served: Served) -> Person:
    """Somebody who signed in with the SDK and may do everything."""
    person = long_served.person()
    role = {"roleDefinitionId": GLOBAL_ADMINISTRATOR, "principalId": person.id}
    long_served.store.roles.create({**role, "directoryScopeId": "/"}, by=SYSTEM)
    graph.ask("device", browsers=[graph.browser(person.answers())])
    assert graph.ask("me")["id"] == person.id
    return person


def _said(error: dict[str, object]) -> dict[str, object]:
    return {"status": error["status"], "traced": error["traced"]}


def test_policies(graph: Driver, administrator: Person) -> None:
    found = graph.ask("policies", user=administrator.id)
    gone = found.pop("gone")
    assert found == {
        "created": True,
        "controls": ["mfa"],
        "users": [administrator.id],
        "clients": ["all"],
        "changed": ["Changed", "enabledForReportingButNotEnforced"],
        "kept": ["797f4846-ba00-4fd7-ba43-dac1f8f63013"],
        "listed": True,
    }
    assert _said(gone) == ABSENT


@pytest.mark.usefixtures("administrator")
def test_named_locations(graph: Driver) -> None:
    found = graph.ask("locations")
    assert found["network"] == ["Old branch", False], found
    assert found["ranges"] == ["198.51.100.0/24"]
    assert found["country"] == ["NO", "SE"]
    assert found["kinds"] == ["IpNamedLocation", "CountryNamedLocation"]
    assert _said(found["gone"]) == ABSENT


@pytest.mark.usefixtures("administrator")
def test_authentication_strengths(graph: Driver) -> None:
    found = graph.ask("strengths")
    assert (found["kind"], found["satisfies"]) == ("custom", ["mfa"]), found
    assert found["description"] == "Keys and certificates"
    assert found["combinations"] == ["fido2", "x509CertificateMultiFactor"]
    assert found["before"] == ["fido2"]
    assert found["used"] == 0
    assert found["built_in"] == [
        "Multifactor authentication",
        "Passwordless MFA",
        "Phishing-resistant MFA",
    ]
    assert _said(found["gone"]) == ABSENT


@pytest.mark.usefixtures("administrator")
def test_templates(graph: Driver) -> None:
    found = graph.ask("templates")
    assert found["count"] == 22, found
    assert found["name"] == found["first"]
    assert found["details"]


def test_evaluate(graph: Driver, administrator: Person, long_served: Served) -> None:
    long_served.policy(MFA, "on")
    found = graph.ask("evaluate", user=administrator.id)
    assert found[MFA] == [True, ["notSet"]], found
    assert found[GRAPH_MFA][0] is False


def test_sign_ins_page_after_page(graph: Driver, administrator: Person) -> None:
    found = graph.ask("sign_ins", user=administrator.id)
    assert found["users"] == [administrator.id], found
    assert found["times"]
    assert set(found["pages"]) <= {0, 1}
    assert MFA in found["policies"]


@pytest.mark.usefixtures("administrator")
def test_users_page_after_page(graph: Driver) -> None:
    found = graph.ask("users", domain=DOMAIN)
    assert found["title"] == "Auditor", found
    assert len(found["pages"]) > 5
    assert set(found["pages"][:-1]) == {7}
    assert found["different"] == sum(found["pages"])
    assert found["named"] == [True]
    assert _said(found["twice"]) == {"status": 409, "traced": True}
    assert _said(found["gone"]) == ABSENT


@pytest.mark.usefixtures("administrator")
def test_what_is_wrong_is_told(graph: Driver) -> None:
    found = graph.ask("wrong")
    for each in found.values():
        assert (each["status"], each["traced"]) == (400, True), found
        assert each["message"]


def test_an_application_reads_what_it_was_granted_and_changes_nothing(
    graph: Driver, long_served: Served
) -> None:
    grant(long_served, *PERMISSIONS)
    graph.ask("secret", client_id=DAEMON, secret=long_served.filled.daemon_secret)
    assert graph.ask("templates")["count"] == 22
    refused = graph.ask("locations")
    assert refused["raised"] == "ODataError", refused
    assert refused["text"].startswith("Authorization_RequestDenied")


def test_who_is_no_administrator_reads_no_policies(graph: Driver, long_served: Served) -> None:
    person = long_served.person()
    graph.ask("device", browsers=[graph.browser(person.answers())])
    refused = graph.ask("templates")
    assert refused["text"].startswith("Authorization_RequestDenied"), refused


def test_a_policy_on_graph_is_met_by_the_sdk_itself(graph: Driver, long_served: Served) -> None:
    """Continuous access evaluation: the SDK takes the challenge and signs in anew with MFA."""
    person = long_served.person()
    first, second = person.answers(), person.answers(mfa=True)
    graph.ask("device", browsers=[graph.browser(first), graph.browser(second)])
    assert graph.ask("me")["browsers_left"] == 1
    long_served.policy(GRAPH_MFA, "on")
    found = graph.ask("me")
    assert (found["id"], found["browsers_left"]) == (person.id, 0), found
