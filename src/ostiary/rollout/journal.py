"""Rollouts of a tenant that has no store of ours (Microsoft Entra), kept as files beside the code.

`.ostiary/rollouts/<id>/0001.json`, `0002.json`, …: each step is a record of its own, never changed.
A record is there whole or not at all, and a number is given once: two people who take a step at
the same time cannot both write it. What a step changes in the tenant stands between two records,
one that says what is about to be done, and one that says that it was. Nothing has to be locked or
cleaned up when the computer dies in between; the files can be kept under version control.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ostiary.model.errors import InputError
from ostiary.model.json_types import is_object
from ostiary.policycode.durable import to_disk
from ostiary.rollout.errors import JournalTaken
from ostiary.rollout.state import Rollout
from ostiary.rollout.state_json import rollout_from_json

FOLDER: Final = Path(".ostiary", "rollouts")
_NAME: Final = "{:04d}.json"


@dataclass(frozen=True, slots=True)
class Record:
    """The rollout as it is after a step; `done` false: the step was about to be taken."""

    number: int
    rollout: Rollout
    done: bool = True

    def to_json(self) -> dict[str, Any]:
        """Give what stands in the file."""
        return {"done": self.done, "rollout": self.rollout.to_json()}


@dataclass(frozen=True, slots=True)
class Journal:
    """The rollouts below a folder of policies."""

    root: Path

    @property
    def folder(self) -> Path:
        """Where the rollouts stand."""
        return self.root / FOLDER

    def latest(self) -> list[Record]:
        """Give the last record of every rollout, the earliest rollout first. Raises InputError."""
        if not self.folder.is_dir():
            return []
        found = [self.last(each.name) for each in self.folder.iterdir() if each.is_dir()]
        present = [each for each in found if each is not None]
        return sorted(present, key=lambda each: (each.rollout.started, each.rollout.id))

    def last(self, identifier: str) -> Record | None:
        """Give the last record of a rollout, None where there is none. Raises InputError."""
        numbers = sorted(self._numbers(identifier))
        return self.read(identifier, numbers[-1]) if numbers else None

    def read(self, identifier: str, number: int) -> Record:
        """Read one record. Raises InputError where it is damaged."""
        path = self._path(identifier, number)
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise InputError(f"{path}: expected JSON, came something else: {error}") from error
        if not is_object(found) or not isinstance(found.get("done"), bool):
            raise InputError(f"{path}: expected a record of a rollout, came something else")
        return Record(number, rollout_from_json(found.get("rollout")), found["done"])

    def append(self, record: Record) -> None:
        """Write a record that is not there yet, to be found after a crash.

        Raises JournalTaken where one with its number is there, and OSError.
        """
        folder = self.folder / record.rollout.id
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(record.to_json(), indent=1, ensure_ascii=False) + "\n"
        handle, partial = tempfile.mkstemp(prefix=".", suffix=".partial", dir=folder)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            # A link, unlike a renaming, never takes the place of a file that is there.
            os.link(partial, self._path(record.rollout.id, record.number))
        except FileExistsError:
            raise JournalTaken(
                f"somebody else has just taken a step of the rollout of `{record.rollout.name}`",
                hint="look at it with `ostiary rollout status`, then go on",
            ) from None
        finally:
            with suppress(OSError):
                Path(partial).unlink()
        to_disk(folder)

    def _numbers(self, identifier: str) -> Iterator[int]:
        folder = self.folder / identifier
        if not folder.is_dir():
            return
        for each in folder.glob("[0-9]*.json"):
            if each.stem.isdigit():
                yield int(each.stem)

    def _path(self, identifier: str, number: int) -> Path:
        return self.folder / identifier / _NAME.format(number)
