"""Fixtures of the administration's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.administration.guarding import with_administrators
from tests.web.serving import Served, serve


@pytest.fixture
def safe(tmp_path: Path) -> Served:
    """A tenant with an administrator who has an authenticator app, and an emergency account."""
    return with_administrators(serve(tmp_path))
