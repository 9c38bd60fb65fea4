"""One way in as one sentence: who, to what, and only under which circumstances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ostiary.analysis.answering import WayIn
from ostiary.analysis.naming import Names
from ostiary.analysis.terrain import Terrain
from ostiary.analysis.wording_axes import AxisWords
from ostiary.analysis.wording_people import (
    ALL_ASKED_ABOUT,
    EVERYBODY,
    PeopleWords,
    TargetWords,
    What,
    Whom,
)
from ostiary.conditions.users import ALL


@dataclass(frozen=True, slots=True)
class Worded:
    """A way in, told. `circumstances` maps each condition that narrows it to its phrase.

    `everything` names all that is asked about, which `what` leaves unsaid.
    """

    text: str
    whom: Whom
    what: What
    circumstances: tuple[tuple[str, str], ...]
    everything: str

    def to_json(self) -> dict[str, Any]:
        """Give the members that answers print of it."""
        return {
            "statement": self.text,
            "users": {
                "text": self.whom.text,
                "count": len(self.whom.ids),
                "ids": list(self.whom.ids),
                "beyondTheExport": list(self.whom.beyond),
            },
            "resources": {
                "text": self.what.text or self.everything,
                "count": len(self.what.ids),
                "ids": list(self.what.ids),
                "beyondTheExport": list(self.what.beyond),
            },
            "conditions": dict(self.circumstances),
        }


class Wording:
    """Tells ways in of one question on one terrain."""

    def __init__(self, terrain: Terrain, question: int | None, names: Names) -> None:
        """Take the number of the policy that asks, or None where everything is asked about.

        A statement leaves out what is all that is asked about.
        """
        self._terrain = terrain
        people, targets = terrain.everybody, terrain.everything
        if question is not None:
            people = terrain.of_people.upper[question]
            targets = terrain.of_targets.upper[question]
        self.people = PeopleWords(terrain, people, _everybody(terrain, question))
        self.targets = TargetWords(terrain, targets, names)
        self._axes = AxisWords(terrain)
        self._everything = "all that is asked about" if question is not None else "every resource"

    def worded(self, way: WayIn) -> Worded:
        """Tell one way in."""
        opening = way.opening
        whom, what = self.people.whom(opening.users), self.targets.what(opening.targets)
        exchange = bool(opening.targets & self._terrain.targets_where(exchange=True))
        phrases: list[tuple[str, str]] = []
        for number, axis in enumerate(self._terrain.axes):
            part = self._terrain.space.part(opening.box, number)
            phrase = self._axes.phrase(number, part, exchange=exchange)
            if phrase is not None:
                phrases.append((axis.name, phrase))
        # Places first, as people think of them; the other conditions as on screen.
        phrases.sort(key=lambda each: each[0] != "locations")
        parts = [whom.text, what.text, *(phrase for _, phrase in phrases)]
        if not what.text and not phrases:
            parts.append(f"to {self._everything}, under all circumstances")
        told = ", ".join(filter(None, parts))
        return Worded(told, whom, what, tuple(phrases), self._everything)


def _everybody(terrain: Terrain, question: int | None) -> str:
    """Name all that a question is about: only of a question about everybody are they everybody."""
    if question is None:
        return EVERYBODY
    users = terrain.policies.policies[question].settings["users"]
    whole = ALL in (users.include or ()) and not users.exclude
    return EVERYBODY if whole else ALL_ASKED_ABOUT
