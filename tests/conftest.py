"""What every test shares: how hypothesis runs, and that no database is left open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from ostiary.directory.database import Database

# A shared machine is slow at times, which is no fault of the code: no deadline a single example.
settings.register_profile("default", deadline=None)
settings.register_profile("long", deadline=None, max_examples=2_000)
settings.load_profile("default")

_OPENED: list[Database] = []
_prepare = Database.__init__


def _noted(self: Database, *arguments: Any, **options: Any) -> None:
    _prepare(self, *arguments, **options)
    _OPENED.append(self)


Database.__init__ = _noted


@pytest.fixture(autouse=True)
def _closed_databases() -> Iterator[None]:
    """Close what a test opened: from Python 3.13 on a connection left open is a warning."""
    before = len(_OPENED)
    yield
    for each in _OPENED[before:]:
        each.close()
    del _OPENED[before:]
