"""What is remembered of applications and people never outlives a change, in any process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from ostiary.directory.protocols import SYSTEM
from ostiary.secrecy.randomness import SystemRandomness
from ostiary.web.app import sign_in_app
from ostiary.web.service import Service, open_service
from tests.web.serving import ARM, ASTRID, AZ, DAEMON_APP, Served, serve


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder."""
    return tmp_path


@pytest.fixture
def pair(folder: Path) -> Iterator[tuple[Served, Served]]:
    """Two processes' worth of service on one store."""
    one = serve(folder)
    settings, clock = one.service.settings, one.clock
    service: Service = open_service(
        folder, settings, clock=clock, randomness=SystemRandomness(), environment={}
    )
    http: Any = TestClient(
        sign_in_app(service), base_url="https://localhost:8443", client=("127.0.0.1", 5)
    )
    yield one, Served(service, clock, http, one.daemon_secret)
    service.store.close()
    one.service.store.close()


def test_nothing_is_read_twice_between_changes(served: Served) -> None:
    catalogue = served.service.catalogue
    first = catalogue.known()
    assert catalogue.known() is first
    assert first.resources is first.resources
    served.service.store.users.modify(ASTRID, {"displayName": "Astrid"}, by=SYSTEM)
    assert catalogue.known() is not first
    assert catalogue.known().resources is first.resources


def test_another_application_is_a_resource_at_once(served: Served) -> None:
    store, catalogue = served.service.store, served.service.catalogue
    assert catalogue.known().resources.app_id("api://new") is None
    made = store.applications.create(
        {"displayName": "New", "identifierUris": ["api://new"]}, by=SYSTEM
    )
    assert catalogue.known().resources.app_id("api://new") == made.document["appId"]
    store.applications.delete(made.id, by=SYSTEM)
    assert catalogue.known().resources.app_id("api://new") is None


def test_SS04_a_disabled_user_is_refused_at_once_by_every_process(
    pair: tuple[Served, Served],
) -> None:
    one, two = pair
    tokens = [one.by_password().json()["refresh_token"] for _ in range(2)]
    used = two.refreshed(tokens[0])
    assert used.status_code == 200
    one.service.store.users.modify(ASTRID, {"accountEnabled": False}, by=SYSTEM)
    for served, token in ((one, tokens[1]), (two, used.json()["refresh_token"])):
        assert served.refreshed(token).json()["error_codes"] == [50173]


def test_SS04_revoked_sessions_are_refused_at_once_by_every_process(
    pair: tuple[Served, Served],
) -> None:
    one, two = pair
    token = two.refreshed(one.by_password().json()["refresh_token"]).json()["refresh_token"]
    one.service.store.users.revoke_sessions(ASTRID, by=SYSTEM)
    assert two.refreshed(token).json()["error_codes"] == [50173]


def test_a_removed_secret_and_a_disabled_application_are_refused_at_once(
    pair: tuple[Served, Served],
) -> None:
    one, two = pair
    assert two.as_daemon().status_code == 200
    store = one.service.store
    principal = store.principals.by_app_id(DAEMON_APP)
    assert principal is not None
    store.principals.modify(principal.id, {"accountEnabled": False}, by=SYSTEM)
    assert two.as_daemon().json()["error_codes"] == [7000112]
    store.principals.modify(principal.id, {"accountEnabled": True}, by=SYSTEM)
    assert two.as_daemon().status_code == 200
    (secret,) = store.app_credentials.of_app(DAEMON_APP)
    store.app_credentials.remove(secret.id, by=SYSTEM)
    assert two.as_daemon().status_code == 401


def test_a_withdrawn_consent_counts_at_once(pair: tuple[Served, Served]) -> None:
    one, two = pair
    token = one.by_password().json()["refresh_token"]
    used = two.refreshed(token)
    assert used.status_code == 200
    store = one.service.store
    resource = store.applications.by_app_id(ARM)
    assert resource is not None
    api: dict[str, Any] = {**resource.document["api"], "preAuthorizedApplications": []}
    store.applications.modify(resource.id, {"api": api}, by=SYSTEM)
    refused = two.refreshed(used.json()["refresh_token"])
    assert refused.json()["error_codes"] == [65001]
    assert AZ in refused.json()["error_description"]
