"""azure-mgmt-resource and @azure/arm-resources: subscriptions, groups, resources, challenges."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ostiary.administration.mandatory_mfa import require_mfa_for_changes
from ostiary.directory.snapshot import Snapshots
from tests.clients.driving import Driver, needs_node, needs_sdk, node_client, python_client
from tests.clients.serving import Served
from tests.clients.tenant import DAEMON, MFA, SYSTEM

BOATS = [f"boat{count:02}" for count in range(7)]


@pytest.fixture
def python(long_served: Served) -> Iterator[Driver]:
    """Give azure-mgmt-resource that nobody signed in with."""
    with python_client("management.py", long_served) as driver:
        yield driver


@pytest.fixture
def node(long_served: Served, tmp_path: Path) -> Iterator[Driver]:
    """Give @azure/arm-resources that nobody signed in with."""
    with node_client("management.mjs", long_served, tmp_path) as driver:
        yield driver


@pytest.fixture
def mandatory_mfa(long_served: Served) -> Iterator[None]:
    """Demand multifactor authentication for changes of resources while the test runs."""
    store = long_served.store
    require_mfa_for_changes(store, Snapshots(store), True, by=SYSTEM)
    yield
    require_mfa_for_changes(store, Snapshots(store), False, by=SYSTEM)


@needs_sdk
def test_python_reads_subscriptions(python: Driver, long_served: Served) -> None:
    secret = long_served.filled.daemon_secret
    python.ask("secret", client_id=DAEMON, secret=secret, subscription=long_served.subscription)
    assert python.ask("subscriptions") == {
        "tenants": [long_served.tenant_id],
        "subscriptions": [long_served.subscription],
        "name": "Fjordvik",
        "state": "Enabled",
        "locations": ["local"],
    }


@needs_sdk
def test_python_keeps_groups_and_resources(python: Driver, long_served: Served) -> None:
    subscription, secret = long_served.subscription, long_served.filled.daemon_secret
    python.ask("secret", client_id=DAEMON, secret=secret, subscription=subscription)
    place = f"/subscriptions/{subscription}/resourceGroups/python"
    made = python.ask("make_group", name="python")
    assert (made["id"], made["tags"]) == (place, {"team": "ops"})
    assert python.ask("change_group", name="python") == {"tags": {"team": "dev"}, "exists": True}
    boat = f"{place}/providers/Microsoft.Storage/storageAccounts/gull"
    found = python.ask("resource", group="python", name="gull")
    assert found == {"id": boat, "lengths": [12, 12, 14], "left": []}
    pages = python.ask("pages", group="python", number=len(BOATS))
    assert pages == {"sizes": [3, 3, 1], "names": BOATS}
    assert python.ask("delete_group", name="python") == {"exists": False}
    gone = python.ask("absent_group", name="python")
    assert (gone["raised"], "ResourceGroupNotFound" in gone["text"]) == (
        "ResourceNotFoundError",
        True,
    )


@needs_node
def test_node_keeps_groups_and_resources(node: Driver, long_served: Served) -> None:
    subscription, secret = long_served.subscription, long_served.filled.daemon_secret
    node.ask("secret", clientId=DAEMON, secret=secret, subscription=subscription)
    place = f"/subscriptions/{subscription}/resourceGroups/node"
    made = node.ask("makeGroup", name="node")
    assert (made["id"], made["tags"]) == (place, {"team": "ops"})
    assert node.ask("changeGroup", name="node")["tags"] == {"team": "dev"}
    boat = f"{place}/providers/Microsoft.Storage/storageAccounts/gull"
    found = node.ask("resource", group="node", name="gull")
    assert found == {"id": boat, "lengths": [12, 12, 14], "left": []}
    pages = node.ask("pages", group="node", number=len(BOATS))
    assert pages == {"sizes": [3, 3, 1], "names": BOATS}
    assert "node" not in node.ask("deleteGroup", name="node")["names"]
    assert node.ask("absentGroup", name="node")["code"] == "ResourceGroupNotFound"


@needs_sdk
def test_a_policy_that_is_turned_on_asks_the_person_again_in_python(
    python: Driver, long_served: Served
) -> None:
    person = long_served.person()
    browsers = [python.browser(person.answers()), python.browser(person.answers(mfa=True))]
    python.ask("device", browsers=browsers, subscription=long_served.subscription)
    assert python.ask("make_group", name="first")["browsers_left"] == 1
    long_served.policy(MFA, "on")
    assert python.ask("make_group", name="second")["browsers_left"] == 0
    assert long_served.results(person.id, MFA)[0] == "success"


@needs_node
def test_a_policy_that_is_turned_on_asks_the_person_again_in_node(
    node: Driver, long_served: Served
) -> None:
    person = long_served.person()
    browsers = [node.browser(person.answers()), node.browser(person.answers(mfa=True))]
    node.ask("device", browsers=browsers, subscription=long_served.subscription)
    assert node.ask("makeGroup", name="third")["browsers_left"] == 1
    long_served.policy(MFA, "on")
    assert node.ask("makeGroup", name="fourth")["browsers_left"] == 0
    assert long_served.results(person.id, MFA)[0] == "success"


@needs_sdk
def test_mandatory_mfa_asks_the_person_again_in_python(
    python: Driver, long_served: Served, mandatory_mfa: None
) -> None:
    person = long_served.person()
    browsers = [python.browser(person.answers()), python.browser(person.answers(mfa=True))]
    python.ask("device", browsers=browsers, subscription=long_served.subscription)
    assert python.ask("subscriptions")["name"] == "Fjordvik"
    made = python.ask("make_group", name="fifth")
    assert made.get("browsers_left") == 0, made


@needs_node
def test_mandatory_mfa_asks_the_person_again_in_node(
    node: Driver, long_served: Served, mandatory_mfa: None
) -> None:
    person = long_served.person()
    browsers = [node.browser(person.answers()), node.browser(person.answers(mfa=True))]
    node.ask("device", browsers=browsers, subscription=long_served.subscription)
    assert node.ask("makeGroup", name="sixth")["browsers_left"] == 0
