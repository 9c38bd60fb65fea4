"""A served tenant for every test of the endpoints."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.directory.servers import Postgres, postgres_or_reason
from tests.web.serving import Served, another, serve


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A tenant with its policies off."""
    made = serve(tmp_path)
    yield made
    made.service.store.close()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres | str]:
    """One PostgreSQL for all tests here; a sentence where it cannot start."""
    found = postgres_or_reason(tmp_path_factory.mktemp("postgres"))
    yield found
    if not isinstance(found, str):
        found.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def pair(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: Postgres | str
) -> Iterator[tuple[Served, Served]]:
    """Two servers on one store: what one remembers, the other does not."""
    with ExitStack() as stack:
        url = None
        if request.param == "postgresql":
            if isinstance(postgres, str):
                pytest.skip(postgres)
            url = stack.enter_context(postgres.database())
        one = serve(tmp_path, database=url)
        stack.callback(one.service.store.close)
        two = another(one, tmp_path, url)
        stack.callback(two.service.store.close)
        yield one, two
