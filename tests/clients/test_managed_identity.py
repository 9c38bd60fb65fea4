"""Real clients sign in with managed identities, by both protocols."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.clients.az import AzureCli
from tests.clients.driving import Driver, needs_node, needs_sdk, node_client, python_client
from tests.clients.serving import Served, ostiary
from tests.clients.tenant import DAEMON

HERE = "127.0.0.0/8"


@contextmanager
def identity(served: Served, name: str, *options: str) -> Generator[dict[str, Any]]:
    """Make an identity that every process of this host may be, and remove it at the end."""
    data = ("--data", str(served.data))
    made = json.loads(
        ostiary("identity", "add", name, *options, "--role", "Reader", "--json", *data)
    )
    try:
        ostiary("identity", "allow", made["clientId"], HERE, *data)
        yield made
    finally:
        ostiary("identity", "remove", made["clientId"], *data)


def secret(served: Served, made: dict[str, Any]) -> dict[str, str]:
    """Give the environment of the one workload that has the secret of an identity."""
    where = ("--data", str(served.data), "--config", str(served.data.parent / "ostiary.toml"))
    found = json.loads(ostiary("identity", "secret", made["clientId"], "--json", *where))
    return {each: found[each] for each in ("IDENTITY_ENDPOINT", "IDENTITY_HEADER")}


@pytest.fixture
def made(served: Served) -> Iterator[dict[str, Any]]:
    """A user-assigned identity, the only one."""
    with identity(served, "backup") as found:
        yield found


@pytest.fixture
def python(served: Served) -> Iterator[Driver]:
    """Python's libraries in a process that nobody signed in."""
    with python_client("managed_flows.py", served) as driver:
        yield driver


@pytest.fixture
def node(served: Served, tmp_path: Path) -> Iterator[Driver]:
    """Node's libraries in a process that nobody signed in."""
    with node_client("managed.mjs", served, tmp_path) as driver:
        yield driver


def test_az_signs_in_and_reads_what_its_role_allows(
    az: AzureCli, served: Served, made: dict[str, Any]
) -> None:
    said = az.run("login", "--identity")
    assert said.code == 0, said.err
    (account,) = said.json
    assert (account["user"]["type"], account["tenantId"]) == ("servicePrincipal", served.tenant_id)
    assert az.access_claims()["oid"] == made["principalId"]
    assert "identities" in [each["name"] for each in az.run("group", "list").json]
    refused = az.run("group", "create", "-n", "other", "-l", "local")
    assert "AuthorizationFailed" in refused.err
    entry = served.sign_ins(made["principalId"])[0]
    assert entry["signInEventTypes"] == ["managedIdentity"]
    assert entry["managedServiceIdentity"]["msiType"] == "userAssigned"


def test_az_names_one_of_several(az: AzureCli, served: Served, made: dict[str, Any]) -> None:
    with identity(served, "reports"):
        said = az.run("login", "--identity")
        assert said.code != 0
        assert "Multiple user assigned identities exist" in said.err
        assert az.run("login", "--identity", "--client-id", made["clientId"]).code == 0
    assert az.access_claims()["oid"] == made["principalId"]


def test_az_makes_and_removes_identities(az: AzureCli, served: Served) -> None:
    assert (
        az.login("--service-principal", "-u", DAEMON, "-p", served.filled.daemon_secret).code == 0
    )
    assert az.run("group", "create", "-n", "workloads", "-l", "local").code == 0
    where = ("-g", "workloads", "-n", "nightly")
    made = az.run("identity", "create", *where).json
    assert made["tenantId"] == served.tenant_id
    principal = served.store.principals.need(made["principalId"]).document
    assert principal["servicePrincipalType"] == "ManagedIdentity"
    assert az.run("identity", "show", *where).json["clientId"] == made["clientId"]
    (listed,) = az.run("resource", "list", "-g", "workloads").json
    assert listed["id"] == made["id"]
    assert az.run("identity", "delete", *where).code == 0
    assert served.store.principals.get(made["principalId"]) is None
    assert az.run("group", "delete", "-n", "workloads", "--yes").code == 0


@needs_sdk
def test_azure_identity_by_imds(python: Driver, served: Served, made: dict[str, Any]) -> None:
    for ask in ("identity", "by_default"):
        selected = {"client_id": made["clientId"]} if ask == "identity" else {}
        found = python.ask(ask, **selected)
        assert found["oid"] == made["principalId"], found
    by_resource = {"identity_config": {"msi_res_id": made["resourceId"]}}
    assert python.ask("identity", **by_resource)["oid"] == made["principalId"]
    found = python.ask("groups", subscription=served.subscription)
    assert "identities" in found["names"], found
    wrong = python.ask("identity", client_id=DAEMON)
    assert "Identity not found" in wrong["text"], wrong


@needs_sdk
def test_msal_by_imds(python: Driver, served: Served, made: dict[str, Any]) -> None:
    found = python.ask("msal")
    assert found.get("oid") == made["principalId"], found
    with identity(served, "host7", "--system") as system:
        assert python.ask("msal")["oid"] == system["principalId"]
        for selected in ("client_id", "object_id", "resource_id"):
            wanted = {
                "client_id": made["clientId"],
                "object_id": made["principalId"],
                "resource_id": made["resourceId"],
            }[selected]
            assert python.ask("msal", **{selected: wanted})["oid"] == made["principalId"]
    refused = python.ask("msal", client_id=DAEMON)
    assert (refused["error"], refused["error_description"]) == (
        "invalid_request",
        "Identity not found",
    ), refused


@needs_sdk
def test_python_by_the_secret_of_one_workload(
    python: Driver, served: Served, made: dict[str, Any]
) -> None:
    python.ask("environment", **secret(served, made))
    assert python.ask("identity")["oid"] == made["principalId"]
    assert python.ask("msal")["oid"] == made["principalId"]
    python.ask("environment", IDENTITY_HEADER="wrong")
    refused = python.ask("msal")
    assert "is not that of an identity" in refused["error_description"], refused


@needs_node
def test_node_by_imds(node: Driver, made: dict[str, Any]) -> None:
    for library in ("identity", "msal"):
        for selected in ({}, {"clientId": made["clientId"]}):
            found = node.ask(library, **selected)
            assert found.get("oid") == made["principalId"], found


@needs_node
def test_node_by_the_secret_of_one_workload(
    node: Driver, served: Served, made: dict[str, Any]
) -> None:
    node.ask("environment", **secret(served, made))
    for library in ("identity", "msal"):
        found = node.ask(library)
        assert found.get("oid") == made["principalId"], found
