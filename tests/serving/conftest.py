"""A tenant in a data folder, its store closed again, for the commands on the host."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.serving import serve


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder; its policies are off."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    serve(folder).service.store.close()
    return folder
