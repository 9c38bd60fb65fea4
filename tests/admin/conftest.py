"""A served tenant with a person at its admin center."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ostiary.graph.permissions import CONDITIONAL_ACCESS_ADMINISTRATOR
from tests.admin.furnished import Furnished, furnished
from tests.admin.pages import Admin, with_role
from tests.web.browsing import Browser
from tests.web.serving import Served, serve


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A tenant with its policies off, and a Conditional Access Administrator."""
    made = serve(tmp_path)
    with_role(made, CONDITIONAL_ACCESS_ADMINISTRATOR)
    yield made
    made.service.store.close()


@pytest.fixture
def admin(served: Served) -> Admin:
    """A browser that nobody has signed in with."""
    return Admin(served, Browser(served))


@pytest.fixture(scope="session")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    """One tenant with one of everything, for tests that leave it as it is."""
    with furnished(tmp_path_factory.mktemp("furnished")) as made:
        yield made
