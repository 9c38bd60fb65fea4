"""Two server processes on one PostgreSQL: what one knows, the other knows."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.serving.host import opened_store
from tests.cli.running import run
from tests.directory.servers import postgres_or_reason
from tests.serving.processes import Process, running
from tests.web.serving import ARM_SCOPE, ASTRID, AZ, PASSWORD, TENANT, serve

TOKEN = f"/{TENANT}/oauth2/v2.0/token"
NAME = "Require MFA for Azure management"
GRANT = {
    "grant_type": "password",
    "client_id": AZ,
    "username": "astrid@fjordvik.example",
    "password": PASSWORD,
    "scope": ARM_SCOPE,
}


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[tuple[Path, str, Process, Process]]:
    """The data folder, the database's URL, and two processes that serve them."""
    with ExitStack() as stack:
        found = postgres_or_reason(tmp_path)
        if isinstance(found, str):
            pytest.skip(found)
        stack.callback(found.stop)
        url = stack.enter_context(found.database())
        data = tmp_path / "data"
        data.mkdir(mode=0o700)
        serve(data, database=url).service.store.close()
        settings = {
            "OSTIARY_DATABASE": url,
            "OSTIARY_PASSWORD_GRANT__ENABLED": "true",
            "OSTIARY_PASSWORD_GRANT__APPS": AZ,
        }
        one = stack.enter_context(running(data, environment=settings))
        two = stack.enter_context(running(data, environment=settings))
        yield data, url, one, two


def post(served: Process, **form: str) -> httpx.Response:
    """Ask a process for a token."""
    with served.client(timeout=60) as client:
        return client.post(TOKEN, data=form)


def refresh(served: Process, token: str) -> httpx.Response:
    """Use a refresh token at a process."""
    form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": AZ}
    return post(served, **form, scope=ARM_SCOPE)


def until(served: Process, token: str, status: int) -> httpx.Response:
    """Refresh until the answer has a status: each process looks for changes twice a second."""
    for _ in range(200):
        answer = refresh(served, token)
        if answer.status_code == status:
            return answer
    raise AssertionError(f"expected {status} at last")


def test_processes_on_one_postgresql_share_tokens_policies_and_what_ends_them(
    servers: tuple[Path, str, Process, Process],
) -> None:
    data, url, one, two = servers
    first: dict[str, Any] = post(one, **GRANT).json()
    second = refresh(two, first["refresh_token"])
    assert second.status_code == 200
    token = second.json()["refresh_token"]
    with ThreadPoolExecutor(20) as pool:
        asked = [pool.submit(refresh, (one, two)[n % 2], token) for n in range(40)]
        answers = [each.result() for each in asked]
    assert {each.status_code for each in answers} == {200}
    following = {each.json()["refresh_token"] for each in answers}
    assert len(following) == 1
    token = following.pop()
    for word, status in (("on", 400), ("off", 200)):
        ran = run(
            *("policy", "set-state", NAME, word, "--override", "a test of two servers"),
            *("--data", data),
            OSTIARY_DATABASE=url,
        )
        assert ran.code == 0, ran.err
        for served in (one, two):
            answer = until(served, token, status)
            token = answer.json().get("refresh_token", token)
    with opened_store(str(data), {"OSTIARY_DATABASE": url}) as store:
        store.users.modify(ASTRID, {"accountEnabled": False}, by=SYSTEM)
    for served in (one, two):
        assert refresh(served, token).status_code == 400
    assert one.stop() == 0
    assert two.stop() == 0
