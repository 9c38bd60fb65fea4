"""RT06: sign-ins that are ended while somebody is being signed in end that one too."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ostiary.directory.interactions import Interactions
from ostiary.directory.protocols import SYSTEM
from ostiary.web import authorized, token_grants
from tests.web.browsing import Browser
from tests.web.serving import ASTRID, Served
from tests.web.test_token import refused


@pytest.fixture
def served(pair: tuple[Served, Served]) -> Served:
    """A server on SQLite and one on PostgreSQL."""
    return pair[0]


def ending_after(served: Served, monkeypatch: pytest.MonkeyPatch, place: Any, name: str) -> None:
    """End Astrid's sign-ins at the moment when a function has given its answer."""
    asked = getattr(place, name)

    def answered(*args: Any, **named: Any) -> Any:
        found = asked(*args, **named)
        served.clock.move(timedelta(seconds=1))
        served.service.store.users.revoke_sessions(ASTRID, by=SYSTEM)
        served.clock.move(timedelta(seconds=1))
        return found

    monkeypatch.setattr(place, name, answered)


def test_RT06_no_refresh_token_is_left(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    ending_after(served, monkeypatch, token_grants, "judged")
    refused(served.by_password(), 50173, "invalid_grant")
    assert served.logged()["status"]["errorCode"] == 50173
    assert served.service.store.families.of_user(ASTRID) == []


def test_RT06_no_session_is_left(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser(served, stays=None).signed_in()
    ending_after(served, monkeypatch, Interactions, "end")
    browser.press("No")
    assert "code" not in browser.answer
    assert served.service.store.sessions.of_user(ASTRID) == []


def test_RT06_no_code_is_left(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser(served, stays=None).signed_in()
    ending_after(served, monkeypatch, authorized, "keep_session")
    browser.press("No")
    assert "code" not in browser.answer
    assert "AADSTS50173" in browser.page.text
