"""The stylesheet, the icon and the two scripts, each at an address that names its content."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_CONTENT_TYPES = MappingProxyType(
    {
        "pages.css": "text/css; charset=utf-8",
        "passkey.js": "text/javascript; charset=utf-8",
        "submit.js": "text/javascript; charset=utf-8",
        "icon.svg": "image/svg+xml",
    }
)

_NOTHING = re.compile(r"q\s*=\s*0(\.0*)?")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that pages load from this service, and the path it is served at."""

    path: str
    content_type: str
    body: bytes


@cache
def asset(name: str) -> Asset:
    """Read one file; its path changes with its content, so that browsers may keep it for ever."""
    body = files("ostiary.pages").joinpath("assets", name).read_bytes()
    digest = hashlib.sha256(body).hexdigest()[:16]
    return Asset(f"/assets/{digest}/{name}", _CONTENT_TYPES[name], body)


def assets() -> tuple[Asset, ...]:
    """Give all files to serve."""
    return tuple(asset(name) for name in _CONTENT_TYPES)


def asset_answer(served: Asset, accepted: str) -> tuple[bytes, dict[str, str]]:
    """Give body and headers of a file, compressed where `Accept-Encoding` has gzip.

    Files only, never pages: a page holds the value that its forms bring back, beside what an
    address made it show, and the length of both compressed together would tell of the value
    (the BREACH attack).
    """
    headers = {**_headers(served), "Vary": "Accept-Encoding"}
    if not _takes_gzip(accepted):
        return served.body, headers
    return _compressed(served.body), {**headers, "Content-Encoding": "gzip"}


def _takes_gzip(accepted: str) -> bool:
    """Read Accept-Encoding (RFC 9110, 12.5.3): a coding of weight 0 is not wanted."""
    for each in accepted.casefold().split(","):
        coding, _, weight = (part.strip() for part in each.partition(";"))
        if coding == "gzip":
            return not _NOTHING.fullmatch(weight)
    return False


@cache
def _compressed(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)


def _headers(served: Asset) -> dict[str, str]:
    """Give the headers of a file: kept for a year, read as what it is, by our pages only."""
    return {
        "Content-Type": served.content_type,
        "Cache-Control": "public, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    }
