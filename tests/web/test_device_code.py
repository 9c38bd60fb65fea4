"""The device code grant over HTTP: its polls, and the policies at each issuance (DC02 to DC06)."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from ostiary.directory.device_codes import LIFETIME
from ostiary.directory.protocols import SYSTEM
from ostiary.factors.kinds import Factor
from ostiary.signin.user_codes import REQUESTS, TENANT_REQUESTS
from tests.web.device_flow import LONG, ask, device
from tests.web.parallel import at_once
from tests.web.serving import (
    ARM_SCOPE,
    ASTRID,
    AZ,
    DAEMON_APP,
    ELSEWHERE,
    OFFICE,
    POLICY,
    TENANT,
    Served,
)
from tests.web.test_token import claims_of, refused, results


def test_a_device_gets_what_it_shows_in_the_words_of_entra(served: Served) -> None:
    body = ask(served).json()
    assert body["message"] == (
        "To sign in, use a web browser to open the page https://localhost:8443/device and enter "
        f"the code {body['user_code']} to authenticate."
    )
    assert (body["expires_in"], body["interval"]) == (900, 5)
    assert body["verification_uri"] == "https://localhost:8443/device"


def test_the_first_version_names_a_resource_and_writes_numbers_as_text(served: Served) -> None:
    response = ask(served, version="", scope="", resource="https://management.core.windows.net/")
    body = response.json()
    assert (body["expires_in"], body["interval"]) == ("900", "5")
    assert "verification_url" in body


@pytest.mark.parametrize(
    ("form", "code", "error"),
    [
        ({"client_id": ""}, 900144, "invalid_request"),
        ({"client_id": "nobody"}, 700016, "unauthorized_client"),
        ({"scope": ""}, 28003, "invalid_scope"),
        ({"scope": "https://nowhere.example/.default"}, 500011, "invalid_resource"),
        ({"claims": "{"}, 90013, "invalid_request"),
    ],
)
def test_a_wrong_request_gets_no_code(
    served: Served, form: dict[str, str], code: int, error: str
) -> None:
    refused(ask(served, **form), code, error)


@pytest.mark.parametrize("grant", [LONG, "device_code"])
def test_an_approved_device_gets_tokens_for_what_it_asked(served: Served, grant: str) -> None:
    waiting = device(served)
    waiting.approve()
    response = waiting.poll(grant)
    claims = claims_of(response)
    assert (claims["amr"], claims["xms_cc"]) == (["pwd"], ["cp1"])
    assert claims["scp"] == "user_impersonation"
    body = response.json()
    assert "https://management.core.windows.net//.default" in body["scope"].split()
    assert {"refresh_token", "id_token", "client_info", "foci"} <= set(body)
    assert served.logged()["authenticationProtocol"] == "deviceCode"
    assert served.refreshed(body["refresh_token"]).status_code == 200


def test_DC02_polls_are_told_how_it_stands(served: Served) -> None:
    waiting = device(served)
    rows = served.rows()
    refused(waiting.poll(), 70016, "authorization_pending")
    refused(waiting.poll(), 50196, "slow_down")
    served.clock.move(timedelta(seconds=6))
    refused(waiting.poll(), 50196, "slow_down")
    served.clock.move(timedelta(seconds=15))
    refused(waiting.poll(), 70016, "authorization_pending")
    assert served.rows() == rows
    served.clock.move(timedelta(minutes=15))
    refused(waiting.poll(), 70019, "expired_token")
    assert served.logged()["status"]["errorCode"] == 70019


def test_DC02_a_person_may_decline(served: Served) -> None:
    waiting = device(served)
    assert served.service.store.device_codes.deny(waiting.body["user_code"])
    refused(waiting.poll(), 65004, "authorization_declined")


def test_DC05_the_policies_judge_the_session_that_approved(served: Served) -> None:
    served.enrol()
    served.policy("enabled")
    by_password, by_both = device(served), device(served)
    by_password.approve()
    body = refused(by_password.poll(), 50076, "interaction_required")
    assert POLICY in body["claims"]
    assert results(served)[POLICY] == "failure"
    refused(by_password.poll(), 50076, "interaction_required")
    by_both.approve(Factor.TOTP)
    assert claims_of(by_both.poll())["amr"] == ["otp", "pwd", "mfa"]


def test_DC05_a_policy_about_the_flow_blocks_the_poll_and_every_refresh(served: Served) -> None:
    early, late = device(served), device(served)
    for each in (early, late):
        each.approve()
    token = early.poll().json()["refresh_token"]
    plain = served.by_password().json()["refresh_token"]
    flows = {"transferMethods": "deviceCodeFlow"}
    policy = served.service.store.policies.need(POLICY).document
    conditions = {**policy["conditions"], "authenticationFlows": flows}
    controls = {"operator": "OR", "builtInControls": ["block"]}
    served.change_policy(
        POLICY, {"conditions": conditions, "grantControls": controls, "state": "enabled"}
    )
    refused(late.poll(), 53003, "invalid_grant")
    refused(served.refreshed(token), 53003, "invalid_grant")
    assert served.logged()["originalTransferMethod"] == "deviceCodeFlow"
    assert served.refreshed(plain).status_code == 200


def test_DC05_a_refused_poll_leaves_the_approval(served: Served) -> None:
    waiting = device(served)
    waiting.approve()
    served.policy("enabled")
    refused(waiting.poll(), 50079, "interaction_required")
    served.policy("disabled")
    assert waiting.poll().status_code == 200
    refused(waiting.poll(), 70019, "expired_token")


def test_DC05_a_challenge_that_comes_with_the_polls_counts(served: Served) -> None:
    """azure-identity sends the claims of a challenge with its polls, not with its first request."""
    served.enrol()
    claims = '{"access_token":{"acrs":{"essential":true,"value":"p1"}}}'
    waiting = device(served)
    refused(waiting.poll(claims=claims), 70016, "authorization_pending")
    code = served.service.store.device_codes.of_person(waiting.body["user_code"])
    assert code is not None
    assert code.document["contexts"] == ["p1"]
    waiting.approve()
    refused(waiting.poll(), 50076, "interaction_required")
    late = device(served)
    late.approve()
    refused(late.poll(claims=claims), 50076, "interaction_required")
    stepped = device(served)
    stepped.approve(Factor.TOTP)
    assert claims_of(stepped.poll(claims=claims))["acrs"] == ["p1"]


def test_DC06_a_code_belongs_to_its_client(served: Served) -> None:
    waiting = device(served)
    waiting.approve()
    stranger = waiting.poll(client_id=DAEMON_APP, client_secret=served.daemon_secret)
    refused(stranger, 70000, "bad_verification_code")
    assert waiting.poll().status_code == 200
    refused(waiting.poll(), 70019, "expired_token")


def test_DC06_of_20_polls_at_once_one_gets_tokens(served: Served) -> None:
    waiting = device(served)
    waiting.approve()
    assert Counter(at_once(20, waiting.poll)) == {200: 1, 400: 19}


def test_who_was_disabled_meanwhile_gets_nothing(served: Served) -> None:
    waiting = device(served)
    waiting.approve()
    served.service.store.users.modify(ASTRID, {"accountEnabled": False}, by=SYSTEM)
    assert waiting.poll().status_code == 400


def test_DS03_one_address_gets_so_many_codes_and_all_together_so_many(served: Served) -> None:
    store = served.service.store
    since, until = served.clock.now(), served.clock.now() + LIFETIME
    for address, given in ((OFFICE, REQUESTS.failures - 1), ("tenant", 0)):
        window = {"since": since.isoformat(), "failures": given}
        store.attempts.change(f"deviceCode:{address}", lambda _, kept=window: (kept, until))
    assert _asked(served, OFFICE) == 200
    assert _asked(served, OFFICE) == 429
    assert _asked(served, ELSEWHERE) == 200
    window = {"since": since.isoformat(), "failures": TENANT_REQUESTS.failures - 1}
    store.attempts.change("deviceCode:tenant", lambda _: (window, until))
    assert _asked(served, ELSEWHERE) == 200
    assert _asked(served, ELSEWHERE) == 429
    served.clock.move(LIFETIME)
    assert _asked(served, OFFICE) == 200


def _asked(served: Served, address: str) -> int:
    form = {"client_id": AZ, "scope": ARM_SCOPE}
    headers = {"X-Forwarded-For": address}
    path = f"/{TENANT}/oauth2/v2.0/devicecode"
    return served.http.post(path, data=form, headers=headers).status_code
