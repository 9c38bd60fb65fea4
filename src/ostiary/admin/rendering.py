"""A page becomes an HTML document: every value escaped, every sentence from the texts."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import PurePath
from types import MappingProxyType
from typing import Any, Final, cast

from jinja2 import Environment
from markupsafe import Markup

from ostiary.admin.host import PREFIX
from ostiary.pages.assets import Asset
from ostiary.pages.headers import page_headers
from ostiary.pages.rendering import escaping
from ostiary.pages.texts import Texts, read_texts

_CONTENT_TYPES: Final = MappingProxyType(
    {
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".svg": "image/svg+xml",
    }
)
_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
"""Scripts are files of ours, at addresses that name their content; none stands in a page."""


@cache
def texts() -> Texts:
    """Give all sentences of the admin center."""
    return read_texts("ostiary.admin", "en")


@cache
def asset(name: str) -> Asset:
    """Read one file; its path changes with its content, so that browsers may keep it for ever."""
    package = "ostiary.pages" if name == "icon.svg" else "ostiary.admin"
    body = files(package).joinpath("assets", name).read_bytes()
    digest = hashlib.sha256(body).hexdigest()[:16]
    kind = _CONTENT_TYPES[PurePath(name).suffix]
    return Asset(f"{PREFIX}/assets/{digest}/{name}", kind, body)


def assets() -> tuple[Asset, ...]:
    """Give all files to serve."""
    found = files("ostiary.admin").joinpath("assets").iterdir()
    names = sorted(each.name for each in found if PurePath(each.name).suffix in _CONTENT_TYPES)
    return tuple(asset(name) for name in ("icon.svg", *names))


@cache
def icon(name: str) -> Markup:
    """Give a vendored icon, to stand in the page itself."""
    text = files("ostiary.admin").joinpath("assets", "icons", f"{name}.svg").read_text("utf-8")
    return Markup(text)  # noqa: S704  # a file of ours


@cache
def environment() -> Environment:
    """Build the templates' surroundings: escaping always on, an unknown name is an error."""
    made = escaping("ostiary.admin")
    made.filters.update(asset_path=lambda name: asset(name).path, moment=_moment, day=_day)
    known: dict[str, Any] = {"icon": icon, "t": texts().markup, "plain": texts().plain}
    cast("dict[str, Any]", made.globals).update(known, prefix=PREFIX)
    return made


def rendered(template: str, values: dict[str, Any]) -> str:
    """Write a page."""
    return environment().get_template(f"{template}.html").render(values)


def admin_headers(host: str) -> dict[str, str]:
    """Give the headers of every page; `host` is that of the public address from the settings.

    Forms tell the page that they came from (`same-origin`), which is where a sign-in leads back to.
    """
    return {
        **page_headers(host),
        "Content-Security-Policy": _POLICY,
        "Referrer-Policy": "same-origin",
    }


def _read(moment: str | datetime) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.fromisoformat(moment)


def _moment(moment: str | datetime | None) -> str:
    """Write a time in UTC to the second; nothing where there is none."""
    return _read(moment).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if moment else ""


def _day(moment: str | datetime | None) -> str:
    return _read(moment).astimezone(UTC).strftime("%Y-%m-%d") if moment else ""
