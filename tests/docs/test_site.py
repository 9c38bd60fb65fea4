"""The site of these pages: it builds, every link leads somewhere, nothing is from outside."""

from __future__ import annotations

import os
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from docs import site

LOADED = {"script": "src", "link": "href", "img": "src", "source": "src", "iframe": "src"}
"""What a browser fetches by itself."""


class Page(HTMLParser):
    """What a page names: where it links to, what it loads, and its anchors."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it."""
        named = {name: value or "" for name, value in attrs}
        self.anchors |= {named[each] for each in ("id", "name") if each in named}
        if tag == "a" and "href" in named:
            self.links.append(named["href"])
        if LOADED.get(tag) in named and named.get("rel") != "canonical":
            self.loaded.append(named[LOADED[tag]])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build it."""
    folder = tmp_path_factory.mktemp("site")
    assert site.build(folder) == []
    return folder


def test_every_link_leads_somewhere_and_nothing_is_loaded_from_elsewhere(built: Path) -> None:
    pages = {each: Page(each) for each in built.rglob("*.html")}
    assert len(pages) > 50
    for path, page in pages.items():
        where = path.relative_to(built)
        assert [each for each in page.loaded if urlsplit(each).netloc] == [], where
        for each in (*page.links, *page.loaded):
            parts = urlsplit(each)
            if parts.scheme or parts.netloc or path.name == "404.html":
                continue
            target = Path(os.path.normpath(path.parent / unquote(parts.path)))
            if not parts.path:
                target = path
            if target.is_dir():
                target /= "index.html"
            assert target.is_file(), f"{where} links to {each}"
            if parts.fragment and target in pages and parts.fragment != "__top":
                assert parts.fragment in pages[target].anchors, f"{where} links to {each}"


def test_style_sheets_load_nothing_from_elsewhere(built: Path) -> None:
    for each in built.rglob("*.css"):
        text = each.read_text(encoding="utf-8")
        assert "@import" not in text, each
        assert "url(http" not in text, each
        assert "url(//" not in text, each


def test_every_page_of_the_repository_is_in_the_navigation(built: Path) -> None:
    pages = {each for each in site.found().places.values() if each.endswith(".md")}
    listed = [each for part in site.navigation(pages) for names in part.values() for each in names]
    assert set(listed) == pages
    assert len(listed) == len(pages)
    assert all((built / each).with_suffix(".html").is_file() for each in pages)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with two pages, one of which links to what is and what is not there."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "engine.py").touch()
    (tmp_path / "README.md").write_text("# Two\n\nSee [the page](docs/one.md#top).\n", "utf-8")
    text = "# One\n\n[Home](../README.md), [the\nengine](../src/engine.py) [x](https://e.example)\n"
    (tmp_path / "docs" / "one.md").write_text(text, "utf-8")
    return tmp_path


def _copied(repository: Path) -> tuple[Path, list[str]]:
    folder = repository / "copy"
    return folder, [str(each) for each in site.written(folder, site.found(repository))]


def test_a_link_leads_to_the_page_and_is_none_where_the_file_is_no_page(repository: Path) -> None:
    folder, broken = _copied(repository)
    assert broken == []
    assert (folder / "index.md").read_text("utf-8") == "# Two\n\nSee [the page](one.md#top).\n"
    assert (folder / "one.md").read_text("utf-8") == (
        "# One\n\n[Home](index.md), the\nengine [x](https://e.example)\n"
    )


def test_a_link_to_no_file_is_told_with_its_place_but_for_code(repository: Path) -> None:
    page = repository / "docs" / "one.md"
    page.write_text("# One\n\n```\n[a](gone.md)\n```\n\nText\n[b](gone.md).\n", "utf-8")
    _, broken = _copied(repository)
    assert broken == ["docs/one.md:8: `gone.md` is not in the repository"]


def test_a_page_that_the_navigation_does_not_name_is_not_lost() -> None:
    sections = site.navigation({"index.md", "new-page.md", "decisions/0001-a.md"})
    assert sections[0] == {"Start": ["index.md"]}
    assert sections[-2:] == [{"More": ["new-page.md"]}, {"Decisions": ["decisions/0001-a.md"]}]
