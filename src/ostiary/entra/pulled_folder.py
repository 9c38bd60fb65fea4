"""The folder that a pull writes: whole, or as it was before.

Everything is written beside it and takes its place at the end, so that nobody ever loads half of
a new export with half of an old one.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject

MARK: Final = ".ostiary-pull.json"
"""Says that a folder was written by a pull, when, and of what; hidden files are not loaded."""
_NEW, _OLD = ".pulling", ".pulled-before"


@dataclass
class PulledFolder:
    """A folder while it is written; `counts` are the objects of each file."""

    folder: Path
    counts: dict[str, int] = field(default_factory=dict[str, int])

    def write(self, key: str, value: object) -> None:
        """Write one value as the file of a key."""
        text = json.dumps(value, ensure_ascii=False, indent=2)
        self._path(key).write_text(text + "\n", encoding="utf-8", newline="\n")

    def write_all(self, key: str, objects: Iterable[JsonObject]) -> Generator[int]:
        """Write the objects of a collection as they come; gives how many there are so far."""
        count = 0
        with self._path(key).open("w", encoding="utf-8", newline="\n") as file:
            file.write('{"value": [')
            for each in objects:
                file.write(",\n" if count else "\n")
                file.write(json.dumps(each, ensure_ascii=False))
                count += 1
                yield count
            file.write("\n]}\n")
        self.counts[key] = count

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.json"


def require_replaceable(folder: Path) -> None:
    """Raise InputError where something else than an earlier pull stands there."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InputError(f"`{folder}` is a file; expected a folder to write to")
    if (folder / MARK).exists() or not any(folder.iterdir()):
        return
    raise InputError(
        f"`{folder}` holds files that no pull has written; they would be replaced",
        hint="name a folder that does not exist yet",
    )


@contextmanager
def written_whole(folder: Path, mark: dict[str, Any]) -> Generator[PulledFolder]:
    """Give a folder to write to, which takes the place of `folder` once all went well.

    `mark` is told in its hidden file, with the numbers of objects. Raises InputError, OSError.
    """
    require_replaceable(folder)
    new, old = (folder.with_name(f".{folder.name}{each}") for each in (_NEW, _OLD))
    shutil.rmtree(new, ignore_errors=True)
    # People's names and what they may reach: nobody else on this host need read it.
    new.mkdir(parents=True, mode=0o700)
    try:
        made = PulledFolder(new)
        yield made
        text = json.dumps({**mark, "objects": made.counts}, indent=2)
        (new / MARK).write_text(text + "\n", encoding="utf-8", newline="\n")
        _swap(folder, new, old)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _swap(folder: Path, new: Path, old: Path) -> None:
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        os.replace(folder, old)
    os.replace(new, folder)
    shutil.rmtree(old, ignore_errors=True)
