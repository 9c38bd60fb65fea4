"""What others made and the package carries with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
PACKAGE: Final = ROOT / "src" / "ostiary"


@dataclass(frozen=True, slots=True)
class Vendored:
    """A part of the package that others made; paths are from the package's folder."""

    name: str
    version: str
    licence: str
    purl: str
    page: str
    files: tuple[str, ...]
    licence_file: str

    def licence_text(self) -> str:
        """Give the licence as it lies beside the files."""
        return (PACKAGE / self.licence_file).read_text(encoding="utf-8").strip()


VENDORED: Final = (
    Vendored(
        "htmx",
        "4.0.1",
        "0BSD",
        "pkg:npm/htmx.org@4.0.1",
        "https://htmx.org",
        ("admin/assets/htmx.min.js",),
        "admin/assets/htmx.LICENSE",
    ),
    Vendored(
        "Fluent UI System Icons",
        "1.1.343",
        "MIT",
        "pkg:npm/%40fluentui/svg-icons@1.1.343",
        "https://github.com/microsoft/fluentui-system-icons",
        ("admin/assets/icons/*.svg",),
        "admin/assets/icons/LICENSE",
    ),
)


def gathered() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give each file of facts gathered from documentation elsewhere, with what it was taken from.

    Such a file says so itself, in `_about.sources`.
    """
    for path in sorted(PACKAGE.rglob("*.json")):
        if path.parent.name == "cases":
            continue  # written for this project, from the documentation that each case names
        about = json.loads(path.read_text(encoding="utf-8")).get("_about", {})
        if sources := about.get("sources"):
            yield path.relative_to(PACKAGE).as_posix(), tuple(sources)
