"""Writes the generated pages: `python -m docs.generate`, or `make docs`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from ostiary.analysis.lint_page import lint_page
from ostiary.analysis.world_page import world_page
from ostiary.serving.settings_page import settings_page

FOLDER = Path(__file__).parent
PAGES: Mapping[str, Callable[[], str]] = {
    "lint.md": lint_page,
    "settings.md": settings_page,
    "world.md": world_page,
}


def main() -> None:
    """Write every page that is not as it should be, and name it."""
    for name, page in PAGES.items():
        path, text = FOLDER / name, page()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"written: docs/{name}")


if __name__ == "__main__":
    main()
