"""A page becomes an HTML document: every value escaped, every sentence from the texts."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from ostiary.pages.assets import asset
from ostiary.pages.parts import Link, Page
from ostiary.pages.qr import qr_svg
from ostiary.pages.texts import Texts


def _moment(time: datetime) -> str:
    """Write a time as people read it to a help desk, in UTC to the second."""
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _day(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%d")


def _instant(time: datetime) -> str:
    """Write a time for machines (`<time datetime>`)."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _in_fours(text: str) -> str:
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def _as_text_file(lines: tuple[str, ...]) -> str:
    """Give the address of a text file that is in the page itself, for saving without script."""
    return "data:text/plain;charset=utf-8," + quote("\r\n".join((*lines, "")))


def _asset_path(name: str) -> str:
    return asset(name).path


def _is_link(value: object) -> bool:
    return isinstance(value, Link)


def escaping(package: str) -> Environment:
    """Make the surroundings of a package's templates, without filters of its own."""
    return Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def environment() -> Environment:
    """Build the templates' surroundings: escaping always on, an unknown name is an error."""
    made = escaping("ostiary.pages")
    made.filters.update(
        moment=_moment,
        day=_day,
        instant=_instant,
        in_fours=_in_fours,
        as_text_file=_as_text_file,
        asset_path=_asset_path,
    )
    made.tests["link"] = _is_link
    return made


def render(page: Page, texts: Texts, nonce: str) -> str:
    """Write `page` in the language of `texts`.

    `nonce` is a fresh random value (at least 128 bits in base64), the same that goes to
    `security_headers`: without it the page's script does not run.
    """
    template = environment().get_template(f"{page.template}.html")
    return template.render(
        page=page,
        texts=texts,
        t=texts.markup,
        plain=texts.plain,
        nonce=nonce,
        qr_svg=qr_svg,
    )
