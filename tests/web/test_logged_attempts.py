"""Every attempt stands in the sign-in log, and what was decided can be decided again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from ostiary.directory.sign_ins import Asked
from ostiary.engine.decide import decide
from ostiary.schema.signin_json import read_decision_request
from tests.web.browsing import Browser
from tests.web.serving import ASTRID, AZ, DAEMON_APP, PLACES, Served
from tests.web.test_token import refused

Ask = Callable[[Served], Any]
GRAPH = "https://graph.microsoft.com/.default"


def bad_secret(served: Served) -> Any:
    """Present a wrong secret."""
    return served.as_daemon("wrong")


def unknown_client(served: Served) -> Any:
    """Ask as an application that is not there."""
    form = {"grant_type": "refresh_token", "refresh_token": "x", "client_id": "nobody"}
    return served.token(form)


def bad_code(served: Served) -> Any:
    """Redeem a code that nobody issued."""
    browser = Browser(served)
    browser.answer = {"code": "made up"}
    return browser.redeem()


def wrong_verifier(served: Served) -> Any:
    """Redeem a code without its proof key."""
    return Browser(served).signed_in().redeem(code_verifier="w" * 43)


def reused_refresh_token(served: Served) -> Any:
    """Use a refresh token of long ago."""
    token = served.by_password().json()["refresh_token"]
    served.refreshed(token)
    served.clock.move(timedelta(seconds=31))
    return served.refreshed(token)


def no_consent(served: Served) -> Any:
    """Ask for a permission that nobody consented to."""
    form = {"grant_type": "password", "username": "astrid@fjordvik.example", "password": "x"}
    form |= {"password": "correct horse battery staple", "client_id": AZ}
    return served.token({**form, "scope": "https://graph.microsoft.com/Mail.Send"})


def named_permission(served: Served) -> Any:
    """Ask for a delegated permission as an application."""
    form = {"grant_type": "client_credentials", "client_id": DAEMON_APP}
    form |= {"client_secret": served.daemon_secret, "scope": "User.Read"}
    return served.token(form)


REFUSED: dict[Ask, int] = {
    bad_secret: 7000215,
    unknown_client: 700016,
    bad_code: 70000,
    wrong_verifier: 501481,
    reused_refresh_token: 70000,
    no_consent: 65001,
    named_permission: 1002012,
}


@pytest.mark.parametrize("ask", REFUSED, ids=lambda each: each.__name__)
def test_every_refusal_has_its_row(served: Served, ask: Ask) -> None:
    response = ask(served)
    row = served.logged()
    assert response.status_code in {400, 401}
    assert response.json()["error_codes"] == [REFUSED[ask]]
    assert (row["status"]["errorCode"], row["id"]) == (REFUSED[ask], response.json()["trace_id"])
    assert row["ipAddress"] == served.address
    knows_who = {wrong_verifier, reused_refresh_token, no_consent}
    assert row.get("userId") == (ASTRID if ask in knows_who else None)


def test_a_request_that_is_no_sign_in_has_none(served: Served) -> None:
    rows = served.rows()
    refused(served.token({"client_id": AZ}), 900144, "invalid_request")
    assert served.rows() == rows


def test_a_decision_can_be_made_again_from_its_row(served: Served) -> None:
    served.enrol()
    token = served.by_password().json()["refresh_token"]
    served.policy("enabled")
    served.policy("enabled", PLACES)
    refused(served.refreshed(token), 50076, "interaction_required")
    served.as_daemon()
    policies = served.service.snapshots.current().policies
    rows = served.service.store.sign_ins.find(Asked(), limit=2)
    for row, code in zip(rows, (0, 50076), strict=True):
        event = row.event
        sign_in = read_decision_request(event.facts)
        again = decide(policies, policies.prepare(sign_in))
        assert (again.code or 0, event.error_code) == (code, code)
        assert (again.status, event.snapshot) == (
            event.ca_status,
            served.service.snapshots.current().revision,
        )


def test_a_sign_in_names_its_resource(served: Served) -> None:
    served.by_password()
    name = "Windows Azure Service Management API"
    assert served.logged()["resourceDisplayName"] == name
