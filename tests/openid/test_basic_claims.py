"""Basic OP, scopes, claims, userinfo and request objects: modules under the suite's names."""

from __future__ import annotations

from typing import Any

from tests.openid.relying_party import RelyingParty
from tests.web.registered import CALLBACK

PROFILE = {"name", "given_name", "family_name", "preferred_username"}


def told(party: RelyingParty, scope: str, **more: str) -> set[str]:
    """Sign in for some scopes and give the names of what userinfo tells."""
    return set(party.userinfo(party.redeem(party.sign_in(scope=scope, **more))))


def by_post(party: RelyingParty, **how: Any) -> Any:
    """Ask the userinfo endpoint by POST."""
    return party.served.http.post(party.document["userinfo_endpoint"], **how)


def test_oidcc_userinfo_get(party: RelyingParty) -> None:
    party.userinfo(party.redeem(party.sign_in()))


def test_oidcc_userinfo_post_header(party: RelyingParty) -> None:
    body = party.redeem(party.sign_in())
    headers = {"Authorization": f"Bearer {body['access_token']}"}
    assert by_post(party, headers=headers).json()["sub"] == body["claims"]["sub"]


def test_oidcc_userinfo_post_body(party: RelyingParty) -> None:
    body = party.redeem(party.sign_in())
    response = by_post(party, data={"access_token": body["access_token"]})
    assert response.json()["sub"] == body["claims"]["sub"]


def test_oidcc_scope_profile(party: RelyingParty) -> None:
    assert told(party, "openid profile") == {"sub", *PROFILE}


def test_oidcc_scope_email(party: RelyingParty) -> None:
    assert told(party, "openid email") == {"sub", "email"}


def test_oidcc_scope_address(party: RelyingParty) -> None:
    assert told(party, "openid address") == {"sub"}


def test_oidcc_scope_phone(party: RelyingParty) -> None:
    assert told(party, "openid phone") == {"sub"}


def test_oidcc_scope_all(party: RelyingParty) -> None:
    assert told(party, "openid profile email address phone") == {"sub", "email", *PROFILE}


def test_oidcc_claims_essential(party: RelyingParty) -> None:
    assert party.document["claims_parameter_supported"] is True
    claims = '{"userinfo":{"name":{"essential":true}}}'
    assert "name" in told(party, "openid", claims=claims)


def test_oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported(
    party: RelyingParty,
) -> None:
    assert party.document["request_uri_parameter_supported"] is False
    browser = party.app.open(request_uri="https://timesheet.example/request.jwt")
    assert party.refused(browser) == "request_uri_not_supported"


def test_oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported(
    party: RelyingParty,
) -> None:
    assert party.document["request_parameter_supported"] is False
    browser = party.app.open(request="eyJhbGciOiJub25lIn0.e30.")
    assert party.refused(browser) == "request_not_supported"


def test_oidcc_ensure_request_object_with_redirect_uri(party: RelyingParty) -> None:
    browser = party.app.open(request="eyJhbGciOiJub25lIn0.e30.", redirect_uri=CALLBACK)
    assert party.refused(browser) == "request_not_supported"
