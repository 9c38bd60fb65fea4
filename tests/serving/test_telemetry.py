"""What stands around a listener: numbers, a line a request, HSTS, and no error shown."""

from __future__ import annotations

import logging
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from ostiary.directory.errors import StoreBusy
from tests.secrecy.seeded import START
from tests.serving.observing import Watched, watch
from tests.web.serving import TENANT

TOKEN = "/{tenant}/oauth2/v2.0/token"  # noqa: S105  # a route
KEYS = f"/{TENANT}/discovery/v2.0/keys"


@pytest.fixture
def watched(tmp_path: Path) -> Generator[Watched]:
    made = watch(tmp_path)
    yield made
    made.served.service.store.close()


def test_requests_are_counted_by_route_and_never_by_path(watched: Watched) -> None:
    watched.http.get(KEYS)
    watched.http.get(f"{KEYS}?x=1")
    watched.http.get("/nobody/knows/this/path")
    watched.http.request("SPAM", KEYS)
    route = "/{tenant}/discovery/v2.0/keys"

    def count(method: str, path: str, status: str) -> float:
        labels = {"listener": "x", "method": method, "route": path, "status": status}
        return watched.sample("ostiary_http_requests_total", **labels)

    assert count("GET", route, "200") == 2
    assert count("GET", "none", "404") == 1
    assert count("other", route, "405") == 1
    assert watched.sample("ostiary_http_request_seconds_count", listener="x", route=route) == 3


def test_sign_ins_are_counted_by_code_and_decision(watched: Watched) -> None:
    assert watched.served.by_password().status_code == 200
    watched.served.by_password(word="wrong")
    watched.served.enrol()
    watched.served.policy("enabled")
    watched.served.by_password()
    for code, count in (("0", 1), ("50126", 1), ("50076", 1)):
        labels = {"category": "interactiveUser", "error_code": code}
        assert watched.sample("ostiary_sign_ins_total", **labels) == count
    status = "ostiary_conditional_access_decisions_total"
    found = {each: watched.sample(status, status=each) for each in ("failure", "notApplied")}
    assert found == {"failure": 1, "notApplied": 2}


def test_a_process_tells_how_it_stands(watched: Watched) -> None:
    watched.http.get(KEYS)
    revision, read_at = watched.served.service.snapshots.standing or (0, START)
    assert watched.sample("ostiary_snapshot_revision") == revision > 0
    assert watched.sample("ostiary_snapshot_read_seconds") == read_at.timestamp()
    assert watched.sample("ostiary_password_checks_waiting") == 0


def test_a_line_for_each_request_with_its_trace_and_no_secret(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    correlation = "5a1f9a40-0000-4000-8000-00000000beef"
    answer = watched.http.post(
        f"/{TENANT}/oauth2/v2.0/token?secret=hunter2",
        data={"grant_type": "refresh_token", "refresh_token": "hunter2"},
        headers={"client-request-id": correlation, "Authorization": "Basic aHVudGVyMg=="},
    )
    lines: list[Any] = [each.msg for each in caplog.records if each.name == "ostiary.requests"]
    (line,) = [str(each) for each in lines]
    for part in (TOKEN, correlation, answer.headers["x-ms-request-id"], "400"):
        assert part in line
    ours = "".join(str(each.msg) for each in caplog.records if each.name.startswith("ostiary"))
    assert "hunter2" not in ours
    assert "aHVudGVyMg" not in ours


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://login.fjordvik.example:8443", "max-age=31536000"),
        ("https://localhost:8443", None),
        ("https://127.0.0.1", None),
        ("https://[::1]:8443", None),
    ],
)
def test_CS04_browsers_are_told_to_stay_on_https_but_never_of_this_host(
    tmp_path: Path, url: str, told: str | None
) -> None:
    watched = watch(tmp_path, url)
    for path in (KEYS, "/nowhere", "/healthz"):
        headers = watched.http.get(path).headers
        assert headers.get("Strict-Transport-Security") == told
        assert headers["X-Content-Type-Options"] == "nosniff"
    watched.served.service.store.close()


def test_TK15_an_error_of_ours_shows_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("SELECT secret FROM /var/lib")

    watched = watch(tmp_path, app=broken)
    answer = watched.http.get("/x")
    assert (answer.status_code, answer.text) == (500, "internal error")
    assert "request failed" in caplog.text
    watched.served.service.store.close()


def test_a_store_that_is_held_by_others_is_503_and_says_when_to_try_again(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise StoreBusy("the database was held by others for too long")

    monkeypatch.setattr("ostiary.web.app.authority_of", busy)
    answer = watched.http.get(KEYS)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.json()["error"] == "temporarily_unavailable"
    assert "database" not in answer.text


def test_DS03_too_many_passwords_at_once_are_429(watched: Watched) -> None:
    turns = watched.served.service.attempts.passwords.turns
    before, turns._most, free = turns._most, 0, turns._free  # pyright: ignore[reportPrivateUsage]  # a full queue
    while free.acquire(blocking=False):
        pass
    answer = watched.served.by_password()
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    assert answer.json()["error_codes"] == [90033]
    assert watched.http.get(KEYS).status_code == 200
    turns._most = before  # pyright: ignore[reportPrivateUsage]
    free.release()
    assert watched.served.by_password().status_code == 200
