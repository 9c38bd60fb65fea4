"""A served tenant for every test of the endpoints."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.serving import Served, serve


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A tenant with its policies off."""
    made = serve(tmp_path)
    yield made
    made.service.store.close()
