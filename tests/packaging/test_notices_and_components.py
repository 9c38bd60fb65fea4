"""Third-party notices and the list of components leave nothing out."""

from __future__ import annotations

from typing import Any

import pytest

import ostiary
from deploy.notices import PAGE, licence_of, locked, notices_page
from deploy.sbom import completed, own_version
from deploy.vendored import PACKAGE, VENDORED

ACCEPTED = frozenset(
    {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "MIT", "MIT-0", "MPL-2.0"}
    | {"PSF-2.0", "Zlib", "Apache-2.0 WITH LLVM-exception"}
)
"""Licences that allow use beside code under the Apache License 2.0, with their notices."""
UNCHANGED = frozenset({"psycopg", "psycopg-binary"})
"""LGPL-3.0-only: used as released; whoever runs a server may put another build in its place."""


def test_the_notices_are_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == notices_page(), "run `make notices`"


@pytest.mark.parametrize("name", locked())
def test_a_locked_package_has_a_licence_that_can_be_used(name: str) -> None:
    parts = licence_of(name).replace(" OR ", " AND ").split(" AND ")
    assert ACCEPTED.issuperset(parts) or (name in UNCHANGED and parts == ["LGPL-3.0-only"])


def test_what_others_made_is_named() -> None:
    suffixes = {".min.js", ".woff", ".woff2", ".ttf", ".otf", ".wasm"}
    found = {each for each in PACKAGE.rglob("*") if each.name.endswith(tuple(suffixes))}
    licences = {each.parent for each in PACKAGE.rglob("*LICENSE*")}
    named = {path for each in VENDORED for glob in each.files for path in PACKAGE.glob(glob)}
    assert found <= named
    assert licences == {(PACKAGE / each.licence_file).parent for each in VENDORED}


def test_the_list_of_components_has_what_the_package_carries() -> None:
    listed: dict[str, Any] = {
        "metadata": {"component": {"bom-ref": "root", "name": "ostiary"}},
        "components": [
            {"bom-ref": "a", "name": "click"},
            {"bom-ref": "p", "name": "pip"},
            {"bom-ref": "o", "name": "ostiary"},
        ],
        "dependencies": [{"ref": "a"}, {"ref": "p"}, {"ref": "root", "dependsOn": ["a", "p"]}],
    }
    found = completed(listed, "1.2.3")
    carried = [each.purl for each in VENDORED]
    assert found["metadata"]["component"]["version"] == "1.2.3"
    assert [each["bom-ref"] for each in found["components"]] == ["a", *carried]
    assert found["dependencies"] == [
        {"ref": "a", "dependsOn": []},
        {"ref": "root", "dependsOn": sorted(["a", *carried])},
        *({"ref": each} for each in carried),
    ]


def test_the_list_of_components_is_of_this_release() -> None:
    assert own_version() == ostiary.__version__
