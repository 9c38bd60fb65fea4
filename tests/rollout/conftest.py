"""A served tenant whose Graph is asked as Microsoft's would be, with a proxy in between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.entra.served import Asked, asked
from tests.web.serving import serve


@pytest.fixture
def graph(tmp_path: Path) -> Iterator[Asked]:
    """Give a client of a tenant's Graph that may write, signed in as its Global Administrator."""
    served = serve(tmp_path / "server")
    found = asked(served)
    found.client.writes = True
    served.enrol()  # without a method nobody but Lifeboat would get in with the policy On
    served.service.snapshots.refresh()
    yield found
    served.service.store.close()
