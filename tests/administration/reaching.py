"""What the source says of changes: who reaches the lockout guard, and who writes to the store."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import ostiary

SOURCE = Path(ostiary.__file__).parent
_GUARDS = frozenset({"guarded", "keeping_an_administrator"})
_WRITING = frozenset(
    {
        "add",
        "add_federated",
        "add_member",
        "add_secret",
        "change",
        "create",
        "delete",
        "modify",
        "purge",
        "remove",
        "remove_member",
        "replace",
        "reset",
        "revoke_sessions",
        "set",
        "write",
    }
)
"""Methods of the store's aggregates that change something; all of them say `by` whom."""


def reaches(function: Callable[..., Any], wanted: Callable[..., Any]) -> bool:
    """Tell whether a function refers to another, itself or through the functions it refers to."""
    met: set[int] = set()
    open_: list[Any] = [function]
    while open_:
        each = open_.pop()
        if each is wanted:
            return True
        if id(each) in met or not isinstance(each, FunctionType):
            continue
        met.add(id(each))
        open_ += _referred(each)
    return False


def _referred(function: FunctionType) -> Iterator[Any]:
    names = set(_names(function.__code__))
    for name in names:
        found = function.__globals__.get(name)
        if isinstance(found, ModuleType) and found.__name__.startswith("ostiary."):
            yield from (vars(found).get(each) for each in names)
        elif getattr(found, "__module__", "").startswith("ostiary."):
            yield found
    for cell in function.__closure__ or ():
        yield cell.cell_contents
    yield getattr(function, "__wrapped__", None)


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _names(each)


def unguarded_writers() -> Iterator[str]:
    """Name the functions that write to the store outside of the guard, as `package.module.name`."""
    for path in sorted(SOURCE.rglob("*.py")):
        place = path.relative_to(SOURCE)
        if place.parts[0] == "directory":  # the store itself
            continue
        module = ".".join(place.with_suffix("").parts)
        for name in _unguarded(ast.parse(path.read_text("utf-8"))):
            yield f"{module}.{name}"


def _unguarded(tree: ast.Module) -> list[str]:
    """Give the functions of a module that write, and that not only guarded ones call."""
    functions = {each.name: each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}
    guarded = {name for name, each in functions.items() if _is_guarded(each)}
    callers = {
        name: {other for other, each in functions.items() if other != name and _calls(each, name)}
        for name in functions
    }
    changed = True
    while changed:
        inside = {
            name
            for name in functions.keys() - guarded
            if name.startswith("_") and callers[name] and callers[name] <= guarded
        }
        guarded |= inside
        changed = bool(inside)
    elsewhere = set(_administration(tree))
    return [
        name
        for name, each in functions.items()
        if name not in guarded and _writes(each, besides=elsewhere)
    ]


def _administration(tree: ast.Module) -> Iterator[str]:
    """Give the names of modules whose functions are looked at where they are written."""
    for each in ast.walk(tree):
        if isinstance(each, ast.ImportFrom) and each.module == "ostiary.administration":
            yield from (alias.asname or alias.name for alias in each.names)


def _is_guarded(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(item.context_expr, ast.Call) and _called(item.context_expr) in _GUARDS
        for each in ast.walk(function)
        if isinstance(each, ast.With)
        for item in each.items
    )


def _calls(function: ast.FunctionDef, name: str) -> bool:
    return any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(function))


def _writes(function: ast.FunctionDef, besides: set[str]) -> bool:
    return any(
        isinstance(each, ast.Call)
        and isinstance(each.func, ast.Attribute)
        and each.func.attr in _WRITING
        and not (isinstance(each.func.value, ast.Name) and each.func.value.id in besides)
        and any(keyword.arg == "by" for keyword in each.keywords)
        for each in ast.walk(function)
    )


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""
