"""A served tenant with an application that signs people in, for every module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.openid.relying_party import RelyingParty, relying_party
from tests.web.serving import serve


@pytest.fixture
def party(tmp_path: Path) -> Iterator[RelyingParty]:
    """A relying party at a tenant whose policies are off."""
    served = serve(tmp_path)
    yield relying_party(served)
    served.service.store.close()
