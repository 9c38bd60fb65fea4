"""What goes wrong in a browser is told on a page, and stands in the sign-in log."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.directory.errors import StoreBusy
from ostiary.secrecy.turns import TooManyAtOnce
from ostiary.signin.attempts import Attempts
from ostiary.web.catalogue import Catalogue
from tests.web.browsing import REDIRECT, Browser
from tests.web.serving import AZ, TENANT, Served


def raising(error: Exception) -> Any:
    """Give a function that fails."""

    def fail(*_: Any, **__: Any) -> Any:
        raise error

    return fail


def is_page(response: Any, status: int, code: int) -> None:
    """Check that an error is told on a page."""
    assert response.status_code == status
    assert response.headers["content-type"].startswith("text/html")
    assert f"AADSTS{code}" in response.text
    assert "default-src 'none'" in response.headers["content-security-policy"]


def test_DS03_who_has_to_wait_is_told_on_a_page(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser(served).open().fill(login="astrid@fjordvik.example")
    monkeypatch.setattr(Attempts, "password", raising(TooManyAtOnce("too many passwords")))
    browser.fill(passwd="x")  # noqa: S106  # a test's
    is_page(browser.page, 429, 90033)
    assert browser.page.headers["retry-after"] == "1"
    answer = served.by_password()
    assert (answer.status_code, answer.json()["error_codes"]) == (429, [90033])


@pytest.mark.parametrize(
    "path", ["/oauth2/v2.0/authorize", "/oauth2/v2.0/logout", "/oauth2/deviceauth"]
)
def test_a_busy_store_is_told_on_a_page(
    served: Served, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(Catalogue, "known", raising(StoreBusy("held for too long")))
    response = served.http.get(f"/{TENANT}{path}?client_id={AZ}&redirect_uri={REDIRECT}")
    is_page(response, 503, 90033)
    assert response.headers["retry-after"] == "1"
    answer = served.by_password()
    assert (answer.status_code, answer.json()["error_codes"]) == (503, [90033])


def test_an_unknown_tenant_is_told_on_a_page_and_logged(served: Served) -> None:
    is_page(served.http.get("/nobody.example/oauth2/v2.0/authorize"), 400, 90002)
    assert served.logged()["status"]["errorCode"] == 90002


@pytest.mark.parametrize(
    ("more", "code", "client"),
    [
        ({"client_id": "nobody"}, 700016, "nobody"),
        ({"redirect_uri": "https://elsewhere.example/"}, 50011, AZ),
        ({"code_challenge_method": "plain"}, None, AZ),
        ({"scope": "https://nothing.example/.default"}, None, AZ),
    ],
)
def test_AZ03_a_request_that_is_refused_at_once_is_logged(
    served: Served, more: dict[str, str], code: int | None, client: str
) -> None:
    rows = served.rows()
    browser = Browser(served).open(login_hint="astrid@fjordvik.example", **more)
    row = served.logged()
    assert served.rows() == rows + 1
    assert (row["appId"], row["userPrincipalName"]) == (client, "astrid@fjordvik.example")
    told = browser.page.text if browser.page else browser.answer["error_description"]
    assert f"AADSTS{code or row['status']['errorCode']}" in told
    assert row["status"]["errorCode"] != 0
    assert row["ipAddress"] == served.address
