"""`ostiary identity`, and the listener of managed identities of a server that runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from ostiary.arm.azure_roles import READER
from ostiary.model.json_types import as_object
from ostiary.secrecy.randomness import SystemRandomness
from ostiary.serving.host import host_actor, opened_store
from tests.cli.running import run
from tests.serving.processes import free_ports, running

ARM = "https://management.azure.com/"


def added(data: Path, name: str = "backup", *more: str) -> dict[str, Any]:
    """Make an identity on the host."""
    ran = run("identity", "add", name, *more, "--data", data, "--json")
    assert ran.code == 0, ran.err
    return ran.answers[0]


def test_an_identity_is_made_listed_and_removed_and_each_change_is_audited(data: Path) -> None:
    made = added(data, "backup", "--role", "Reader")
    assert made["type"] == "UserAssigned"
    assert made["resourceId"].endswith("/userAssignedIdentities/backup")
    assert made["callers"] == []
    assert "nobody" in run("identity", "list", "--data", data).out
    with opened_store(str(data), {}, randomness=SystemRandomness()) as store:
        (role,) = store.azure.assignments(frozenset({made["principalId"]}))
        resource = store.azure.need(made["resourceId"]).document
    held = as_object(role.document["properties"])["roleDefinitionId"]
    assert str(held).endswith(READER.id)
    ids = {name: made[name] for name in ("principalId", "clientId")}
    assert ids.items() <= as_object(resource["properties"]).items()
    assert run("identity", "allow", "backup", "--data", data).code == 0
    assert run("identity", "remove", made["clientId"], "--data", data).code == 0
    assert run("identity", "list", "--data", data, "--json").answers[0] == {"identities": []}
    with opened_store(str(data), {}, randomness=SystemRandomness()) as store:
        rows = store.audit.newest(actor_id=host_actor().id, target_id=made["principalId"])
        assert store.azure.get(made["resourceId"]) is None
    assert [each.row["activity"] for each in rows] == [
        "Delete service principal",
        "Add caller of managed identity",
        "Add caller of managed identity",
        "Add service principal",
    ]


def test_a_system_assigned_identity_goes_with_its_machine(data: Path) -> None:
    made = added(data, "host7", "--system", "--resource-group", "machines")
    assert made["type"] == "SystemAssigned"
    machine = made["resourceId"]
    assert "/resourceGroups/machines/" in machine
    assert machine.endswith("/Microsoft.HybridCompute/machines/host7")
    assert run("identity", "remove", "host7", "--data", data).code == 0
    with opened_store(str(data), {}, randomness=SystemRandomness()) as store:
        assert "identity" not in store.azure.need(machine).document


def test_callers_are_allowed_and_withdrawn(data: Path) -> None:
    added(data)
    ran = run("identity", "allow", "backup", "10.1.0.7", "10.2.0.0/28", "--data", data, "--json")
    first, second = ran.answers[0]["callers"]
    assert (first["network"], second["network"]) == ("10.1.0.7/32", "10.2.0.0/28")
    assert run("identity", "withdraw", "backup", first["id"], "--data", data).code == 0
    (shown,) = run("identity", "list", "--data", data, "--json").answers[0]["identities"]
    assert shown["callers"] == [{"id": second["id"], "by": "10.2.0.0/28"}]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "x"), "expected a name of 3 to 128"),
        (("add", "backup"), "already"),
        (("allow", "nothing"), "there is no managed identity `nothing`"),
        (("allow", "backup", "10.0.0.1/8"), "expected an address or a range"),
        (("secret", "backup"), "set `port` in the table [managed_identities]"),
        (("withdraw", "backup", "nobody"), "the identity has no caller `nobody`"),
        (("remove", "nothing"), "`ostiary identity list` names all"),
    ],
)
def test_bad_input_is_told_and_changes_nothing(
    data: Path, arguments: tuple[str, ...], told: str
) -> None:
    added(data)
    before = run("identity", "list", "--data", data, "--json").out
    ran = run("identity", *arguments, "--data", data)
    assert ran.code == 2
    assert told in ran.err
    assert run("identity", "list", "--data", data, "--json").out == before


def test_a_running_server_gives_tokens_to_whom_the_commands_name(data: Path) -> None:
    (port, *rest) = free_ports(4)
    settings = {"OSTIARY_MANAGED_IDENTITIES__PORT": str(port)}
    made = added(data)
    with running(data, ports=rest, environment=settings) as served:
        url = f"http://127.0.0.1:{port}"
        exported = run("env", "--data", data, "--shell", "json", **settings).answers[0]
        assert exported["AZURE_POD_IDENTITY_AUTHORITY_HOST"] == url
        asked = {"api-version": "2018-02-01", "resource": ARM}
        path, metadata = f"{url}/metadata/identity/oauth2/token", {"Metadata": "true"}
        with httpx.Client(params=asked, headers=metadata) as client:
            assert client.get(path).json()["error_description"] == "Identity not found"
            assert run("identity", "allow", "backup", "--data", data).code == 0
            assert client.get(path).json()["client_id"] == made["clientId"]
        ran = run("identity", "secret", "backup", "--data", data, "--json", **settings)
        told = ran.answers[0]
        assert told["IDENTITY_ENDPOINT"] == f"{url}/msi/token"
        found = httpx.get(
            told["IDENTITY_ENDPOINT"],
            params={**asked, "api-version": "2019-08-01"},
            headers={"X-IDENTITY-HEADER": told["IDENTITY_HEADER"]},
        )
        assert found.json()["client_id"] == made["clientId"]
        assert served.stop() == 0
    assert told["IDENTITY_HEADER"] not in "".join(served.lines)
