"""The shape of the code base: file length, purity, light imports, locks, docstrings.

Import direction is checked beside this by import-linter (`pyproject.toml`).
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "ostiary"
LONGEST_FILE = 350

# The layers that are functions of what they are handed (design: pure inside, I/O at the edge).
PURE_LAYERS = ("model", "conditions", "controls", "schema", "engine", "analysis")
IMPURE_MODULES = frozenset(
    {"os", "time", "random", "secrets", "sqlite3", "socket", "subprocess", "urllib", "http"}
    | {"click", "rich", "starlette", "sqlalchemy", "psycopg"}
)
IMPURE_BUILTINS = frozenset({"open", "input", "print", "exec", "eval", "__import__"})
CLOCK_READERS = frozenset({"now", "utcnow", "today"})

# What the library must not pull in by itself; the extras and the command line may.
HEAVY_MODULES = (
    "starlette",
    "duckdb",
    "numpy",
    "pyarrow",
    "rich",
    "click",
    "yaml",
    "sqlalchemy",
    "jinja2",
)


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def pure_files() -> list[Path]:
    return python_files(*(f"src/ostiary/{layer}" for layer in PURE_LAYERS))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def impurities(source: str) -> Iterator[str]:
    """Names each reach of `source` outside what it was handed, as `line: what`."""
    for node in ast.walk(ast.parse(source)):
        for what in _impure_names(node):
            yield f"{getattr(node, 'lineno', 0)}: {what}"


def _impure_names(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (n.name for n in names if n.name.split(".")[0] in IMPURE_MODULES)
        case ast.ImportFrom(module=str(module), level=0) if module.split(".")[0] in IMPURE_MODULES:
            yield module
        case ast.Call(func=ast.Name(id=name)) if name in IMPURE_BUILTINS:
            yield f"{name}()"
        case ast.Call(func=ast.Attribute(attr=name)) if name in CLOCK_READERS:
            yield f".{name}()"
        case ast.Attribute(value=ast.Name(id="sys"), attr="argv" | "stdin" | "stdout" | "stderr"):
            yield f"sys.{node.attr}"
        case _:
            pass


@pytest.mark.parametrize("path", python_files("src", "tests", "bench"), ids=relative)
def test_no_file_is_longer_than_one_subject(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", python_files("src"), ids=relative)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_layers_up_to_analysis_reach_for_nothing_they_were_not_handed() -> None:
    found = {
        relative(path): reached
        for path in pure_files()
        if (reached := list(impurities(path.read_text(encoding="utf-8"))))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("source", "reached"),
    [
        ("import os.path", ["1: os.path"]),
        ("from time import monotonic", ["1: time"]),
        ("import datetime\ndatetime.datetime.now()", ["2: .now()"]),
        ("from datetime import date\ndate.today()", ["2: .today()"]),
        ("open('policies.json')", ["1: open()"]),
        ("import sys\nsys.argv", ["2: sys.argv"]),
        ("from datetime import datetime\ndatetime(2026, 1, 1)", []),
        ("from .time import Frequency", []),
    ],
)
def test_the_purity_scan_sees(source: str, reached: list[str]) -> None:
    assert list(impurities(source)) == reached


def test_importing_the_library_pulls_in_nothing_heavy() -> None:
    script = (
        "import sys, ostiary\n"
        f"print(*sorted(set({HEAVY_MODULES!r}) & {{m.split('.')[0] for m in sys.modules}}))"
    )
    # -I: what stands in the caller's folder and environment must not decide the answer
    answer = subprocess.run(  # noqa: S603  # our own interpreter and a fixed script
        [sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == []


@pytest.mark.parametrize("lock", sorted(ROOT.glob("requirements*.lock")), ids=relative)
def test_a_lock_pins_every_release_by_hash_and_names_no_registry(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    releases = re.findall(r"^[\w.-]+==\S+", text, flags=re.MULTILINE)
    unpinned = [
        entry.splitlines()[0]
        for entry in re.split(r"\n(?=\S)", text)
        if entry.strip() and not entry.startswith("#") and "--hash=sha256:" not in entry
    ]
    assert releases
    assert unpinned == []
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links", text)
