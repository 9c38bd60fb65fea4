"""Files with secrets in them: nobody but their owner may read them."""

from __future__ import annotations

import stat
from pathlib import Path

from ostiary.model.errors import OstiaryError


def require_private(path: Path, error: type[OstiaryError]) -> None:
    """Raise `error` where others than the owner may read a file."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise error(
            f"expected `{path}` to be for its owner only (0600), and its mode is {mode:04o}",
            hint=f"run `chmod 600 {path}`",
        )
