"""The bare address leads on, and an unknown one has a page."""

from __future__ import annotations

from tests.web.serving import Served


def test_the_bare_address_leads_to_security_info(served: Served) -> None:
    found = served.http.get("/", follow_redirects=False)
    assert found.status_code == 303
    assert found.headers["location"] == "/account/methods"


def test_an_unknown_address_has_a_page_in_the_browsers_language(served: Served) -> None:
    found = served.http.get("/nothing/<b>", headers={"Accept-Language": "de"})
    assert found.status_code == 404
    assert "Hier gibt es keine Seite" in found.text
    assert "nothing" not in found.text
    assert "script-src" in found.headers["content-security-policy"]
    assert found.headers["x-ms-request-id"]


def test_a_known_address_still_says_which_method_it_takes(served: Served) -> None:
    assert served.http.post("/account/methods").status_code == 405
