"""The page of the security requirements: which test shows each, and how its last run ended."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

ROOT: Final = Path(__file__).resolve().parent.parent
DATA: Final = Path(__file__).with_name("requirements.toml")
_ID: Final = re.compile(r"test_([A-Za-z]{2}\d{2})_")
_WORST: Final = ("failed", "passed", "skipped")
"""A failure outweighs everything; of a passed and a skipped test the passed one counts."""
_HEAD: Final = """# Security requirements

Written by `make docs` from `docs/requirements.toml` and the names of the tests. A requirement in
bold blocks a release. *Open*: no test has its id in its name. The result is that of the run whose
JUnit file was given (`python -m docs.generate --junit FILE`), else "not run here".
"""
_TABLE: Final = "| id | requirement | tests | result |\n|---|---|---|---|\n"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of the page before its tests."""

    id: str
    text: str
    gate: bool


def requirements() -> dict[str, list[Requirement]]:
    """Give the requirements of each section."""
    data: dict[str, Any] = tomllib.loads(DATA.read_text(encoding="utf-8"))
    gates = frozenset(data.pop("gates"))
    return {
        section: [Requirement(name, text, name in gates) for name, text in rows.items()]
        for section, rows in data.items()
    }


def files_by_id(root: Path = ROOT) -> dict[str, list[str]]:
    """Give the test files in which each id stands in a test's name."""
    found: dict[str, list[str]] = {}
    for path in sorted((root / "tests").rglob("test_*.py")):
        for name in _ids(ast.walk(ast.parse(path.read_text(encoding="utf-8")))):
            files = found.setdefault(name, [])
            relative = path.relative_to(root).as_posix()
            if relative not in files:
                files.append(relative)
    return found


def results(junit: Path | None) -> dict[str, str]:
    """Give the worst result of each id in a JUnit file; nothing without one."""
    found: dict[str, str] = {}
    if junit is None:
        return found
    for case in ElementTree.parse(junit).iter("testcase"):  # noqa: S314  # our own run's file
        named = _ID.match(case.get("name") or "")
        if named is not None:
            told = found.get(named[1].upper(), _result(case))
            found[named[1].upper()] = min(told, _result(case), key=_WORST.index)
    return found


def security_page(junit: Path | None = None) -> str:
    """Give the whole page."""
    tests, ran = files_by_id(), results(junit)
    parts = [_HEAD]
    for section, rows in requirements().items():
        parts.append(
            f"\n## {section}\n\n| id | requirement | tests | result |\n|---|---|---|---|\n"
        )
        parts += [_row(each, tests.get(each.id, ()), ran) for each in rows]
    return "".join(parts)


def _ids(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.FunctionDef) and (named := _ID.match(node.name)):
            yield named[1].upper()


def _result(case: ElementTree.Element) -> str:
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


def _row(row: Requirement, files: Iterable[str], ran: Mapping[str, str]) -> str:
    name = f"**{row.id}**" if row.gate else row.id
    links = ", ".join(f"[{Path(each).stem}](../{each})" for each in files)
    result = ran.get(row.id, "not run here") if links else "open"
    return f"| {name} | {row.text} | {links or 'none'} | {result} |\n"
