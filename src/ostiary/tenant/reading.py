"""From a path or a document to the raw documents of a tenant, each with its source."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ostiary.model.errors import InputError, Problem
from ostiary.model.json_types import Json
from ostiary.tenant.documents import (
    POLICIES,
    Gathering,
    Item,
    Part,
    RawTenant,
    Warning_,
    key_named,
)
from ostiary.tenant.json_faults import DEEPEST
from ostiary.tenant.json_text import Doubled, Marked, read_json, read_marked, too_deep
from ostiary.tenant.paging import goes_on, goes_on_within, missing_pages
from ostiary.tenant.recognising import is_surely_tenant, is_tenant, recognised
from ostiary.tenant.shapes import elements, is_list, is_object, kind_of

_DOCUMENT = "document"
"""The name of a tenant that came as an object and not from a file."""
_NOTHING = "expected a tenant, came nothing that belongs to one"
_ADVICE = (
    "expected are a document with members such as `users` and `conditionalAccessPolicies`,"
    " or policies as Microsoft Graph returns them"
)
_PLACES = "give the path of a file or folder, or a document as an object"
_MOST_NAMED = 3


def read_raw(source: str | Path | Mapping[str, Any]) -> RawTenant:
    """Read one JSON document, a file or a folder.

    A folder has one file, or one sub-folder of files, for each key; whatever else is in it is
    searched and each object recognised by its content. Raises InputError where a file cannot be
    read or nothing is recognised.
    """
    if isinstance(source, Mapping):
        if too_deep(source):
            raise InputError(f"{_DOCUMENT}: expected at most {DEEPEST} levels, came more")
        return read_document(source, _DOCUMENT)
    # Callers without types hand over anything.
    if not isinstance(source, str | os.PathLike):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"expected a tenant, came {kind_of(source)}", hint=_PLACES)
    path = Path(source)
    return _folder(path) if path.is_dir() else read_file(path)


def read_file(path: Path) -> RawTenant:
    """Read one file as a tenant of its own."""
    return read_document(read_json(path), str(path))


def read_each(path: Path) -> Iterator[tuple[str, RawTenant]]:
    """Read every file of a folder as a tenant of its own; one file alone is the only one.

    A file in which nothing is recognised gives a tenant of nothing, which names it as skipped.
    """
    if not path.is_dir():
        yield str(path), read_file(path)
        return
    for file, marked in _contents(path):
        gathering = Gathering()
        value = marked.value
        if marked.error is not None:
            _take_unbroken(gathering, Item(value, str(file)), marked.error)
        elif is_object(value) and is_tenant(value):
            _take_tenant(gathering, value, str(file))
        else:
            _take_recognised(gathering, value, str(file))
        yield str(file), _finished(gathering)


def json_files(path: Path) -> list[Path]:
    """Give the JSON files below a folder, in the order of their names; hidden ones are left out."""
    return files_below(path, (".json",)) if path.is_dir() else [path]


def files_below(path: Path, endings: tuple[str, ...]) -> list[Path]:
    """Give the files of a folder whose names end so, hidden ones left out, in their order."""
    found: list[Path] = []
    for folder, inner, names in os.walk(path):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        found.extend(
            Path(folder, name)
            for name in names
            if name.casefold().endswith(endings) and not name.startswith(".")
        )
    return sorted(found, key=lambda each: each.relative_to(path).as_posix())


def read_document(value: Json, file: str) -> RawTenant:
    """Read a JSON value as a tenant: a document, a collection, a list, or one object of either.

    `file` is what it is called in errors. Raises InputError where nothing is recognised.
    """
    gathering = Gathering()
    if is_object(value) and is_tenant(value):
        _take_tenant(gathering, value, file)
    elif value != {}:
        _take_recognised(gathering, value, file)
        if gathering.empty:
            raise InputError(f"{file}: {_NOTHING}", hint=_ADVICE)
    return _finished(gathering)


def _folder(root: Path) -> RawTenant:
    gathering = Gathering()
    for path, marked in _contents(root):
        take_file(gathering, path.relative_to(root), Item(marked.value, str(path)), marked.error)
    if gathering.empty:
        raise InputError(f"{root}: {_NOTHING}", hint=_ADVICE)
    return _finished(gathering)


def _finished(gathering: Gathering) -> RawTenant:
    raw = gathering.finish()
    return replace(raw, warnings=(*raw.warnings, *missing_pages(raw.parts)))


def take_file(gathering: Gathering, place: Path, item: Item, doubled: InputError | None) -> None:
    """Take a file of a folder by its name or, where that says nothing, by its content.

    `place` is its path below the folder, `doubled` the error of a member that stands twice in it.
    """
    key = key_named(place.parts[0].removesuffix(place.suffix))
    value = _unwrapped(item.value, key) if key else item.value
    whole = key is None and is_object(value) and is_surely_tenant(value)
    if doubled is not None:
        if whole or key not in {None, POLICIES}:
            raise doubled
        _take_unbroken(gathering, Item(value, item.source), doubled)
    elif key is not None:
        _take_key(gathering, key, Item(value, item.source), "")
    elif whole and is_object(value):
        _take_tenant(gathering, value, item.source)
    else:
        _take_recognised(gathering, value, item.source)


def _take_unbroken(gathering: Gathering, item: Item, doubled: InputError) -> None:
    """Take the objects of a file and set policies aside in which a member stands twice.

    Nobody can tell which of the two was meant. Raises the error where that member is anywhere
    else than in a policy.
    """
    alone = is_object(item.value) and (recognised(item.value) or elements(item.value) is None)
    found = [item.value] if alone else elements(item.value) or ()
    for number, each in enumerate(found):
        source = item.source if alone else f"{item.source}#/{number}"
        if not _has_doubled(each):
            _take_recognised(gathering, each, source)
        elif is_object(each) and recognised(each) == POLICIES:
            problem = Problem("", "duplicateMember", doubled.message)
            gathering.broken.append((Item(each, source), problem))
        else:
            raise doubled
    if not alone and isinstance(item.value, Doubled):
        raise doubled


def _has_doubled(value: object) -> bool:
    open_: list[object] = [value]
    while open_:
        each = open_.pop()
        if isinstance(each, Doubled):
            return True
        if is_object(each):
            open_.extend(each.values())
        elif is_list(each):
            open_.extend(each)
    return False


def _contents(root: Path) -> Iterator[tuple[Path, Marked]]:
    """Read every file, and only then complain: of all that cannot be read, at once."""
    read: list[tuple[Path, Marked]] = []
    failed: list[InputError] = []
    for path in json_files(root):
        try:
            read.append((path, read_marked(path)))
        except InputError as error:
            failed.append(error)
    if not failed:
        return iter(read)
    if len(failed) == 1:
        raise failed[0]
    named = "; ".join(error.message for error in failed[:_MOST_NAMED])
    more = f"; and {len(failed) - _MOST_NAMED} more" if len(failed) > _MOST_NAMED else ""
    raise InputError(f"{len(failed)} files cannot be read: {named}{more}", hint=failed[0].hint)


def _unwrapped(value: Json, key: str) -> Json:
    """Take `{"users": [...]}` in the file `users.json` for the list it holds."""
    if is_object(value) and len(value) == 1:
        name, inner = next(iter(value.items()))
        if key_named(name) == key:
            return inner
    return value


def _take_tenant(gathering: Gathering, body: Mapping[str, Any], file: str) -> None:
    for name, value in body.items():
        key = key_named(name)
        if key is not None:
            more = goes_on_within(body, name)
            _take_key(gathering, key, Item(value, file), f"/{_escaped(name)}", more=more)
        elif "@" not in name and not name.startswith(("_", "$", "#")):
            message = f"`{name}` is no member of a tenant document; it is not read"
            gathering.warnings.append(Warning_("unknownMember", message, file))


def _take_key(
    gathering: Gathering, key: str, item: Item, pointer: str, *, more: bool = False
) -> None:
    """Take what stands for one key: a list, a collection, or a single object.

    `more`: what stands around it says that the list goes on.
    """
    value, file = item.value, item.source
    found = elements(value)
    if found is not None:
        inner = f"{pointer}/value" if is_object(value) else pointer
        gathering.add(key, Part(file, inner, found, more or goes_on(value)))
    elif value is not None:
        gathering.add(key, Part(f"{file}#{pointer}" if pointer else file, None, (value,)))


def _take_recognised(gathering: Gathering, value: Json, file: str) -> None:
    found = elements(value) if not (is_object(value) and recognised(value)) else None
    if found is None:
        key = recognised(value) if is_object(value) else None
        if key is None:
            gathering.skipped.append(file)
        else:
            gathering.add(key, Part(file, None, (value,)))
        return
    pointer = "/value" if is_object(value) else ""
    more = goes_on(value)
    for number, each in enumerate(found):
        source = f"{file}#{pointer}/{number}"
        key = recognised(each) if is_object(each) else None
        if key is None:
            gathering.skipped.append(source)
        else:
            gathering.add(key, Part(source, None, (each,), more))
    if not found:
        gathering.skipped.append(file)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
