"""Files that most tests of the commands need."""

from pathlib import Path

import pytest

from tests.cli.running import sign_in, tenant, written


@pytest.fixture
def tenant_file(tmp_path: Path) -> Path:
    """A tenant with the founding policy."""
    return written(tmp_path / "tenant.json", tenant())


@pytest.fixture
def request_file(tmp_path: Path) -> Path:
    """A sign-in with a password alone."""
    return written(tmp_path / "request.json", sign_in())
