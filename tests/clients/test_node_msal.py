"""MSAL for Node and @azure/identity sign in, in every way that they have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ostiary.directory.azure import RESOURCE_GROUP
from ostiary.serving.recovery import one_policy
from tests.clients.driving import Driver, needs_node, node_client
from tests.clients.serving import Served
from tests.clients.tenant import DAEMON, FAR_AWAY, MFA, OFFICE, PASSWORD

pytestmark = needs_node


@pytest.fixture
def msal(served: Served, tmp_path: Path) -> Iterator[Driver]:
    """Give MSAL for Node with an empty cache."""
    with node_client("msal.mjs", served, tmp_path) as driver:
        yield driver


@pytest.fixture
def identity(served: Served, tmp_path: Path) -> Iterator[Driver]:
    """Give @azure/identity that nobody signed in with."""
    with node_client("identity.mjs", served, tmp_path) as driver:
        yield driver


def access(found: dict[str, Any]) -> dict[str, Any]:
    """Give the claims of the access token."""
    assert "access" in found, found
    return found["access"]


def test_msal_client_credentials_in_every_way(msal: Driver, served: Served) -> None:
    filled = served.filled
    secret = msal.ask("secret", clientId=DAEMON, clientSecret=filled.daemon_secret)
    assert access(secret)["appid"] == DAEMON
    certificate = msal.ask("certificate", clientId=DAEMON, pem=filled.daemon_pem)
    assert access(certificate)["appidacr"] == "2"
    federated = msal.ask("assertion", clientId=DAEMON, token=served.pipeline_token())
    assert access(federated)["appid"] == DAEMON
    wrong = msal.ask("secret", clientId=DAEMON, clientSecret="wrong")  # is wrong
    assert "AADSTS7000215" in wrong["text"], wrong


def test_msal_password_until_a_policy_wants_more(msal: Driver, served: Served) -> None:
    person = served.person()
    found = msal.ask("password", username=person.name, password=PASSWORD)
    assert access(found)["amr"] == ["pwd"]
    served.policy(MFA, "on")
    denied = msal.ask("password", username=person.name, password=PASSWORD)
    assert denied["raised"] == "InteractionRequiredAuthError", denied
    assert "AADSTS50076" in denied["text"]


def test_msal_device_code_with_mfa(msal: Driver, served: Served) -> None:
    person = served.person()
    served.policy(MFA, "on")
    found = msal.ask("device", browser=msal.browser(person.answers(mfa=True)))
    assert "mfa" in access(found)["amr"]
    assert "otp" in found["asked"]


def test_msal_interactive_then_silent_until_a_policy_wants_more(
    msal: Driver, served: Served
) -> None:
    person = served.person()
    found = msal.ask("interactive", browser=msal.browser(person.answers()))
    assert access(found)["oid"] == person.id
    assert found["account"] == person.name
    graph = msal.ask("silent", scope=f"{served.graph}/.default")
    assert "User.Read" in access(graph)["scp"].split()
    served.policy(MFA, "on")
    denied = msal.ask("silent")
    assert denied["raised"] == "InteractionRequiredAuthError", denied
    assert one_policy(served.store, MFA).id in denied["claims"]
    browser = msal.browser(person.answers(mfa=True))
    again = msal.ask("interactive", browser=browser, claims=denied["claims"])
    assert "mfa" in access(again)["amr"]
    assert "mfa" in access(msal.ask("silent"))["amr"]


def test_msal_tells_of_a_blocked_browser(msal: Driver, served: Served) -> None:
    person = served.person()
    served.place(FAR_AWAY)
    served.policy(OFFICE, "on")
    denied = msal.ask("interactive", browser=msal.browser(person.answers()))
    assert "AADSTS53003" in denied["text"], denied


def test_identity_client_credentials_in_every_way(identity: Driver, served: Served) -> None:
    filled = served.filled
    secret = identity.ask("secret", clientId=DAEMON, secret=filled.daemon_secret)
    assert secret["appid"] == DAEMON, secret
    certificate = identity.ask("certificate", clientId=DAEMON, pem=filled.daemon_pem)
    assert certificate["appidacr"] == "2", certificate
    federated = identity.ask("assertion", clientId=DAEMON, token=served.pipeline_token())
    assert federated["appid"] == DAEMON, federated


def test_identity_device_code(identity: Driver, served: Served) -> None:
    person = served.person()
    found = identity.ask("device", browsers=[identity.browser(person.answers())])
    assert found["oid"] == person.id, found


def test_identity_interactive_and_a_management_client(identity: Driver, served: Served) -> None:
    person = served.person()
    found = identity.ask("interactive", browser=identity.browser(person.answers()))
    assert found["oid"] == person.id, found
    groups = served.store.azure.of_type(RESOURCE_GROUP, f"/subscriptions/{served.subscription}")
    told = identity.ask("groups", subscription=served.subscription)
    assert sorted(told["names"]) == sorted(each.document["name"] for each in groups)
