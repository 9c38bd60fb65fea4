"""What a journal needs to be found again after a loss of power."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def to_disk(folder: Path) -> None:
    """Make sure that a new name in a folder outlives a loss of power, where a system lets us."""
    with suppress(OSError):  # Windows opens no folders
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
