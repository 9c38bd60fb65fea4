"""The Azure CLI keeps users, groups and applications: `az ad`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.directory.protocols import SYSTEM
from tests.clients.az import AzureCli
from tests.clients.serving import Served
from tests.clients.tenant import DOMAIN

GRAPH = "00000003-0000-0000-c000-000000000000"
USER_READ = "e1fe6dd8-ba31-4d61-89e7-88639da4683d"
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


def test_a_service_principal_is_made_for_a_pipeline_and_signs_in(
    administrator: AzureCli, served: Served, tmp_path: Path
) -> None:
    def ad(*arguments: str) -> Any:
        said = administrator.run("ad", *arguments, "-o", "json")
        assert said.code == 0, said.err
        return said.json if said.out.strip() else None

    def signs_in(*proof: str) -> int:
        pipeline = AzureCli(
            served, tmp_path / f"az-{len(list(tmp_path.iterdir()))}", administrator.folder
        )
        pipeline.run("logout")
        named = ("--service-principal", "--username", made["appId"])
        return pipeline.login(*named, *proof, "--allow-no-subscriptions").code

    made = ad("sp", "create-for-rbac", "--name", "Pipeline")
    assert made["tenant"] == served.tenant_id
    app_id = made["appId"]
    assert signs_in("--password", made["password"]) == 0
    renewed = ad("sp", "credential", "reset", "--id", app_id)["password"]
    assert signs_in("--password", renewed) == 0
    (own,) = ad("sp", "credential", "list", "--id", app_id)
    ad("sp", "credential", "delete", "--id", app_id, "--key-id", own["keyId"])
    assert signs_in("--password", renewed) != 0
    with_key = ad("app", "credential", "reset", "--id", app_id, "--create-cert", "--append")
    file = Path(with_key["fileWithCertAndPrivateKey"])
    try:
        assert signs_in("--certificate", str(file)) == 0
    finally:
        file.unlink()
    (key,) = ad("app", "credential", "list", "--id", app_id, "--cert")
    ad("app", "credential", "delete", "--id", app_id, "--key-id", key["keyId"], "--cert")
    assert ad("app", "credential", "list", "--id", app_id, "--cert") == []
    ad("sp", "update", "--id", app_id, "--set", "accountEnabled=false")
    assert signs_in("--password", made["password"]) != 0
    ad("sp", "delete", "--id", app_id)
    assert ad("sp", "list", "--display-name", "Pipeline") == []


def test_a_service_principal_is_made_with_a_certificate(
    administrator: AzureCli, served: Served, tmp_path: Path
) -> None:
    said = administrator.run("ad", "sp", "create-for-rbac", "--name", "Keyed", "--create-cert")
    file = Path(said.json["fileWithCertAndPrivateKey"])
    pipeline = AzureCli(served, tmp_path / "keyed", administrator.folder)
    pipeline.run("logout")
    named = ("--service-principal", "--username", said.json["appId"])
    try:
        proof = ("--certificate", str(file), "--allow-no-subscriptions")
        assert pipeline.login(*named, *proof).code == 0
    finally:
        file.unlink()


def test_permissions_and_owners_of_an_application(administrator: AzureCli) -> None:
    def ad(*arguments: str) -> Any:
        said = administrator.run("ad", *arguments, "-o", "json")
        assert said.code == 0, said.err
        return said.json if said.out.strip() else None

    me = ad("signed-in-user", "show")["id"]
    app_id = ad("app", "create", "--display-name", "Berths")["appId"]
    ad("sp", "create", "--id", app_id)
    needs = ("--api", GRAPH, "--api-permissions", f"{USER_READ}=Scope")
    ad("app", "permission", "add", "--id", app_id, *needs)
    (needed,) = ad("app", "permission", "list", "--id", app_id)
    assert needed["resourceAccess"] == [{"id": USER_READ, "type": "Scope"}]
    granting = ("app", "permission", "grant", "--id", app_id, "--api", GRAPH)
    assert ad(*granting, "--scope", "User.Read")["consentType"] == "AllPrincipals"
    (grant,) = ad("app", "permission", "list-grants", "--id", app_id)
    assert grant["scope"] == "User.Read"
    refused = administrator.run("ad", "app", "permission", "admin-consent", "--id", app_id)
    assert "not yet supported on sovereign clouds" in refused.err
    ad("app", "permission", "delete", "--id", app_id, "--api", GRAPH)
    assert ad("app", "permission", "list", "--id", app_id) == []
    assert [each["id"] for each in ad("app", "owner", "list", "--id", app_id)] == [me]
    assert [each["appId"] for each in ad("app", "list", "--show-mine")] == [app_id]
    ad("app", "owner", "remove", "--id", app_id, "--owner-object-id", me)
    ad("app", "owner", "add", "--id", app_id, "--owner-object-id", me)
    owned = {each["displayName"] for each in ad("signed-in-user", "list-owned-objects")}
    assert owned == {"Berths"}
    roles = '[{"displayName": "Pilot", "value": "pilot", "allowedMemberTypes": ["User"]}]'
    ad("app", "update", "--id", app_id, "--app-roles", roles)
    (role,) = ad("sp", "show", "--id", app_id)["appRoles"]
    assert role["value"] == "pilot"
