"""CS05: names that attack a page change nothing of its tags, and stand there as text."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

import pytest
from markupsafe import escape

from tests.admin.examples import samples
from tests.admin.furnished import Named, furnished
from tests.admin.hostile import HELD, some
from tests.admin.markup import Page
from tests.admin.test_every_admin_page import asked

GROUPS: Final = [HELD[number : number + 8] for number in range(0, len(HELD), 8)]
JUDGED: Final = frozenset({"GET /", "GET /gaps"})
"""Pages that lint speaks on, which finds fault with names too; proofs may be under way there."""
Tags = Counter[tuple[str, tuple[str, ...]]]


def shown(data: Path, named: Named) -> dict[str, str]:
    """Give every page of a tenant with such names."""
    with furnished(data, named) as tenant:
        person = tenant.person("global-administrator")
        return {str(each): asked(person, each).text for each in samples(tenant, "GET")}


def tags(html: str) -> Tags:
    """Count the elements of a page by their names and those of their attributes."""
    return Counter((tag, tuple(sorted(found))) for tag, found in Page(html).elements)


def _more(name: str, text: str, harmless: dict[str, Tags]) -> Tags:
    """Count the elements that a page has more, of the kinds only where lint speaks of names."""
    found = tags(text) - harmless[name]
    if name not in JUDGED:
        return found
    return Counter(
        {
            (tag, attributes): count
            for (tag, attributes), count in found.items()
            if (tag, attributes) not in harmless[name] and "hx-trigger" not in attributes
        }
    )


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tags]:
    """Give the tags of every page of a tenant without such names."""
    pages = shown(tmp_path_factory.mktemp("harmless"), some(("harmless",)))
    return {name: tags(text) for name, text in pages.items()}


@pytest.mark.parametrize("payloads", GROUPS, ids=range(len(GROUPS)))
def test_CS05_no_name_changes_the_tags_of_a_page(
    tmp_path: Path, harmless: dict[str, Tags], payloads: tuple[str, ...]
) -> None:
    pages = shown(tmp_path, some(payloads))
    # Pages only: a file that is saved has names as they are.
    pages = {name: text for name, text in pages.items() if text.startswith("<")}
    wrong = {name: more for name, text in pages.items() if (more := _more(name, text, harmless))}
    assert wrong == {}
    for each in payloads:
        showing = [name for name, text in pages.items() if str(escape(each)) in text]
        raw = [name for name, text in pages.items() if "<" in each and each in text]
        assert len(showing) > 5, each
        assert raw == [], each
