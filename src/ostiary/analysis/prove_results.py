"""Typed answers of proofs: statements with their witnesses, a verdict, and what it rests on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from html import escape
from itertools import islice
from typing import Any, overload

from ostiary.analysis.witness import Witness
from ostiary.analysis.wording import Worded
from ostiary.analysis.world import world_json

MOST_ROWS = 50
"""Statements that a notebook shows."""
MOST_LISTED, MOST_IDS = 1_000, 1_000_000
"""Statements, and ids in them, that JSON lists; the widest come first, and all are counted."""


class Verdict(Enum):
    """What came of a question."""

    PROVED = "proved"
    """No sign-in that can occur contradicts it."""
    BROKEN = "broken"
    """A sign-in contradicts it, and the engine confirms it."""
    UNDECIDED = "undecided"
    """It hangs on something that nobody can tell."""


class Judged(ABC):
    """An answer that comes down to a verdict."""

    @property
    @abstractmethod
    def verdict(self) -> Verdict:
        """Give the verdict."""

    def holds(self, *, allow_unknown: bool = False) -> bool:
        """Tell whether to go on: proved or, if so wished, at least not contradicted."""
        if self.verdict is Verdict.UNDECIDED:
            return allow_unknown
        return self.verdict is Verdict.PROVED


@dataclass(frozen=True, slots=True)
class Statement:
    """One way in: in words, with a sign-in that shows it.

    `example` tells the witness; `doubts` on what it hangs, empty where it is certain; `note` what
    else there is to say.
    """

    worded: Worded
    witness: Witness
    example: str
    doubts: tuple[str, ...] = ()
    note: str = ""

    @property
    def text(self) -> str:
        """Give the statement."""
        return self.worded.text

    def to_json(self) -> dict[str, Any]:
        """Give the members that answers print."""
        witness = {"text": self.example, **self.witness.to_json()}
        found = {**self.worded.to_json(), "witness": witness}
        if self.doubts:
            found["doubts"] = list(self.doubts)
        return {**found, "note": self.note} if self.note else found


class Statements(Sequence[Statement]):
    """Statements that are told when somebody looks at them: there may be thousands."""

    def __init__(self, tellers: Sequence[Callable[[], Statement]]) -> None:
        """Take what tells each of them."""
        self._tellers = tuple(tellers)
        self._told: dict[int, Statement] = {}

    def __len__(self) -> int:
        """Count them, told or not."""
        return len(self._tellers)

    @overload
    def __getitem__(self, place: int) -> Statement: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Statement]: ...

    def __getitem__(self, place: int | slice) -> Statement | Sequence[Statement]:
        """Tell one statement, or several."""
        if isinstance(place, slice):
            return tuple(self._one(each) for each in range(*place.indices(len(self))))
        return self._one(range(len(self))[place])

    def __iter__(self) -> Iterator[Statement]:
        """Tell all of them."""
        return map(self._one, range(len(self)))

    def __add__(self, other: Statements) -> Statements:
        """Give these and then the others."""
        return Statements((*self._tellers, *other._tellers))

    def to_json(self) -> list[dict[str, Any]]:
        """Give the members that answers print: of thousands the widest ones only."""
        listed: list[dict[str, Any]] = []
        ids = 0
        for told in islice(self, MOST_LISTED):
            if ids > MOST_IDS:
                break
            listed.append(told.to_json())
            ids += len(told.worded.whom.ids) + len(told.worded.what.ids)
        return listed

    def _one(self, place: int) -> Statement:
        known = self._told.get(place)
        if known is None:
            known = self._told[place] = self._tellers[place]()
        return known


@dataclass(frozen=True)
class Answer(Judged):
    """The answer to one question.

    `open` contradicts it for certain, `undecided` perhaps. While policies were refused, or
    something was too much to look at (`unknown`), nothing is proved.
    """

    question: str
    open: Statements
    undecided: Statements
    refused: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    name: str = ""

    @property
    def verdict(self) -> Verdict:
        """Give the verdict."""
        if self.open:
            return Verdict.BROKEN
        if self.undecided or self.refused or self.unknown:
            return Verdict.UNDECIDED
        return Verdict.PROVED

    def to_json(self) -> dict[str, Any]:
        """Give the answer with the world it holds in."""
        return {**self.to_json_short(), "world": world_json()}

    def to_json_short(self) -> dict[str, Any]:
        """Give the answer without the world model, for lists of answers."""
        named = {"name": self.name} if self.name else {}
        return {
            **named,
            "question": self.question,
            "verdict": self.verdict.value,
            "openCount": len(self.open),
            "open": self.open.to_json(),
            "undecidedCount": len(self.undecided),
            "undecided": self.undecided.to_json(),
            "refused": list(self.refused),
            "unknown": list(self.unknown),
        }

    def _repr_html_(self) -> str:
        return answer_table([self])


def answer_table(answers: Sequence[Answer]) -> str:
    """Give answers as an HTML table for notebooks."""
    rows = [
        f"<tr><td>{escape(answer.name or answer.question)}</td>"
        f"<td>{kind}</td><td>{escape(statement)}</td></tr>"
        for answer in answers
        for kind, statement in _rows(answer)
    ]
    head = "<tr><th>Question</th><th>Answer</th><th>Statement</th></tr>"
    return f"<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"


def _rows(answer: Answer) -> Iterator[tuple[str, str]]:
    shown = 0
    for kind, statements in (("open", answer.open), ("undecided", answer.undecided)):
        for each in statements[: MOST_ROWS - shown]:
            shown += 1
            yield kind, each.text
    total = len(answer.open) + len(answer.undecided)
    if total > shown:
        yield "", f"and {total - shown} more"
    if not total:
        yield answer.verdict.value, ", ".join((*answer.unknown, *_refusals(answer.refused)))


def _refusals(refused: Sequence[str]) -> list[str]:
    return [f"policy `{each}` was refused" for each in refused]
