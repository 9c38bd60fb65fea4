"""azure-identity signs in, in every way that it has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.driving import Driver, needs_sdk, python_client
from tests.clients.serving import Served
from tests.clients.tenant import DAEMON, MFA, PASSWORD, WEB

pytestmark = needs_sdk


@pytest.fixture
def identity(served: Served) -> Iterator[Driver]:
    """Give azure-identity that nobody signed in with."""
    with python_client("identity_flows.py", served) as driver:
        yield driver


def test_client_secret(identity: Driver, served: Served) -> None:
    found = identity.ask("secret", client_id=DAEMON, secret=served.filled.daemon_secret)
    assert found["appid"] == DAEMON, found
    denied = identity.ask("secret", client_id=DAEMON, secret="wrong")  # noqa: S106  # is wrong
    assert denied["raised"] == "ClientAuthenticationError"
    assert "AADSTS7000215" in denied["text"]


def test_certificate(identity: Driver, served: Served) -> None:
    found = identity.ask("certificate", client_id=DAEMON, pem=served.filled.daemon_pem)
    assert (found["appid"], found["appidacr"]) == (DAEMON, "2"), found


def test_federated_token(identity: Driver, served: Served) -> None:
    found = identity.ask("assertion", client_id=DAEMON, token=served.pipeline_token())
    assert found["appid"] == DAEMON, found


def test_workload_identity(identity: Driver, served: Served, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(served.pipeline_token())
    found = identity.ask("workload", client_id=DAEMON, file=str(file))
    assert found["appid"] == DAEMON, found


def test_on_behalf_of(identity: Driver, served: Served) -> None:
    person = served.person()
    told = {"secret": served.filled.web_secret, "browser": identity.browser(person.answers())}
    found = identity.ask("on_behalf_of", client_id=WEB, **told)
    assert (found["oid"], found["appid"]) == (person.id, WEB), found


def test_username_and_password(identity: Driver, served: Served) -> None:
    if not served.on_443:
        pytest.skip("nothing can listen on port 443 here, where MSAL asks for the user realm")
    person = served.person()
    found = identity.ask("password", username=person.name, word=PASSWORD)
    assert (found["oid"], found["amr"]) == (person.id, ["pwd"]), found


def test_interactive_browser(identity: Driver, served: Served) -> None:
    person = served.person()
    found = identity.ask("interactive", browser=identity.browser(person.answers()))
    assert found["oid"] == person.id, found


def test_interactive_browser_with_mfa(identity: Driver, served: Served) -> None:
    person = served.person()
    served.policy(MFA, "on")
    found = identity.ask("interactive", browser=identity.browser(person.answers(mfa=True)))
    assert "mfa" in found["amr"], found


def test_device_code(identity: Driver, served: Served) -> None:
    person = served.person()
    found = identity.ask("device", browsers=[identity.browser(person.answers())])
    assert found["oid"] == person.id, found


def test_device_code_with_mfa(identity: Driver, served: Served) -> None:
    person = served.person()
    served.policy(MFA, "on")
    found = identity.ask("device", browsers=[identity.browser(person.answers(mfa=True))])
    assert "mfa" in found["amr"], found


def test_a_policy_that_is_switched_on_asks_to_authenticate_again(
    identity: Driver, served: Served
) -> None:
    person = served.person()
    browser = identity.browser(person.answers())
    found = identity.ask("interactive", browser=browser, disable_automatic_authentication=True)
    assert found["oid"] == person.id, found
    served.policy(MFA, "on")
    denied = identity.ask("token")
    assert denied["raised"] == "AuthenticationRequiredError", denied
    assert "AADSTS50076" in denied["text"]
    served.policy(MFA, "off")
    # MSAL keeps a 400 for a minute by the body of the request: another body is another request.
    found = identity.ask("token", scope="https://management.core.windows.net//.default")
    assert found["oid"] == person.id, found


def test_a_credential_that_may_opens_the_browser_again_by_itself(
    identity: Driver, served: Served
) -> None:
    person = served.person()
    browser = identity.browser(person.answers())
    assert identity.ask("interactive", browser=browser)["oid"] == person.id
    served.policy(MFA, "on")
    identity.ask("next_browser", browser=identity.browser(person.answers(mfa=True)))
    found = identity.ask("token")
    assert "mfa" in found["amr"], found
