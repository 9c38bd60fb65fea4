"""Signing out: who asks, who is asked, and where the browser goes afterwards (SS06)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.browsing import Browser
from tests.web.registered import APP, SIGNED_OUT, WebApp, web_app
from tests.web.serving import AZ, TENANT, Served
from tests.web.test_browser_session import cookie

LOGOUT = f"/{TENANT}/oauth2/v2.0/logout"
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


def asked(served: Served, **parameters: str) -> Any:
    """Follow an application's link for signing out."""
    return served.http.get(LOGOUT, params=parameters, follow_redirects=False)


def signed_in(app: WebApp) -> dict[str, Any]:
    """Sign in and give the tokens."""
    return app.redeem(app.signed_in()).json()


def is_signed_in(served: Served) -> bool:
    """Whether the browser's session still lives."""
    return "code" in Browser(served).open(prompt="none").answer


def test_SS06_the_own_id_token_ends_the_session(served: Served) -> None:
    app = web_app(served)
    tokens = signed_in(app)
    response = asked(
        served,
        id_token_hint=tokens["id_token"],
        post_logout_redirect_uri=SIGNED_OUT,
        state="a b",
    )
    assert response.headers["location"] == f"{SIGNED_OUT}?state=a+b"
    assert "Max-Age=0" in response.headers["set-cookie"]
    assert not is_signed_in(served)
    newest = served.service.store.audit.newest(limit=1)[0]
    assert newest.row["activity"] == "End session"


def test_SS06_without_a_hint_the_person_is_asked(served: Served) -> None:
    app = web_app(served)
    signed_in(app)
    page = asked(served, client_id=APP, post_logout_redirect_uri=SIGNED_OUT, state="s")
    assert "astrid@fjordvik.example" in page.text
    assert is_signed_in(served)
    assert "form-action 'self' https://timesheet.example" in page.headers["content-security-policy"]
    action, hidden = Browser(served, page).form()
    response = served.http.post(action, data=hidden, headers=SAME_SITE, follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (303, f"{SIGNED_OUT}?state=s")
    assert not is_signed_in(served)


def test_SS06_a_hint_about_somebody_else_is_no_answer(served: Served) -> None:
    app = web_app(served)
    hint = signed_in(app)["id_token"]
    served.http.cookies.clear()
    other = Browser(served).open().fill(login="lifeboat@fjordvik.example")
    other.fill(passwd="correct horse battery staple")  # noqa: S106  # a test's
    page = asked(served, id_token_hint=hint)
    assert "lifeboat@fjordvik.example" in page.text
    assert is_signed_in(served)


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"client_id": APP, "post_logout_redirect_uri": "https://evil.example/"}, 50011),
        ({"client_id": APP, "post_logout_redirect_uri": SIGNED_OUT + "?x=1"}, 50011),
        ({"client_id": "nobody", "post_logout_redirect_uri": SIGNED_OUT}, 700016),
        ({"id_token_hint": "x.y.z"}, 90013),
    ],
)
def test_SS06_what_cannot_be_checked_leads_nowhere(
    served: Served, parameters: dict[str, str], code: int
) -> None:
    signed_in(web_app(served))
    response = asked(served, **parameters)
    assert response.status_code == 400
    assert f"AADSTS{code}" in response.text
    assert is_signed_in(served)


def test_SS06_the_hint_of_another_application_is_refused(served: Served) -> None:
    hint = signed_in(web_app(served))["id_token"]
    assert asked(served, id_token_hint=hint, client_id=AZ).status_code == 400
    assert is_signed_in(served)


def test_SS06_an_address_of_nobody_is_left_out(served: Served) -> None:
    page = asked(served, post_logout_redirect_uri=SIGNED_OUT)
    assert page.status_code == 200
    assert SIGNED_OUT not in page.text


def test_TK05_an_access_token_is_no_hint_for_signing_out(served: Served) -> None:
    token = signed_in(web_app(served))["access_token"]
    assert asked(served, id_token_hint=token).status_code == 400
    assert is_signed_in(served)


def test_CS01_the_confirmation_is_from_our_page(served: Served) -> None:
    signed_in(web_app(served))
    _, hidden = Browser(served, asked(served)).form()
    for data, headers in (
        ({}, SAME_SITE),
        ({"csrf": "x"}, SAME_SITE),
        (hidden, {"Sec-Fetch-Site": "cross-site"}),
        (hidden, {"Origin": "https://evil.example"}),
    ):
        assert served.http.post("/logout", data=data, headers=headers).status_code == 403
    assert is_signed_in(served)
    assert cookie(served)


def test_a_form_of_another_site_comes_back_as_a_link(served: Served) -> None:
    app = web_app(served)
    hint = signed_in(app)["id_token"]
    kept = served.http.cookies
    served.http.cookies = {}
    form = {"id_token_hint": hint, "post_logout_redirect_uri": SIGNED_OUT}
    response = served.http.post(LOGOUT, data=form, follow_redirects=False)
    assert response.status_code == 303
    assert response.headers["location"].startswith(f"{LOGOUT}?id_token_hint=")
    served.http.cookies = kept
    ended = served.http.post(LOGOUT, data=form, follow_redirects=False)
    assert ended.headers["location"] == SIGNED_OUT
    assert not is_signed_in(served)
