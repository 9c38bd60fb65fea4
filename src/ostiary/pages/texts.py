"""All sentences of the pages, one file per language under `texts/`, and which language to show."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import cast

from markupsafe import Markup, escape

FALLBACK = "en"
_MOST_TAGS = 32
_WEIGHT = re.compile(r"q\s*=\s*([01](?:\.[0-9]{0,3})?)")

# FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE: what `<bdi>` is in HTML, for places without
# markup. A name in another direction must not turn the sentence around it (UAX #9, 6.3).
_ISOLATE = "\u2068{}\u2069"


@dataclass(frozen=True, slots=True)
class Texts:
    """The sentences of one language by key (`login.title`), and its direction of writing."""

    language: str
    direction: str
    entries: Mapping[str, str]

    def plain(self, key: str, **values: object) -> str:
        """Give a sentence for an attribute or a title, each value kept to itself."""
        isolated = {name: _ISOLATE.format(value) for name, value in values.items()}
        return self.entries[key].format_map(isolated)

    def markup(self, key: str, **values: object) -> Markup:
        """Give a sentence for the body of a page, each value escaped and kept to itself."""
        marked = {name: Markup("<bdi>{}</bdi>").format(value) for name, value in values.items()}
        return escape(self.entries[key]).format_map(marked)


def _flat(table: Mapping[str, object], before: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, str):
            yield f"{before}{name}", value
        else:
            yield from _flat(cast("Mapping[str, object]", value), f"{before}{name}.")


@cache
def languages() -> tuple[str, ...]:
    """Give the languages there are texts for, as language tags, the fallback first."""
    found = (entry.name for entry in files("ostiary.pages").joinpath("texts").iterdir())
    tags = sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml"))
    return (FALLBACK, *(tag for tag in tags if tag != FALLBACK))


@cache
def texts_in(language: str) -> Texts:
    """Read the texts of one of `languages()`."""
    return read_texts("ostiary.pages", language)


def read_texts(package: str, language: str) -> Texts:
    """Read the texts of a package: `texts/<language>.toml` and the parts in `texts/<language>/`."""
    folder = files(package).joinpath("texts")
    table = tomllib.loads(folder.joinpath(f"{language}.toml").read_text(encoding="utf-8"))
    direction = str(table.pop("direction"))
    entries = dict(_flat(table))
    parts = folder.joinpath(language)
    for part in sorted(parts.iterdir(), key=lambda each: each.name) if parts.is_dir() else ():
        further = dict(_flat(tomllib.loads(part.read_text(encoding="utf-8"))))
        if twice := entries.keys() & further.keys():
            raise ValueError(f"{part.name} defines again: {', '.join(sorted(twice))}")
        entries.update(further)
    return Texts(language, direction, MappingProxyType(entries))


def _accepted(header: str) -> list[str]:
    """Read the field Accept-Language: its tags, the most wanted first (RFC 9110, 12.5.4).

    A tag of weight 0 is not wanted; a weight that is none counts as 0.
    """
    found: list[tuple[float, str]] = []
    for each in header.split(",")[:_MOST_TAGS]:
        tag, _, parameter = (part.strip() for part in each.partition(";"))
        weight = _WEIGHT.fullmatch(parameter)
        if tag and (weight is not None or not parameter):
            found.append((float(weight[1]) if weight else 1.0, tag))
    return [tag for weight, tag in sorted(found, key=lambda each: -each[0]) if weight > 0]


def texts_for(ui_locales: str | None, accept_language: str = "") -> Texts:
    """Choose by `ui_locales`: language tags in order of preference (OpenID Connect Core 3.1.2.1).

    A tag of a region falls back to its language (RFC 4647, 3.4); one we have no texts for is
    passed over, never an error. Then comes what the browser accepts; English is last.
    """
    known = {tag.lower(): tag for tag in languages()}
    asked = (ui_locales or "").lower().split()
    for wanted in (*asked, *_accepted(accept_language.lower())):
        subtags = wanted.split("-")[:8]
        for length in range(len(subtags), 0, -1):
            if tag := known.get("-".join(subtags[:length])):
                return texts_in(tag)
    return texts_in(FALLBACK)
