"""The Azure CLI signs in, in every way that it has."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clients.az import AzureCli
from tests.clients.serving import Served
from tests.clients.tenant import DAEMON, PASSWORD

SERVICE_PRINCIPAL = ("--service-principal", "-u", DAEMON)


def signed_in_as(az: AzureCli) -> tuple[str, str]:
    """Give kind and name of whom az takes itself for."""
    user = az.run("account", "list").json[0]["user"]
    return user["type"], user["name"]


def test_a_service_principal_signs_in_by_secret(az: AzureCli, served: Served) -> None:
    said = az.login(*SERVICE_PRINCIPAL, "-p", served.filled.daemon_secret)
    assert said.json[0]["tenantId"] == served.tenant_id
    assert signed_in_as(az) == ("servicePrincipal", DAEMON)
    assert az.run("group", "list").code == 0


def test_a_wrong_secret_is_refused(az: AzureCli) -> None:
    said = az.login(*SERVICE_PRINCIPAL, "-p", "wrong")
    assert said.code == 1
    assert "AADSTS7000215" in said.err


def test_a_service_principal_signs_in_by_certificate(
    az: AzureCli, served: Served, tmp_path: Path
) -> None:
    pem = tmp_path / "backup.pem"
    pem.write_text(served.filled.daemon_pem)
    assert az.login(*SERVICE_PRINCIPAL, "--certificate", str(pem)).code == 0
    assert signed_in_as(az) == ("servicePrincipal", DAEMON)


def test_a_service_principal_signs_in_by_federated_token(az: AzureCli, served: Served) -> None:
    token = served.pipeline_token()
    works = az.login(*SERVICE_PRINCIPAL, "--federated-token", token)
    assert works.code == 0, works.err
    assert signed_in_as(az) == ("servicePrincipal", DAEMON)


def test_a_federated_token_of_another_subject_is_refused(az: AzureCli, served: Served) -> None:
    token = served.pipeline_token("repo:somebody/else")
    said = az.login(*SERVICE_PRINCIPAL, "--federated-token", token)
    assert said.code == 1
    assert "AADSTS700213" in said.err


def test_a_person_signs_in_by_browser(az: AzureCli, served: Served) -> None:
    person = served.person()
    signed_in = az.browser_login(person.answers(), "--tenant", served.tenant_id)
    assert signed_in.said.code == 0, signed_in.said.err
    assert "passwd" in signed_in.asked
    assert "otp" not in signed_in.asked
    assert signed_in_as(az) == ("user", person.name)


def test_without_a_tenant_az_finds_it(az: AzureCli, served: Served) -> None:
    person = served.person()
    signed_in = az.browser_login(person.answers())
    assert signed_in.said.json[0]["tenantId"] == served.tenant_id
    assert az.run("group", "list").code == 0


def test_a_person_signs_in_by_device_code(az: AzureCli, served: Served) -> None:
    person = served.person()
    signed_in = az.device_login(person.answers(), "--tenant", served.tenant_id)
    assert signed_in.said.code == 0, signed_in.said.err
    assert signed_in_as(az) == ("user", person.name)


def test_a_person_signs_in_by_name_and_password(az: AzureCli, served: Served) -> None:
    if not served.on_443:
        pytest.skip("nothing can listen on port 443 here, where MSAL asks for the user realm")
    person = served.person()
    said = az.login("-u", person.name, "-p", PASSWORD)
    assert said.code == 0, said.err
    assert signed_in_as(az) == ("user", person.name)
    wrong = az.login("-u", person.name, "-p", "not the password")
    assert wrong.code == 1
    assert "AADSTS50126" in wrong.err


def test_an_unknown_tenant_is_told(az: AzureCli) -> None:
    said = az.run("login", *SERVICE_PRINCIPAL, "-p", "x", "--tenant", "nowhere.example")
    assert said.code == 1
    assert "AADSTS90002" in said.err


def test_after_signing_in_tokens_resources_and_people_are_to_be_had(
    az: AzureCli, served: Served
) -> None:
    person = served.person()
    assert az.browser_login(person.answers()).said.code == 0
    token = az.run("account", "get-access-token").json
    assert (token["tenant"], token["tokenType"]) == (served.tenant_id, "Bearer")
    graph = az.run("account", "get-access-token", "--resource", served.graph).json
    assert graph["accessToken"] != token["accessToken"]
    groups = az.run("group", "list").json
    assert isinstance(groups, list)
    subscriptions = az.run("rest", "--url", "/subscriptions?api-version=2022-12-01").json
    assert subscriptions["value"][0]["tenantId"] == served.tenant_id
    me = az.run("rest", "--url", f"{served.graph}/v1.0/me").json
    assert me["userPrincipalName"] == person.name
    assert az.run("ad", "signed-in-user", "show").json["id"] == person.id


def test_signed_out_is_signed_out(az: AzureCli, served: Served) -> None:
    assert az.browser_login(served.person().answers()).said.code == 0
    assert az.run("logout").code == 0
    said = az.run("group", "list")
    assert said.code == 1
    assert "az login" in said.err
