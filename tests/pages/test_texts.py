"""All sentences stand in one file per language: none missing, none unused, none elsewhere."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ostiary.pages import (
    REGISTRABLE,
    Method,
    Notice,
    PasswordChangeReason,
    Problem,
    languages,
    texts_for,
    texts_in,
)
from ostiary.pages.rendering import environment
from tests.pages.samples import samples

FOLDER = Path(__file__).resolve().parents[2] / "src" / "ostiary" / "pages" / "templates"
TEMPLATES = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.html")}
NAMED = re.compile(r"\b(?:t|plain)\(\s*[\"']([a-z_]+\.[a-z_]+)[\"']")
ENGLISH = texts_in("en")


def used_keys() -> set[str]:
    named = {key for text in TEMPLATES.values() for key in NAMED.findall(text)}
    return (
        named
        | {f"{page.template}.title" for page in samples().values()}
        | {f"problem.{each}" for each in Problem}
        | {f"method.{each}" for each in Method}
        | {f"use.{each}" for each in Method}
        | {f"add.{each}" for each in REGISTRABLE}
        | {f"password_change.{each}" for each in PasswordChangeReason}
        | {f"security_info.{each}" for each in Notice}
    )


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_key_is_used_and_none_is_missing() -> None:
    assert used_keys() == set(ENGLISH.entries)


@pytest.mark.parametrize("language", languages())
def test_a_language_has_every_key_with_the_same_words_to_fill_in(language: str) -> None:
    texts = texts_in(language)
    assert texts.language == language
    assert texts.direction in ("ltr", "rtl")
    assert {key: placeholders(text) for key, text in texts.entries.items()} == {
        key: placeholders(text) for key, text in ENGLISH.entries.items()
    }


@pytest.mark.parametrize("language", languages())
def test_what_is_filled_in_is_a_plain_word(language: str) -> None:
    for text in texts_in(language).entries.values():
        assert text == text.strip() != ""
        assert all(name.isidentifier() for name in placeholders(text))


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_holds_no_words_of_its_own(name: str) -> None:
    bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", TEMPLATES[name], flags=re.DOTALL)
    words = re.findall(r"[A-Za-z]{2,}", re.sub(r"<[^>]*>", " ", bare, flags=re.DOTALL))
    # the prefix of Entra's error numbers is the same in every language
    assert [word for word in words if word != "AADSTS"] == []


def test_every_template_belongs_to_a_page() -> None:
    own = {f"{page.template}.html" for page in samples().values()}
    assert {name for name in environment().list_templates() if name.endswith(".html")} == own | {
        "base.html",
        "_step.html",
        "_parts.html",
    }


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("en", "en"),
        ("en-GB", "en"),
        ("de", "de"),
        ("DE-at", "de"),
        ("tlh de en", "de"),
        ("en de", "en"),
        ("tlh", "en"),
        ("../../etc/passwd", "en"),
    ],
)
def test_the_language_follows_ui_locales(asked: str | None, language: str) -> None:
    assert texts_for(asked).language == language


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        (None, "", "en"),
        (None, "de", "de"),
        (None, "de-CH,de;q=0.9,en;q=0.8", "de"),
        (None, "en;q=0.5, de ; q=0.7", "de"),
        (None, "nb, de;q=0.3", "de"),
        (None, "de;q=0, en;q=0.1", "en"),
        (None, "de;q=none, *", "en"),
        ("en", "de", "en"),
        ("nb", "de", "de"),
    ],
)
def test_the_browser_chooses_where_the_application_does_not(
    asked: str | None, accepted: str, language: str
) -> None:
    assert texts_for(asked, accepted).language == language


@given(st.text(), st.text())
def test_nothing_that_a_browser_accepts_is_an_error(asked: str, accepted: str) -> None:
    assert texts_for(asked, accepted).language in languages()


@given(st.text())
def test_no_ui_locales_is_an_error(asked: str) -> None:
    assert texts_for(asked).language in languages()


def test_a_name_is_escaped_and_cannot_turn_the_sentence_around_it() -> None:
    assert ENGLISH.markup("common.continue_to", app="<b>{x}") == (
        "to continue to <bdi>&lt;b&gt;{x}</bdi>"
    )
    assert ENGLISH.plain("common.continue_to", app="شركة") == "to continue to \u2068شركة\u2069"
