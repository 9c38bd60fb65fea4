"""Builds the site of these pages into `site/`: `python -m docs.site`, or `make site`.

The pages are written to be read in the repository as well, so they link to its files. A copy is
made in which such a link leads to the page of the site, or, where the file is no page, is no link;
one that leads to no file at all is an error. Then Zensical builds the copy, in its strict mode.
Nothing is fetched, and no page fetches anything from another host: fonts are those of the reader.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

ROOT: Final = Path(__file__).resolve().parent.parent
SITE: Final = ROOT / "site"
NAVIGATION: Final = ROOT / "docs" / "navigation.toml"
_COPIED: Final = frozenset({".md", ".png", ".svg"})
_LINK: Final = re.compile(r"(?P<image>!?)\[(?P<text>[^\]\[]*)\]\((?P<to>[^)\s]+)\)")
_FENCE: Final = re.compile(r"^\s*(```|~~~)")
_ELSEWHERE: Final = re.compile(r"^([a-z]+:|#)", re.IGNORECASE)
_DECISIONS: Final = "decisions/index.md"
_ABOUT_DECISIONS: Final = """# Decisions

What was chosen where the documentation of Microsoft Entra is silent, or where there were several
good ways; and why.

"""


@dataclass(frozen=True, slots=True)
class Broken:
    """A link to a file that the repository does not have."""

    page: str
    line: int
    target: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}: `{self.target}` is not in the repository"


@dataclass(frozen=True, slots=True)
class Pages:
    """Where files of the repository stand in the site, both relative."""

    root: Path
    """The folder of the repository."""
    places: Mapping[str, str]
    """By a file's path in the repository, the path of its page or picture."""

    def page_of(self, source: str) -> str | None:
        """Tell where a file or a folder of the repository stands; None where it does not."""
        if source == "docs/decisions":
            return _DECISIONS
        return self.places.get(source)


def main() -> int:
    """Build it; 1 where a link leads nowhere or a page cannot be built."""
    parser = argparse.ArgumentParser(prog="python -m docs.site", description=__doc__)
    parser.add_argument("--folder", type=Path, default=SITE, help="where to, default: site/")
    folder: Path = parser.parse_args().folder
    wrong = build(folder.resolve())
    for each in wrong:
        print(each, file=sys.stderr)
    if not wrong:
        print(f"written: {folder / 'index.html'}")
    return int(bool(wrong))


