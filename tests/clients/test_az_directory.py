"""The Azure CLI keeps users, groups and applications: `az ad`."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.directory.protocols import SYSTEM
from tests.clients.az import AzureCli
from tests.clients.serving import Served
from tests.clients.tenant import DOMAIN

SARA = f"sara@{DOMAIN}"


@pytest.fixture
def administrator(az: AzureCli, served: Served) -> AzureCli:
    """Give an az that a Global Administrator signed in with."""
    person = served.person()
    role = {"roleDefinitionId": GLOBAL_ADMINISTRATOR, "principalId": person.id}
    served.store.roles.create({**role, "directoryScopeId": "/"}, by=SYSTEM)
    tenant = ("--tenant", served.tenant_id, "--allow-no-subscriptions")
    said = az.browser_login(person.answers(), *tenant).said
    assert said.code == 0, said.err
    return az


def test_users_and_groups(administrator: AzureCli) -> None:
    def ad(*arguments: str) -> Any:
        said = administrator.run("ad", *arguments, "-o", "json")
        assert said.code == 0, said.err
        return said.json if said.out.strip() else None

    password = "a ship sails at seven bells"  # noqa: S105  # a test's
    named = ("--display-name", "Sara Lind", "--user-principal-name", SARA)
    sara = ad("user", "create", *named, "--password", password)["id"]
    assert ad("user", "show", "--id", SARA)["displayName"] == "Sara Lind"
    pilots = ("--display-name", "Pilots", "--mail-nickname", "pilots")
    group = ad("group", "create", *pilots)["id"]
    ad("group", "member", "add", "-g", group, "--member-id", sara)
    assert ad("group", "member", "check", "-g", group, "--member-id", sara) == {"value": True}
    assert [each["id"] for each in ad("group", "member", "list", "-g", group)] == [sara]
    (held,) = ad("user", "get-member-groups", "--id", SARA)
    assert held == {"displayName": "Pilots", "id": group}
    ad("group", "member", "remove", "-g", group, "--member-id", sara)
    ad("group", "delete", "-g", group)
    ad("user", "delete", "--id", SARA)
    assert administrator.run("ad", "user", "show", "--id", SARA).code != 0


def test_applications(administrator: AzureCli) -> None:
    def ad(*arguments: str) -> Any:
        said = administrator.run("ad", *arguments, "-o", "json")
        assert said.code == 0, said.err
        return said.json if said.out.strip() else None

    app_id = ad("app", "create", "--display-name", "Harbour log")["appId"]
    assert ad("sp", "create", "--id", app_id)["appId"] == app_id
    made = ad("app", "credential", "reset", "--id", app_id)
    assert made["password"]
    assert len(ad("app", "credential", "list", "--id", app_id)) == 1
    assert ad("sp", "show", "--id", app_id)["displayName"] == "Harbour log"
    ad("app", "delete", "--id", app_id)
    assert ad("app", "list", "--app-id", app_id) == []
