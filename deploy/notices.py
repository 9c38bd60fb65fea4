"""Writes THIRD-PARTY-NOTICES.md: `python -m deploy.notices`, or `make notices`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import metadata
from typing import Final

from deploy.vendored import ROOT, VENDORED, Vendored, gathered

PAGE: Final = ROOT / "THIRD-PARTY-NOTICES.md"
LOCK: Final = ROOT / "requirements-server.lock"

# Read in the licence that lies in the release: its metadata names none, or not which one, or it is
# for Windows only and not installed here.
_READ_IN_THE_RELEASE: Final = {
    "duckdb": "MIT",
    "jinja2": "BSD-3-Clause",
    "markdown-it-py": "MIT",
    "mdurl": "MIT",
    "numba": "BSD-2-Clause",
    "pyasn1-modules": "BSD-2-Clause",
    "pyopenssl": "Apache-2.0",
    "segno": "BSD-3-Clause",
    "tzdata": "Apache-2.0",
    "ua-parser-builtins": "Apache-2.0",
    "uvloop": "MIT OR Apache-2.0",
}


def notices_page() -> str:
    """Give the page, from the lock, what is installed by it, and what the package carries."""
    return "\n".join([*_head(), *_carried(), *_facts(), *_installed()]) + "\n"


def locked() -> list[str]:
    """Give the names of all that the runtime with its extras is locked to."""
    found = re.findall(r"^([\w.-]+)==", LOCK.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return sorted(set(found) | _core())


def licence_of(name: str) -> str:
    """Give the licence of an installed release, as an SPDX expression."""
    if name in _READ_IN_THE_RELEASE:
        return _READ_IN_THE_RELEASE[name]
    told = metadata(name)
    written = told.get_all("License-Expression") or told.get_all("License") or [""]
    return written[0]


def _core() -> set[str]:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return set(re.findall(r"^([\w.-]+)==", text, flags=re.MULTILINE))


def _head() -> Iterator[str]:
    yield "# Third-party notices"
    yield ""
    yield "Written by `make notices`. Ostiary itself is under the Apache License 2.0: `LICENSE`."
    yield "`make sbom` lists the same with versions, as CycloneDX."
    yield ""


def _carried() -> Iterator[str]:
    yield "## In the package"
    yield ""
    yield "Each as its makers publish it."
    for each in VENDORED:
        yield from _with_licence(each)
    yield ""


def _with_licence(part: Vendored) -> Iterator[str]:
    files = ", ".join(f"`{each}`" for each in part.files)
    yield ""
    yield f"### {part.name} {part.version}"
    yield ""
    yield f"{files} · {part.licence} · <{part.page}>"
    yield ""
    yield "```"
    yield part.licence_text()
    yield "```"


def _facts() -> Iterator[str]:
    yield "## Facts gathered from documentation"
    yield ""
    yield "Ids, names and short texts, put into another form. Microsoft publishes its documentation"
    yield "under the Creative Commons Attribution 4.0 International licence"
    yield "(<https://creativecommons.org/licenses/by/4.0/>); it has no part in this project."
    for path, sources in gathered():
        yield ""
        yield f"`{path}`:"
        yield ""
        yield from (f"- {each}" for each in sources)
    yield ""


def _installed() -> Iterator[str]:
    yield "## Installed beside it"
    yield ""
    yield "Python packages that an installer fetches for the runtime and the extras `server`,"
    yield "`postgres`, `analysis` and `demo`, directly or for one another. Their licences lie in"
    yield "their releases; none of their files is in this package. `psycopg` is under the GNU"
    yield "Lesser General Public License; it is used unchanged, through its public interface."
    yield ""
    yield "| package | licence |"
    yield "|---|---|"
    yield from (f"| {each} | {licence_of(each)} |" for each in locked())


def main() -> None:
    """Write the page."""
    PAGE.write_text(notices_page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
