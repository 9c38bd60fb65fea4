"""MSAL for Python signs in, in every way that it has, and tells what the policies refuse."""

from __future__ import annotations

import hashlib
import json
import ssl
from collections.abc import Iterator
from typing import Any

import pytest

from tests.clients.driving import Driver, needs_sdk, python_client
from tests.clients.serving import Served
from tests.clients.tenant import (
    CONTEXT,
    DAEMON,
    FAR_AWAY,
    MFA,
    OFFICE,
    PASSWORD,
    STEP_UP,
    WEB,
    WEB_REDIRECT,
)

pytestmark = needs_sdk
NAMING_POLICIES = "capolids"


@pytest.fixture
def msal(served: Served) -> Iterator[Driver]:
    """Give MSAL with an empty cache."""
    with python_client("msal_flows.py", served) as driver:
        yield driver


def refused(answer: dict[str, Any], code: int) -> None:
    """Claim that MSAL was told one of Entra's codes."""
    assert answer.get("error_codes") == [code], answer


def test_client_credentials_by_secret_certificate_and_federated_token(
    msal: Driver, served: Served
) -> None:
    filled = served.filled
    by_secret = msal.ask("client_credentials", client_id=DAEMON, credential=filled.daemon_secret)
    assert by_secret["access_token"]["idtyp"] == "app", by_secret
    assert not by_secret["refreshable"]
    der = ssl.PEM_cert_to_DER_cert(filled.daemon_pem[filled.daemon_pem.index("-----BEGIN CERT") :])
    thumbprint = hashlib.sha1(der, usedforsecurity=False).hexdigest()
    credential = {"private_key": filled.daemon_pem, "thumbprint": thumbprint}
    found = msal.ask("client_credentials", client_id=DAEMON, credential=credential)
    assert found["access_token"]["appidacr"] == "2", found
    assertion = {"client_assertion": served.pipeline_token()}
    federated = msal.ask("client_credentials", client_id=DAEMON, credential=assertion)
    assert federated["access_token"]["appid"] == DAEMON, federated
    wrong = msal.ask("client_credentials", client_id=DAEMON, credential="wrong")
    refused(wrong, 7000215)
    assert wrong["error"] == "invalid_client"


def test_password(msal: Driver, served: Served) -> None:
    if not served.on_443:
        pytest.skip("nothing can listen on port 443 here, where MSAL asks for the user realm")
    person = served.person()
    found = msal.ask("password", username=person.name, word=PASSWORD)
    assert found["access_token"]["amr"] == ["pwd"], found
    served.policy(MFA, "on")
    denied = msal.ask("password", username=person.name, word=PASSWORD)
    refused(denied, 50076)
    assert (denied["error"], denied["suberror"]) == ("invalid_grant", "basic_action")


def test_device_code(msal: Driver, served: Served) -> None:
    person = served.person()
    found = msal.ask("device", browser=msal.browser(person.answers()))
    assert found["access_token"]["oid"] == person.id, found
    assert "To sign in, use a web browser to open the page" in found["message"]


def test_device_code_with_mfa(msal: Driver, served: Served) -> None:
    person = served.person()
    served.policy(MFA, "on")
    found = msal.ask("device", browser=msal.browser(person.answers(mfa=True)))
    assert "otp" in found["asked"], found
    assert "mfa" in found["access_token"]["amr"]


def test_interactive_then_silent_for_another_resource(msal: Driver, served: Served) -> None:
    person = served.person()
    found = msal.ask("interactive", browser=msal.browser(person.answers()))
    assert found["id_token"]["preferred_username"] == person.name, found
    assert found["access_token"]["oid"] == person.id
    graph = msal.ask("silent", scope=f"{served.graph}/.default")
    assert "User.Read" in graph["access_token"]["scp"].split(), graph
    assert graph["access_token"]["aud"] != found["access_token"]["aud"]


def test_a_policy_that_is_switched_on_ends_silent_sign_in_until_it_is_off(
    msal: Driver, served: Served
) -> None:
    person = served.person()
    assert "access_token" in msal.ask("interactive", browser=msal.browser(person.answers()))
    served.policy(MFA, "on")
    denied = msal.ask("silent")
    refused(denied, 50076)
    assert (denied["error"], denied["suberror"]) == ("interaction_required", "basic_action")
    assert denied["classification"] == "basic_action"
    policy = served.stored_policy(MFA).id
    asked = json.loads(denied["claims"])["access_token"][NAMING_POLICIES]
    assert policy in asked["values"]
    again = msal.ask(
        "interactive",
        browser=msal.browser(person.answers(mfa=True)),
        claims_challenge=denied["claims"],
    )
    assert "mfa" in again["access_token"]["amr"], again
    assert "access_token" in msal.ask("silent")


def test_a_challenge_for_an_authentication_context_steps_up(msal: Driver, served: Served) -> None:
    person = served.person()
    served.policy(STEP_UP, "on")
    plain = msal.ask("interactive", browser=msal.browser(person.answers()))
    assert "acrs" not in plain["access_token"], plain
    asked = json.dumps({"access_token": {"acrs": {"essential": True, "value": CONTEXT}}})
    browser = msal.browser(person.answers(mfa=True))
    found = msal.ask("interactive", browser=browser, claims_challenge=asked)
    assert found["access_token"]["acrs"] == [CONTEXT], found


def test_the_old_session_works_again_when_the_policy_is_off(msal: Driver, served: Served) -> None:
    person = served.person()
    assert "access_token" in msal.ask("interactive", browser=msal.browser(person.answers()))
    served.policy(MFA, "on")
    refused(msal.ask("silent"), 50076)
    served.policy(MFA, "off")
    # MSAL keeps a 400 for a minute by the body of the request: another body is another request.
    found = msal.ask("silent", scope="https://management.core.windows.net//.default")
    assert "access_token" in found, found


def test_a_blocked_browser_tells_the_application(msal: Driver, served: Served) -> None:
    person = served.person()
    served.place(FAR_AWAY)
    served.policy(OFFICE, "on")
    found = msal.ask("interactive", browser=msal.browser(person.answers()))
    assert found["error"] == "access_denied", found
    assert "AADSTS53003" in found["error_description"]


def test_a_web_application_by_authorization_code(msal: Driver, served: Served) -> None:
    person = served.person()
    found = msal.ask(
        "code",
        client_id=WEB,
        secret=served.filled.web_secret,
        redirect_uri=WEB_REDIRECT,
        browser=msal.browser(person.answers(), keep=True),
    )
    assert "access_token" in found, found
    assert found["access_token"]["appid"] == WEB
    assert found["again"]["access_token"]["oid"] == person.id


def test_on_behalf_of_until_a_policy_wants_more(msal: Driver, served: Served) -> None:
    person = served.person()
    browser = msal.browser(person.answers())
    assert msal.ask("called", client_id=WEB, browser=browser)["aud"].endswith(WEB)
    secret = served.filled.web_secret
    found = msal.ask("on_behalf_of", client_id=WEB, secret=secret)
    assert (found["access_token"]["oid"], found["access_token"]["appid"]) == (person.id, WEB), found
    served.policy(MFA, "on")
    denied = msal.ask("on_behalf_of", client_id=WEB, secret=secret)
    refused(denied, 50076)
    assert (denied["error"], denied["suberror"]) == ("interaction_required", "basic_action")
    assert served.stored_policy(MFA).id in denied["claims"]
