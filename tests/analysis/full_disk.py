"""A file system that is really full: a small one in memory, seen by one process only."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_MOUNT = 'mount -t tmpfs -o "size=$0k" tmpfs "$1" && shift && exec "$@"'


@cache
def _can_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    asked = [*_unshared("/mnt", kilobytes=64), "true"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0  # noqa: S603


def _unshared(folder: str, *, kilobytes: int) -> list[str]:
    return ["unshare", "-rm", "sh", "-c", _MOUNT, str(kilobytes), folder]


needs_mount = pytest.mark.skipif(
    not _can_mount(), reason="no file system may be mounted here (unshare, user namespaces)"
)


def on_small_disk(
    folder: Path, *asked: str, kilobytes: int, temporary: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run Python with `folder` on a file system of so many kilobytes; it lists it at the end.

    The last line of the output gives the names left in the folder: once the process is gone, so is
    the file system.
    """
    command = [sys.executable, *asked]
    listed = ["sh", "-c", '"$@"; code=$?; ls -A "$0"; exit $code', str(folder), *command]
    return _ran([*_unshared(str(folder), kilobytes=kilobytes), *listed], temporary)


def ran(*asked: str, temporary: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run Python on the disk as it is."""
    return _ran([sys.executable, *asked], temporary)


def _ran(command: list[str], temporary: Path | None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))}
    if temporary is not None:
        environment["TMPDIR"] = str(temporary)
    return subprocess.run(  # noqa: S603  # our own interpreter and fixed words
        command, capture_output=True, text=True, check=False, env=environment
    )
