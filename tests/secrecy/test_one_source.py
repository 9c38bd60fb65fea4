"""CK02: one place reads the clock, and one draws random values."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.test_architecture import CLOCK_READERS, PACKAGE, relative

SERVER = (
    *("secrecy", "directory", "tokens", "factors", "signin", "oidc", "graph", "arm", "admin"),
    "serving",
)
"""The layers of the server; those that do not exist yet have no files."""
_MADE_OF = {"UUID", "uuid5"}
SOURCES = {"time", "random", "secrets", "uuid"}
ALLOWED = {
    "src/ostiary/secrecy/clock.py": {"import time", ".now"},
    "src/ostiary/secrecy/randomness.py": {"import secrets", "import uuid"},
}


def bypasses(tree: ast.AST) -> Iterator[str]:
    """Names what would read the time or draw at random; `clock.now()` is what is wanted."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (f"import {n.name}" for n in names if n.name in SOURCES)
            case ast.ImportFrom(module="uuid", names=names) if {n.name for n in names} <= _MADE_OF:
                pass  # reads one that is there, or makes one of a name: nothing is drawn
            case ast.ImportFrom(module=str(module), level=0) if module in SOURCES:
                yield f"import {module}"
            case ast.Attribute(value=ast.Name(id="datetime" | "date"), attr=name):
                yield from (f".{each}" for each in CLOCK_READERS if each == name)
            case ast.Attribute(value=ast.Name(id="os"), attr="urandom" | "getrandom"):
                yield "os.urandom"
            case _:
                pass


@pytest.mark.parametrize("layer", SERVER)
def test_CK02_expiry_is_told_by_one_clock_and_chance_by_one_source(layer: str) -> None:
    found = {
        relative(path): set(bypasses(ast.parse(path.read_text(encoding="utf-8"))))
        for path in sorted((PACKAGE / layer).rglob("*.py"))
    }
    allowed = {path: names for path, names in ALLOWED.items() if f"/{layer}/" in path}
    assert {path: names for path, names in found.items() if names} == allowed


@pytest.mark.parametrize(
    "source",
    ["import time", "from secrets import token_hex", "datetime.now(UTC)", "os.urandom(3)"],
)
def test_CK02_the_scan_sees(source: str) -> None:
    assert list(bypasses(ast.parse(source)))
