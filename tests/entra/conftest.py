"""A served tenant whose Graph is asked as Microsoft's would be, with a proxy in between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.entra.served import Asked, asked
from tests.web.serving import serve


@pytest.fixture
def graph(tmp_path: Path) -> Iterator[Asked]:
    """Give a client of a tenant's Graph, signed in as its Global Administrator."""
    served = serve(tmp_path / "server")
    yield asked(served)
    served.service.store.close()
