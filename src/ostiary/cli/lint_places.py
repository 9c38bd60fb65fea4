"""Where the policies of a tenant stand, as addresses that a SARIF log can carry."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from ostiary.analysis.sarif import Place
from ostiary.tenant.documents import POLICIES
from ostiary.tenant.reading import read_raw
from ostiary.tenant.shapes import is_object
from ostiary.tenant.spelling import respelled


def place_of(source: str) -> Place:
    """Turn `file#/pointer` into a place; files below the working folder get relative addresses."""
    file, _, pointer = source.partition("#/")
    path = Path(file).absolute()
    try:
        uri = quote(path.relative_to(Path.cwd()).as_posix())
    except ValueError:
        uri = path.as_uri()
    return Place(uri, f"/{pointer}" if pointer else "")


def places_in(tenant: Path) -> Mapping[str, Place]:
    """Give the place of every policy by its id, and by its name where it has none."""
    found: dict[str, Place] = {}
    for item in read_raw(tenant).items(POLICIES):
        if not is_object(item.value):
            continue
        document = respelled(item.value, [])
        key = document.get("id") or document.get("displayName")
        if isinstance(key, str):
            found.setdefault(key, place_of(item.source))
    return found
