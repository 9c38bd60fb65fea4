"""What the policies do to the Azure CLI: the story that the service is there for."""

from __future__ import annotations

import pytest

from tests.clients.az import AzureCli, Said
from tests.clients.serving import Served, eventually
from tests.clients.tenant import DAEMON, FAR_AWAY, LIFEBOAT, MFA, NEWCOMER, OFFICE, PASSWORD


def works(said: Said) -> None:
    """Claim that a command did what it is for."""
    assert said.code == 0, said.err


def refused(said: Said, code: str) -> None:
    """Claim that a command failed with one of Entra's codes."""
    assert said.code == 1, said.out
    assert code in said.err


def test_require_mfa_for_azure_management_from_report_only_to_on_and_off(
    az: AzureCli, served: Served
) -> None:
    person = served.person()
    works(az.browser_login(person.answers(), "--tenant", served.tenant_id).said)
    works(az.run("group", "list"))

    served.policy(MFA, "report-only")
    works(az.run("group", "list"))
    assert served.results(person.id, MFA)[0] == "reportOnlyInterrupted"

    served.policy(MFA, "on")
    said = az.run("group", "list")
    refused(said, "AADSTS50076")
    assert "multi-factor authentication" in said.err
    # az's own hint
    assert "Run the command below to authenticate interactively" in said.err
    assert f'az login --tenant "{served.tenant_id}"' in said.err
    assert '--scope "https://management.core.windows.net//.default"' in said.err
    assert served.results(person.id, MFA)[0] == "failure"

    served.policy(MFA, "off")
    works(az.run("group", "list"))


def test_what_az_advises_asks_for_mfa_and_then_works(az: AzureCli, served: Served) -> None:
    person = served.person()
    works(az.browser_login(person.answers()).said)
    served.policy(MFA, "on")
    refused(az.run("group", "list"), "AADSTS50076")
    works(az.run("logout"))
    scope = ("--scope", "https://management.core.windows.net//.default")
    signed_in = az.browser_login(person.answers(mfa=True), "--tenant", served.tenant_id, *scope)
    works(signed_in.said)
    assert "otp" in signed_in.asked
    works(az.run("group", "list"))
    assert served.results(person.id, MFA)[0] == "success"


def test_the_device_code_asks_for_mfa_and_then_works(az: AzureCli, served: Served) -> None:
    person = served.person()
    served.policy(MFA, "on")
    signed_in = az.device_login(person.answers(mfa=True), "--tenant", served.tenant_id)
    works(signed_in.said)
    assert "otp" in signed_in.asked
    works(az.run("group", "list"))


def test_without_a_tenant_mfa_is_asked_for_too(az: AzureCli, served: Served) -> None:
    person = served.person()
    served.policy(MFA, "on")
    signed_in = az.browser_login(person.answers(mfa=True))
    assert signed_in.said.json[0]["tenantId"] == served.tenant_id
    assert "otp" in signed_in.asked


def test_who_has_no_second_factor_has_to_register_one(az: AzureCli, served: Served) -> None:
    newcomer = {"login": NEWCOMER, "passwd": PASSWORD}
    works(az.browser_login(newcomer).said)
    served.policy(MFA, "on")
    refused(az.run("group", "list"), "AADSTS50079")


def test_a_service_principal_is_not_asked(az: AzureCli, served: Served) -> None:
    works(az.login("--service-principal", "-u", DAEMON, "-p", served.filled.daemon_secret))
    served.policy(MFA, "on")
    works(az.run("group", "list"))


def test_name_and_password_alone_no_longer_do(az: AzureCli, served: Served) -> None:
    if not served.on_443:
        pytest.skip("nothing can listen on port 443 here, where MSAL asks for the user realm")
    person = served.person()
    served.policy(MFA, "on")
    refused(az.login("-u", person.name, "-p", PASSWORD), "AADSTS50076")


def test_the_emergency_account_gets_in_and_raises_the_alert(az: AzureCli, served: Served) -> None:
    served.policy(MFA, "on")
    served.place(FAR_AWAY)
    served.policy(OFFICE, "on")
    signed_in = az.browser_login({"login": LIFEBOAT, "passwd": PASSWORD})
    works(signed_in.said)
    assert "otp" not in signed_in.asked
    works(az.run("group", "list"))
    alert = eventually(lambda: served.beyond.alerts[:1], "alert at the webhook")[0]
    assert LIFEBOAT in str(alert), alert


def test_outside_the_office_az_is_blocked_and_let_in_again(az: AzureCli, served: Served) -> None:
    person = served.person()
    works(az.browser_login(person.answers()).said)
    served.policy(OFFICE, "on")
    works(az.run("group", "list"))
    served.place(FAR_AWAY)
    refused(az.run("group", "list"), "AADSTS53003")
    assert served.results(person.id, OFFICE)[0] == "failure"
    served.policy(OFFICE, "off")
    works(az.run("group", "list"))


def test_a_blocked_browser_tells_az_so(az: AzureCli, served: Served) -> None:
    person = served.person()
    served.place(FAR_AWAY)
    served.policy(OFFICE, "on")
    refused(az.browser_login(person.answers()).said, "AADSTS53003")


def test_a_blocked_device_code_is_told_on_the_page(az: AzureCli, served: Served) -> None:
    served.place(FAR_AWAY)
    served.policy(OFFICE, "on")
    page = az.blocked_device_login(served.person().answers(), "AADSTS53003")
    assert OFFICE in page
