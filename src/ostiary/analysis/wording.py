"""One way in as one sentence: who, to what, and only under which circumstances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ostiary.analysis.answering import WayIn
from ostiary.analysis.naming import Names
from ostiary.analysis.terrain import Terrain
from ostiary.analysis.wording_axes import AxisWords
from ostiary.analysis.wording_people import PeopleWords, TargetWords, What, Whom


@dataclass(frozen=True, slots=True)
class Worded:
    """A way in, told. `circumstances` maps each condition that narrows it to its phrase."""

    text: str
    whom: Whom
    what: What
    circumstances: tuple[tuple[str, str], ...]

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
                "text": self.what.text or "every resource",
                "count": len(self.what.ids),
                "ids": list(self.what.ids),
                "beyondTheExport": list(self.what.beyond),
            },
            "conditions": dict(self.circumstances),
        }


class Wording:
    """Tells ways in of one question on one terrain."""

    def __init__(self, terrain: Terrain, question: int, names: Names) -> None:
        """Take the number of the policy that asks: a statement leaves out what is all it asks."""
        self._terrain = terrain
        self.people = PeopleWords(terrain, terrain.of_people.upper[question])
        self.targets = TargetWords(terrain, terrain.of_targets.upper[question], names)
        self._axes = AxisWords(terrain)

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
            parts.append("to every resource, under all circumstances")
        return Worded(", ".join(filter(None, parts)), whom, what, tuple(phrases))
