"""Writes the generated pages: `python -m docs.generate`, or `make docs`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

from docs.security_page import security_page
from ostiary.analysis.lint_page import lint_page
from ostiary.analysis.world_page import world_page
from ostiary.cli.reference import reference_page
from ostiary.serving.settings_page import settings_page

FOLDER = Path(__file__).parent
PAGES: Mapping[str, Callable[[], str]] = {
    "command-line.md": reference_page,
    "lint.md": lint_page,
    "settings.md": settings_page,
    "world.md": world_page,
}


def main() -> None:
    """Write every page that is not as it should be, and name it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--junit", type=Path, help="a run of the tests, for docs/security.md")
    junit: Path | None = parser.parse_args().junit
    # Not among PAGES: it changes with every test, and with every run.
    pages = {**PAGES, "security.md": lambda: security_page(junit)}
    for name, page in pages.items():
        path, text = FOLDER / name, page()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"written: docs/{name}")


if __name__ == "__main__":
    main()
