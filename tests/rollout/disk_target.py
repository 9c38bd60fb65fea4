"""A tenant of one policy in a file, for processes that are killed; run as a program it is one.

`python -m tests.rollout.disk_target FOLDER POINT` takes the next step of the rollout in FOLDER, or
resumes one, and kills itself at POINT: one of `POINTS`, or `none`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ostiary.entra.errors import AnswerLost
from ostiary.model.json_types import JsonObject
from ostiary.rollout.carrying import Desk
from ostiary.rollout.journal import Journal, Record
from tests.rollout.cases import onward

POINTS = ("before the intent", "after the intent", "before the change", "after the change", "done")


def _quiet(_: str) -> None:
    """Do nothing."""


@dataclass
class DiskTarget:
    """Reads and writes the policy; `at` is told each point that is passed."""

    folder: Path
    at: Callable[[str], None] = _quiet
    lose_answers: bool = False
    lose_requests: bool = False

    @property
    def _file(self) -> Path:
        return self.folder / "policy.json"

    def policy(self, policy_id: str) -> JsonObject:
        """Give the policy."""
        return json.loads(self._file.read_text(encoding="utf-8"))

    def change(self, policy_id: str, body: Mapping[str, Any], current: JsonObject) -> None:
        """Write it at once."""
        self.at("before the change")
        if self.lose_requests:
            raise AnswerLost("no answer came")
        self.put({**current, **body})
        self.at("after the change")
        if self.lose_answers:
            raise AnswerLost("no answer came")

    def put(self, document: JsonObject) -> None:
        """Change the policy, as anybody may."""
        partial = self._file.with_suffix(".partial")
        partial.write_text(json.dumps(document), encoding="utf-8")
        partial.replace(self._file)


@dataclass(frozen=True, slots=True)
class WatchedJournal(Journal):
    """A journal that tells each point that is passed."""

    at: Callable[[str], None] = _quiet

    def append(self, record: Record) -> None:
        """Write a record between two points."""
        if not record.done:
            self.at("before the intent")
        Journal.append(self, record)
        self.at("done" if record.done else "after the intent")


def step(folder: Path, at: Callable[[str], None] = _quiet) -> None:
    """Take the next step, or finish the one that was begun."""
    target = DiskTarget(folder, at)
    desk = Desk(WatchedJournal(folder, at), target)
    record = desk.journal.latest()[0]
    if not record.done:
        desk.resume(record)
        return
    current = target.policy(record.rollout.policy_id)
    desk.take(record, onward(record.rollout, current), current)


def _main() -> None:
    point = sys.argv[2]

    def die_at(passed: str) -> None:
        if passed == point:
            os.kill(os.getpid(), signal.SIGKILL)

    step(Path(sys.argv[1]), die_at)


if __name__ == "__main__":
    _main()
