"""What the package imports is what it says it needs: nobody has more installed than that."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

BROUGHT = {"pydantic-core": "pydantic"}
"""What a declared package brings as a part of itself."""
ASKED_FOR = frozenset({"certifi"})
"""What is used where it happens to be there, and nowhere needed."""
ROOT = Path(__file__).resolve().parent.parent


def _imported() -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in sorted((ROOT / "src" / "ostiary").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names = [each.name for each in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                names = [node.module]
            else:
                continue
            for name in names:
                found.setdefault(name.partition(".")[0], path.relative_to(ROOT))
    return found


def _declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    names = (re.split(r"[\[<>=;~! ]", each)[0] for listed in lists for each in listed)
    return {_plain(each) for each in names}


def _plain(name: str) -> str:
    return name.casefold().replace("_", "-")


def test_every_import_is_declared() -> None:
    declared, known = _declared(), packages_distributions()
    own = {"ostiary", *sys.stdlib_module_names, *ASKED_FOR}
    for name, path in _imported().items():
        if name not in own:
            found = map(_plain, known.get(name, [name]))
            providers = {BROUGHT.get(each, each) for each in found}
            assert providers & declared, f"{path} imports {name}, which pyproject.toml lacks"
