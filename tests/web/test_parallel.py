"""Many requests at one moment: of one code or refresh token there is one success."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from ostiary.directory.families import Presented
from ostiary.web.app import sign_in_app
from ostiary.web.service import open_service
from tests.directory.servers import Postgres, postgres_or_reason
from tests.web.browsing import Browser
from tests.web.device_flow import device
from tests.web.parallel import responses_at_once
from tests.web.serving import ASTRID, AZ, TENANT, Served, serve
from tests.web.test_token import refused


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres | str]:
    """A PostgreSQL; a sentence where it cannot start."""
    found = postgres_or_reason(tmp_path_factory.mktemp("postgres"))
    yield found
    if not isinstance(found, str):
        found.stop()


@dataclass
class Place:
    """A served tenant, and where its directory is: None for the data folder."""

    served: Served
    database: str | None


@pytest.fixture(params=["sqlite", "postgresql"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: Postgres | str
) -> Iterator[Place]:
    """A served tenant on each database."""
    with ExitStack() as stack:
        url = None
        if request.param == "postgresql":
            if isinstance(postgres, str):
                pytest.skip(postgres)
            url = stack.enter_context(postgres.database())
        made = serve(tmp_path, database=url)
        stack.callback(made.service.store.close)
        yield Place(made, url)


@pytest.fixture
def served(place: Place) -> Served:
    """The same without its place."""
    return place.served


def test_AZ06_of_100_redemptions_at_once_one_succeeds_and_its_tokens_end(served: Served) -> None:
    browser = Browser(served).signed_in()
    answers = responses_at_once(100, browser.redeem)
    assert Counter(each.status_code for each in answers) == {200: 1, 400: 99}
    codes = {each.json()["error_codes"][0] for each in answers if each.status_code == 400}
    assert codes == {54005}
    won = next(each for each in answers if each.status_code == 200)
    refused(served.refreshed(won.json()["refresh_token"]), 50173, "invalid_grant")


def test_RT02_of_100_refreshes_at_once_comes_one_generation(served: Served) -> None:
    first = served.by_password().json()["refresh_token"]
    answers = responses_at_once(100, lambda: served.refreshed(first))
    assert Counter(each.status_code for each in answers) == {200: 100}
    assert len({each.json()["refresh_token"] for each in answers}) == 1
    found = served.service.store.families.look_up(answers[0].json()["refresh_token"], AZ)
    assert found.presented is Presented.CURRENT
    assert found.family is not None
    assert found.family.generation == 2


def test_RT02_of_100_refreshes_at_three_servers_comes_one_generation(
    place: Place, tmp_path: Path
) -> None:
    served = place.served
    token = served.by_password().json()["refresh_token"]
    own = served.service
    others = [
        open_service(
            tmp_path,
            own.settings,
            clock=own.clock,
            randomness=own.randomness,
            environment={},
            database=place.database,
        )
        for _ in range(2)
    ]
    clients: list[Any] = [served.http, *(TestClient(sign_in_app(each)) for each in others)]
    turns = count()
    form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": AZ}

    def ask() -> Any:
        http = clients[next(turns) % len(clients)]
        return http.post(f"/{TENANT}/oauth2/v2.0/token", data=form)

    answers = responses_at_once(99, ask)
    assert Counter(each.status_code for each in answers) == {200: 99}
    assert len({each.json()["refresh_token"] for each in answers}) == 1
    for each in others:
        each.store.close()


def test_DC06_of_50_polls_at_once_one_gets_tokens(served: Served) -> None:
    waiting = device(served)
    waiting.approve()
    answers = responses_at_once(50, waiting.poll)
    assert Counter(each.status_code for each in answers) == {200: 1, 400: 49}


def test_RT03_an_old_token_ends_the_family_and_raises_a_risk(served: Served) -> None:
    store = served.service.store
    first = served.by_password().json()["refresh_token"]
    second = served.refreshed(first).json()["refresh_token"]
    served.clock.move(timedelta(seconds=31))
    refused(served.refreshed(first), 70000, "invalid_grant")
    refused(served.refreshed(second), 50173, "invalid_grant")
    row = store.audit.newest(limit=1)[0].row
    assert row["activity"] == "Revoke refresh tokens"
    assert row["detail"] == {"why": "refreshTokenReused"}
    found = store.risks.detections_of(ASTRID)
    assert [each.document["riskEventType"] for each in found] == ["anomalousToken"]
