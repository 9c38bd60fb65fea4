"""A store on SQLite and one on a real PostgreSQL, for every test of the conformance suite."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ostiary.directory.database import FILE_NAME
from ostiary.directory.store import Store
from tests.directory.servers import Postgres, postgres_or_reason
from tests.directory.stores import Made, made


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres | str]:
    """One PostgreSQL for all tests of this worker; a sentence where it cannot start."""
    found = postgres_or_reason(tmp_path_factory.mktemp("postgres"))
    yield found
    if not isinstance(found, str):
        found.stop()


@pytest.fixture(scope="session")
def templates(
    tmp_path_factory: pytest.TempPathFactory, postgres: Postgres | str
) -> Iterator[dict[str, str]]:
    """A new store of each kind, made once and copied for each test."""
    file = tmp_path_factory.mktemp("template")
    made(str(file)).store.close()
    if isinstance(postgres, str):
        yield {"sqlite": str(file)}
        return
    with postgres.database() as url:
        made(url).store.close()
        yield {"sqlite": str(file), "postgresql": url}


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_place(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: Postgres | str
) -> Iterator[str]:
    """Where a store can be made."""
    if request.param == "sqlite":
        yield str(tmp_path)
        return
    if isinstance(postgres, str):
        pytest.skip(postgres)
    with postgres.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def place(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    postgres: Postgres | str,
    templates: dict[str, str],
) -> Iterator[str]:
    """Where a new store is."""
    if request.param == "sqlite":
        shutil.copy(Path(templates["sqlite"], FILE_NAME), tmp_path)
        yield str(tmp_path)
        return
    if isinstance(postgres, str):
        pytest.skip(postgres)
    with postgres.database(templates["postgresql"]) as url:
        yield url


@pytest.fixture
def made_store(place: str) -> Iterator[Made]:
    """A store with its clock and what else it was handed."""
    found = made(place)
    yield found
    found.store.close()


@pytest.fixture
def store(made_store: Made) -> Store:
    """A store that holds nothing yet."""
    return made_store.store
