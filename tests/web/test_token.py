"""The token endpoint over HTTP: who may have a token follows from the policies, each time."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64decode
from datetime import timedelta
from typing import Any

import pytest

from tests.web.serving import (
    ARM,
    AZ,
    DAEMON,
    DAEMON_APP,
    ELSEWHERE,
    PLACES,
    POLICY,
    Served,
)


def claims_of(response: Any) -> dict[str, Any]:
    """Read the claims of an access token."""
    assert response.status_code == 200, response.text
    part = response.json()["access_token"].split(".")[1]
    return json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def refused(response: Any, code: int, error: str, status: int = 400) -> dict[str, Any]:
    """Check a refusal and give its body."""
    body = response.json()
    assert (response.status_code, body["error_codes"], body["error"]) == (status, [code], error)
    assert response.headers["cache-control"] == "no-store"
    return body


def results(served: Served) -> dict[str, str]:
    """Give the result of each policy in the last sign-in that was logged."""
    applied = served.logged()["appliedConditionalAccessPolicies"]
    return {each["id"]: each["result"] for each in applied}


def test_a_password_alone_is_enough_while_no_policy_asks_for_more(served: Served) -> None:
    response = served.by_password()
    claims = claims_of(response)
    assert (claims["aud"], claims["amr"]) == ("https://management.core.windows.net/", ["pwd"])
    assert (claims["upn"], claims["scp"]) == ("astrid@fjordvik.example", "user_impersonation")
    body = response.json()
    assert "https://management.core.windows.net//.default" in body["scope"].split()
    assert {"refresh_token", "id_token", "client_info", "foci"} <= set(body)
    assert (response.headers["cache-control"], response.headers["pragma"]) == (
        "no-store",
        "no-cache",
    )
    assert results(served)[POLICY] == "notEnabled"


def test_the_policy_bites_the_session_that_lives_and_lets_it_go_again(served: Served) -> None:
    served.enrol()
    first = served.by_password().json()["refresh_token"]
    served.policy("enabledForReportingButNotEnforced")
    second = served.refreshed(first)
    assert second.status_code == 200
    assert results(served)[POLICY] == "reportOnlyInterrupted"
    kept = second.json()["refresh_token"]
    served.policy("enabled")
    body = refused(served.refreshed(kept), 50076, "interaction_required")
    assert body["suberror"] == "basic_action"
    assert json.loads(body["claims"])["access_token"]["capolids"]["values"] == [POLICY]
    assert ARM in body["error_description"]
    assert results(served)[POLICY] == "failure"
    served.policy("disabled")
    assert claims_of(served.refreshed(kept))["amr"] == ["pwd"]


def test_who_has_nothing_registered_is_told_to_register(served: Served) -> None:
    token = served.by_password().json()["refresh_token"]
    served.policy("enabled")
    refused(served.refreshed(token), 50079, "interaction_required")


def test_a_service_principal_is_no_user(served: Served) -> None:
    served.policy("enabled")
    claims = claims_of(served.as_daemon())
    assert (claims["idtyp"], claims["oid"], "scp" in claims) == ("app", DAEMON, False)


def test_an_emergency_account_is_left_out(served: Served) -> None:
    served.policy("enabled")
    assert served.by_password("lifeboat@fjordvik.example").status_code == 200


def test_a_sign_in_from_elsewhere_is_blocked(served: Served) -> None:
    token = served.by_password().json()["refresh_token"]
    served.policy("enabled", PLACES)
    assert served.refreshed(token).status_code == 200
    served.address = ELSEWHERE
    body = refused(served.by_password(), 53003, "invalid_grant")
    assert "claims" not in body
    assert results(served)[PLACES] == "failure"


def test_TK01_clients_prove_who_they_are(served: Served) -> None:
    wrong = served.as_daemon("wrong")
    refused(wrong, 7000215, "invalid_client", 401)
    assert wrong.headers["www-authenticate"].startswith("Basic")
    form = {
        "grant_type": "client_credentials",
        "scope": "https://management.azure.com/.default",
    }
    refused(served.token({**form, "client_id": DAEMON_APP}), 7000218, "invalid_client", 401)
    basic = "Basic " + b64encode(f"{DAEMON_APP}:{served.daemon_secret}".encode()).decode()
    assert served.token(form, Authorization=basic).status_code == 200
    both = {**form, "client_secret": served.daemon_secret}
    refused(served.token(both, Authorization=basic), 9002313, "invalid_request")
    in_query = f"/organizations/oauth2/v2.0/token?client_secret={served.daemon_secret}"
    refused(served.http.post(in_query, data=form), 9002313, "invalid_request")
    assert served.http.get("/organizations/oauth2/v2.0/token").status_code == 405


@pytest.mark.parametrize(
    ("user", "word"),
    [("nobody@fjordvik.example", "x"), ("astrid@fjordvik.example", "x")],
)
def test_EN01_an_unknown_user_and_a_wrong_password_read_alike(
    served: Served, user: str, word: str
) -> None:
    refused(served.by_password(user, word), 50126, "invalid_grant")
    assert served.logged()["status"]["errorCode"] in {50126, 50034}


def test_BF01_ten_wrong_passwords_lock_the_right_one_out(served: Served) -> None:
    for n in range(10):
        served.by_password(word=f"wrong {n}")
    refused(served.by_password(), 50126, "invalid_grant")
    assert served.logged()["status"]["errorCode"] == 50053


def test_RT02_a_refresh_token_rotates_and_forgives_for_half_a_minute(served: Served) -> None:
    first = served.by_password().json()["refresh_token"]
    second = served.refreshed(first).json()["refresh_token"]
    assert second != first
    assert served.refreshed(first).json()["refresh_token"] == second


def test_RT03_an_old_refresh_token_ends_the_family(served: Served) -> None:
    first = served.by_password().json()["refresh_token"]
    second = served.refreshed(first).json()["refresh_token"]
    served.clock.move(timedelta(seconds=31))
    refused(served.refreshed(first), 70000, "invalid_grant")
    refused(served.refreshed(second), 50173, "invalid_grant")


def test_DS01_long_bodies_and_headers_are_refused(served: Served) -> None:
    assert served.token({"client_id": AZ, "x": "y" * 70_000}).status_code == 413
    assert served.token({"client_id": AZ}, x="y" * 17_000).status_code == 431


def test_clients_find_what_they_need(served: Served) -> None:
    found = served.http.get("/fjordvik.example/v2.0/.well-known/openid-configuration").json()
    keys = served.http.get(found["jwks_uri"]).json()["keys"]
    assert {key["kty"] for key in keys} == {"RSA"}
    assert not {"d", "p", "q"} & set(keys[0])
    realm = served.http.get("/common/userrealm/astrid@fjordvik.example?api-version=1.0").json()
    assert realm["account_type"] == "Managed"
    unknown = served.http.get("/other.example/v2.0/.well-known/openid-configuration")
    refused(unknown, 90002, "invalid_request")
