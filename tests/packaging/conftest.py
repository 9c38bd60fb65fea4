"""The package is built once for all these tests."""

from __future__ import annotations

import pytest

from tests.packaging.building import BACKEND, ROOT, Built, built


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Give wheel and sources of this folder."""
    if not (BACKEND / "hatchling").is_dir():
        pytest.skip("what builds the package is not here: `make install` puts it there")
    return built(ROOT, tmp_path_factory.mktemp("dist"))
