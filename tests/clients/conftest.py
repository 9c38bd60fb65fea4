"""Real clients and the tenant that they sign in to. `make test-clients` runs these tests."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.clients.az import AZ, AzureCli
from tests.clients.serving import Served
from tests.clients.starting import started
from tests.clients.tenant import EVERYWHERE


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave these tests out of `make test`, before any server is started for them."""
    if os.environ.get("OSTIARY_TEST_CLIENTS") != "1":
        pytest.skip("real clients take minutes and much disk: `make test-clients` runs these")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Function) -> Generator[None, pytest.TestReport, Any]:
    """Put what the server logged last beside a failure."""
    report = yield
    if report.failed:
        for each in item.funcargs.values():
            served = each.served if isinstance(each, AzureCli) else each
            if isinstance(served, Served):
                report.sections.append(("the server's log", served.log()))
                break
    return report


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a tenant whose tokens az takes for expired: every command asks the policies anew."""
    # MSAL renews a token that has less than 300 s to live (wire contract section 2.3).
    with started(tmp_path_factory.mktemp("served"), "--access-token-lifetime", "299") as served:
        yield served


@pytest.fixture(scope="session")
def long_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a tenant whose tokens live as long as in Entra."""
    with started(tmp_path_factory.mktemp("long")) as served:
        yield served


@pytest.fixture
def served(server: Served) -> Iterator[Served]:
    """Give the server with no policy on, and leave it so."""
    yield server
    _quiet(server)


@pytest.fixture
def long_served(long_server: Served) -> Iterator[Served]:
    """Give the server of long tokens with no policy on, and leave it so."""
    yield long_server
    _quiet(long_server)


@pytest.fixture(scope="session")
def cloud(server: Served, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give az's configuration in which the tenant is registered as its cloud."""
    return _registered(server, tmp_path_factory.mktemp("cloud") / "az")


@pytest.fixture(scope="session")
def long_cloud(long_server: Served, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give az's configuration for the server of long tokens."""
    return _registered(long_server, tmp_path_factory.mktemp("long-cloud") / "az")


@pytest.fixture
def az(served: Served, cloud: Path, tmp_path: Path) -> AzureCli:
    """Give an az that nobody signed in with."""
    return AzureCli(served, tmp_path / "az", cloud)


@pytest.fixture
def long_az(long_served: Served, long_cloud: Path, tmp_path: Path) -> AzureCli:
    """Give an az that nobody signed in with, at the server of long tokens."""
    return AzureCli(long_served, tmp_path / "az", long_cloud)


def _registered(served: Served, folder: Path) -> Path:
    if not AZ.is_file():
        pytest.skip("the Azure CLI is not installed: make test-clients")
    AzureCli(served, folder).register_cloud()
    return folder


def _quiet(served: Served) -> None:
    for each in served.store.policies.all():
        if each.document.get("state") != "disabled":
            served.policy(str(each.document["displayName"]), "off")
    if served.addresses != EVERYWHERE:
        served.place(EVERYWHERE)
