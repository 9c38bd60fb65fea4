"""RP-initiated logout: modules under the conformance suite's names."""

from __future__ import annotations

from typing import Any

from tests.openid.relying_party import BASE, RelyingParty
from tests.web.registered import SIGNED_OUT


def signed_in(party: RelyingParty) -> str:
    """Sign in and give the ID token."""
    return party.redeem(party.sign_in())["id_token"]


def ask(party: RelyingParty, **parameters: str) -> Any:
    """Follow the application's link for signing out."""
    url = party.document["end_session_endpoint"]
    return party.served.http.get(url, params=parameters, follow_redirects=False)


def is_signed_in(party: RelyingParty) -> bool:
    """Whether the browser is still signed in."""
    return "code" in party.app.open(prompt="none").answer


def asks(party: RelyingParty, response: Any) -> bool:
    """Whether the person is asked, and nothing has ended yet."""
    return "location" not in response.headers and is_signed_in(party)


def test_oidcc_rp_initiated_logout_discovery_endpoint_verification(party: RelyingParty) -> None:
    assert party.document["end_session_endpoint"].startswith(f"{BASE}/")


def test_oidcc_rp_initiated_logout(party: RelyingParty) -> None:
    hint = signed_in(party)
    response = ask(party, id_token_hint=hint, post_logout_redirect_uri=SIGNED_OUT, state="s-1 ä")
    assert response.status_code == 303
    assert response.headers["location"] == f"{SIGNED_OUT}?state=s-1+%C3%A4"
    assert not is_signed_in(party)


def test_oidcc_rp_initiated_logout_bad_post_logout_redirect_uri(party: RelyingParty) -> None:
    hint = signed_in(party)
    bad = "https://timesheet.example/another"
    response = ask(party, id_token_hint=hint, post_logout_redirect_uri=bad, state="s")
    assert response.status_code == 400
    assert asks(party, response)


def test_oidcc_rp_initiated_logout_modified_id_token_hint(party: RelyingParty) -> None:
    head, payload, signature = signed_in(party).split(".")
    turned = ("B" if signature[0] == "A" else "A") + signature[1:]
    hint = f"{head}.{payload}.{turned}"
    response = ask(party, id_token_hint=hint, post_logout_redirect_uri=SIGNED_OUT, state="s")
    assert response.status_code == 400
    assert asks(party, response)


def test_oidcc_rp_initiated_logout_no_id_token_hint(party: RelyingParty) -> None:
    signed_in(party)
    response = ask(party, post_logout_redirect_uri=SIGNED_OUT, state="s")
    assert response.status_code == 200
    assert asks(party, response)


def test_oidcc_rp_initiated_logout_no_params(party: RelyingParty) -> None:
    signed_in(party)
    response = ask(party)
    assert response.status_code == 200
    assert asks(party, response)


def test_oidcc_rp_initiated_logout_no_post_logout_redirect_uri(party: RelyingParty) -> None:
    response = ask(party, id_token_hint=signed_in(party), state="s")
    assert response.status_code == 200
    assert "location" not in response.headers
    assert not is_signed_in(party)


def test_oidcc_rp_initiated_logout_no_state(party: RelyingParty) -> None:
    hint = signed_in(party)
    response = ask(party, id_token_hint=hint, post_logout_redirect_uri=SIGNED_OUT)
    assert response.headers["location"] == SIGNED_OUT
    assert not is_signed_in(party)


def test_oidcc_rp_initiated_logout_only_state(party: RelyingParty) -> None:
    signed_in(party)
    response = ask(party, state="s")
    assert response.status_code == 200
    assert asks(party, response)


def test_oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri(
    party: RelyingParty,
) -> None:
    hint, uri = signed_in(party), f"{SIGNED_OUT}?extra=1"
    response = ask(party, id_token_hint=hint, post_logout_redirect_uri=uri, state="s")
    assert response.status_code == 400
    assert asks(party, response)


def test_oidcc_rp_initiated_logout_bad_id_token_hint(party: RelyingParty) -> None:
    signed_in(party)
    hint = "not.a.token"
    response = ask(party, id_token_hint=hint, post_logout_redirect_uri=SIGNED_OUT, state="s")
    assert response.status_code == 400
    assert asks(party, response)
