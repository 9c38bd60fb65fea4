"""The project as it is published: a wheel and an archive of the sources."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
BACKEND: Final = Path(sys.prefix) / "build-backend"
"""Where `make install` puts what builds the package."""


@dataclass(frozen=True, slots=True)
class Built:
    """A wheel and an archive of the sources."""

    wheel: Path
    sources: Path


def built(project: Path, folder: Path) -> Built:
    """Build both from a folder of the project."""
    _build(project, folder, "sdist", "wheel")
    (wheel,), (sources,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return Built(wheel, sources)


def built_wheel(project: Path, folder: Path) -> Path:
    """Build the wheel alone."""
    _build(project, folder, "wheel")
    (wheel,) = folder.glob("*.whl")
    return wheel


def _build(project: Path, folder: Path, *targets: str) -> None:
    chosen = [word for each in targets for word in ("-t", each)]
    subprocess.run(  # noqa: S603  # our own interpreter and pinned build backend
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder), *chosen],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(BACKEND)},
        check=True,
        capture_output=True,
    )