def build(folder: Path) -> list[str]:
    """Build the site into a folder, whose content it replaces; gives what is wrong."""
    with tempfile.TemporaryDirectory(prefix="ostiary-site-") as made:
        work = Path(made)
        broken = written(work / "pages", found())
        if broken:
            return [str(each) for each in broken]
        # Zensical reads the settings of MkDocs, which are YAML, and so JSON.
        settings = work / "mkdocs.yml"
        settings.write_text(json.dumps(_settings(work / "pages")), encoding="utf-8")
        zensical = [sys.executable, "-m", "zensical", "build", "--strict", "-f", str(settings)]
        done = subprocess.run(  # noqa: S603  # our own interpreter
            zensical,
            cwd=work,
            env={**os.environ, "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            return [re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)]
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(work / "site", folder)
    return []


def written(folder: Path, pages: Pages) -> list[Broken]:
    """Write the copy of all pages and pictures; gives the links that lead nowhere."""
    broken = list[Broken]()
    for source, place in pages.places.items():
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.suffix != ".md":
            shutil.copyfile(pages.root / source, target)
            continue
        text = (pages.root / source).read_text(encoding="utf-8")
        target.write_text(_relinked(text, source, pages, broken), encoding="utf-8")
    (folder / _DECISIONS).parent.mkdir(exist_ok=True)
    (folder / _DECISIONS).write_text(_ABOUT_DECISIONS + _decisions(folder), encoding="utf-8")
    return broken


def found(root: Path = ROOT) -> Pages:
    """Find all that the site is made of."""
    extra: dict[str, str] = tomllib.loads(NAVIGATION.read_text(encoding="utf-8"))["pages"]
    files = (each for each in sorted((root / "docs").rglob("*")) if each.suffix in _COPIED)
    places = {
        each.relative_to(root).as_posix(): each.relative_to(root / "docs").as_posix()
        for each in files
    }
    beside = {name: place for name, place in extra.items() if (root / name).is_file()}
    return Pages(root, {**places, **beside})


def navigation(pages: set[str]) -> list[dict[str, list[str]]]:
    """Give the sections, as Zensical reads them, with those pages that there are."""
    declared: list[Any] = tomllib.loads(NAVIGATION.read_text(encoding="utf-8"))["section"]
    left = set(pages)
    sections: list[dict[str, list[str]]] = []
    for section in declared:
        listed = [each for each in section["pages"] if each in pages]
        left -= set(listed)
        if listed:
            sections.append({section["title"]: listed})
    decisions = sorted(each for each in left if each.startswith("decisions/"))
    rest = sorted(left - set(decisions))
    first = [each for each in decisions if each == _DECISIONS]
    decisions = first + [each for each in decisions if each != _DECISIONS]
    return sections + [
        {title: listed} for title, listed in (("More", rest), ("Decisions", decisions)) if listed
    ]


def _settings(folder: Path) -> dict[str, Any]:
    pages = {each.relative_to(folder).as_posix() for each in folder.rglob("*.md")}
    schemes = (("default", "dark", "sun"), ("slate", "light", "moon"))
    return {
        "site_name": "Ostiary",
        "site_description": "Conditional Access that you can run, test and prove",
        "docs_dir": "pages",
        "site_dir": "site",
        # So that the site can be read from a folder, without a server.
        "use_directory_urls": False,
        "nav": navigation(pages),
        "theme": {
            "font": False,
            "features": ["content.code.copy", "navigation.sections", "toc.follow"],
            "palette": [
                {
                    "media": f"(prefers-color-scheme: {'light' if name == 'default' else 'dark'})",
                    "scheme": name,
                    "toggle": {"icon": f"lucide/{icon}", "name": f"Switch to {other} colours"},
                }
                for name, other, icon in schemes
            ],
        },
        "markdown_extensions": [
            "attr_list",
            "tables",
            {"toc": {"permalink": True}},
            "pymdownx.highlight",
            "pymdownx.superfences",
        ],
    }


def _relinked(text: str, source: str, pages: Pages, broken: list[Broken]) -> str:
    """Let the links of a page lead to places of the site."""
    own = pages.places[source]

    def changed(match: re.Match[str]) -> str:
        to, _, anchor = unquote(match["to"]).partition("#")
        if _ELSEWHERE.match(match["to"]):
            return match[0]
        target = os.path.normpath(Path(source).parent / to)
        if not (pages.root / target).exists():
            line = number + part.count("\n", 0, match.start())
            broken.append(Broken(source, line, to))
        place = pages.page_of(target)
        if place is None:
            return match["text"]
        there = os.path.relpath(place, Path(own).parent) + (f"#{anchor}" if anchor else "")
        return f"{match['image']}[{match['text']}]({there})"

    parts: list[str] = []
    for number, part in _parts(text):
        parts.append(_LINK.sub(changed, part) if number else part)
    return "".join(parts)


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Give prose with the number of its first line, blocks of code with 0."""
    lines, fenced, began = list[str](), False, 1
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        if _FENCE.match(line):
            fenced = not fenced
            if fenced:
                yield began, "".join(lines)
                lines, began = [], 0
            else:
                yield 0, "".join([*lines, line])
                lines, began = [], number + 1
                continue
        lines.append(line)
    yield began, "".join(lines)


def _decisions(folder: Path) -> str:
    lines: list[str] = []
    for each in sorted((folder / "decisions").glob("[0-9]*.md")):
        title = each.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
        lines.append(f"- [{title}]({each.name})\n")
    return "".join(lines)


if __name__ == "__main__":
    sys.exit(main())
