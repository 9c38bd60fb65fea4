"""How far a plan has come, on a disk: a line for each step that was begun, and for each done.

Every line is on the disk before anything goes on (fsync). A line that was torn when the computer
died says nothing and is dropped: the step that it would have told of is looked at in the tenant.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Final

from ostiary.model.errors import InputError
from ostiary.model.json_types import is_object
from ostiary.policycode.changes import Plan, is_placeholder
from ostiary.policycode.durable import to_disk
from ostiary.policycode.errors import JournalUnfit

FORMAT: Final = 1
_LOCKED: Final = 1 << 30
"""The byte that is locked on Windows, where nobody can read what is locked: far behind the end."""
BEGUN, DONE, OVER = "begun", "done", "over"


@dataclass
class Journal:
    """The journal of one plan, open for writing; `over` says how the run ended, if it did."""

    path: Path
    plan: Plan
    ids: dict[str, str] = field(default_factory=dict[str, str])
    states: dict[int, str] = field(default_factory=dict[int, str])
    over: str = ""
    file: IO[bytes] | None = field(default=None, repr=False)

    @property
    def taken(self) -> tuple[int, ...]:
        """The numbers of the steps that were taken."""
        return tuple(sorted(number for number, state in self.states.items() if state == DONE))

    def state(self, number: int) -> str:
        """Give `done`, `begun`, or nothing."""
        return self.states.get(number, "")

    def begin(self, number: int) -> None:
        """Keep that a step is about to be taken."""
        self._write({"step": number, "is": BEGUN})

    def done(self, number: int, identifier: str) -> None:
        """Keep that a step was taken, and the id of its object."""
        self._write({"step": number, "is": DONE, "id": identifier})

    def end(self, how: str) -> None:
        """Keep that nothing is left to be done: `applied`, or `rolledBack`."""
        self._write({"is": OVER, "how": how})

    def discard(self) -> None:
        """Take the file away: nothing was begun, so that nothing is to be gone on with."""
        self.path.unlink(missing_ok=True)

    def take(self, line: dict[str, Any]) -> None:
        """Take what a line says."""
        if line.get("is") == OVER:
            self.over = str(line.get("how"))
            return
        number = int(line["step"])
        self.states[number] = str(line["is"])
        word: str = self.plan.changes[number].id
        if line["is"] == DONE and is_placeholder(word):
            self.ids[word] = str(line["id"])

    def _write(self, line: dict[str, Any]) -> None:
        if self.file is None:
            raise JournalUnfit(f"{self.path}: expected a journal that is open")
        write_line(self.file, line)
        self.take(line)


def write_line(file: IO[bytes], line: dict[str, Any]) -> None:
    """Write a line and see it on the disk."""
    file.write(json.dumps(line, ensure_ascii=False).encode("utf-8") + b"\n")
    file.flush()
    os.fsync(file.fileno())


@contextmanager
def open_journal(path: Path, plan: Plan, *, resume: bool) -> Generator[Journal]:
    """Begin the journal of a plan, or go on with it; nobody else can at the same time.

    Raises JournalUnfit where it is another plan's, was begun and is not to be resumed, or is being
    written by somebody else; InputError where it is damaged or not there; OSError.
    """
    if resume and not path.exists():
        raise InputError(
            f"`{path}`: expected the journal of a plan that was begun, it is not there",
            hint="leave --resume out to begin",
        )
    with path.open("r+b" if resume else "a+b") as file:
        _lock(file, path)
        journal = _read(file, path, plan)
        if journal is not None and not resume:
            raise _begun(journal)
        if journal is None:
            journal = Journal(path, plan)
            file.truncate(0)
            head = {"journal": FORMAT, "plan": plan.digest, "tenantId": plan.tenant_id}
            write_line(file, head)
            to_disk(path.parent)
        journal.file = file
        try:
            yield journal
        finally:
            journal.file = None


def read_journal(path: Path, plan: Plan) -> Journal | None:
    """Read the journal of a plan, None where nothing was begun. Raises as `open_journal`."""
    if not path.exists():
        return None
    with path.open("r+b") as file:
        return _read(file, path, plan)


def _begun(journal: Journal) -> JournalUnfit:
    if journal.over:
        return JournalUnfit(
            f"`{journal.path}`: this plan was {journal.over} already",
            hint="make a new plan with `ostiary plan`",
        )
    taken, count = len(journal.taken), len(journal.plan.changes)
    return JournalUnfit(
        f"`{journal.path}`: this plan was begun, {taken} of {count} steps were taken",
        hint="go on with --resume, or take them back with --roll-back",
    )


def _read(file: IO[bytes], path: Path, plan: Plan) -> Journal | None:
    file.seek(0)
    content = file.read()
    whole, _, torn = content.rpartition(b"\n")
    if torn:
        file.truncate(len(content) - len(torn))
    file.seek(0, os.SEEK_END)
    if not whole:
        return None
    head, *lines = (_line(each, path) for each in whole.split(b"\n"))
    if head.get("journal") != FORMAT or head.get("plan") != plan.digest:
        raise JournalUnfit(
            f"`{path}`: expected the journal of this plan, it is another one's",
            hint="name another file with --journal",
        )
    journal = Journal(path, plan)
    for line in lines:
        number = line.get("step")
        known = isinstance(number, int) and 0 <= number < len(plan.changes)
        if not (line.get("is") == OVER or (known and line.get("is") in {BEGUN, DONE})):
            raise _damaged(path)
        journal.take(line)
    return journal


def _line(text: bytes, path: Path) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise _damaged(path) from error
    if not is_object(found):
        raise _damaged(path)
    return dict(found)


def _damaged(path: Path) -> InputError:
    return InputError(
        f"`{path}`: expected a journal, a line of it is damaged",
        hint="look at the tenant, and make a new plan",
    )


def _lock(file: IO[bytes], path: Path) -> None:
    """Let one process write at a time; the lock goes with the process."""
    try:
        try:
            import fcntl
        except ImportError:  # Windows
            windows: Any = import_module("msvcrt")
            file.seek(_LOCKED)
            windows.locking(file.fileno(), windows.LK_NBLCK, 1)
        else:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise JournalUnfit(f"`{path}`: somebody else is applying this plan now") from error
