"""Lockout: can those who must get back in sign in to the admin center and change policies?

An account *can* if some sign-in that can occur is granted both the admin center and Microsoft
Graph, with the methods it has registered. Places, platforms and clients are its free choice, and
it may be asked for whatever it can do on the way: accept terms of use, change the password. A
device, a protected client app or an external control are nothing that an export tells of: where
every way needs one, the answer is that nobody can tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ostiary.analysis.administrators import (
    ADMIN_CENTER,
    Accounts,
    administrators,
    emergency_accounts,
)
from ostiary.analysis.naming import Names
from ostiary.analysis.prove_results import Verdict
from ostiary.analysis.way_back import Access, WayBack
from ostiary.analysis.world import world_json
from ostiary.conditions.audiences import GRAPH
from ostiary.engine.policyset import PolicySet

MOST_TRIED = 200
"""Other administrators that are looked at; the first who can get in is enough."""


@dataclass(frozen=True)
class Lockout:
    """The answer: every emergency access account, and the other administrators looked at."""

    emergency: tuple[Access, ...]
    others: tuple[Access, ...]
    refused: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    """What keeps the answer from being complete."""

    @property
    def other_can(self) -> bool:
        """Tell whether another administrator surely gets in."""
        return any(each.can is True for each in self.others)

    @property
    def verdict(self) -> Verdict:
        """Give the verdict: proved if nobody needed is, or may be, locked out."""
        if any(each.can is False for each in self.emergency):
            return Verdict.BROKEN
        others_known = all(each.can is False for each in self.others)
        if not self.other_can and others_known and not self.unknown:
            return Verdict.BROKEN
        sure = all(each.can is True for each in self.emergency) and self.other_can
        return Verdict.PROVED if sure and not self.refused and not self.unknown else Verdict.UNDECIDED

    def holds(self, *, allow_unknown: bool = False) -> bool:
        """Tell whether to go on."""
        return self.verdict is Verdict.PROVED or (
            allow_unknown and self.verdict is Verdict.UNDECIDED
        )

    def to_json(self) -> dict[str, Any]:
        """Give the answer with the world it holds in."""
        return {
            "question": "can those who must get back in change policies?",
            "verdict": self.verdict.value,
            "emergencyAccess": [each.to_json() for each in self.emergency],
            "otherAdministrators": [each.to_json() for each in self.others],
            "refused": list(self.refused),
            "unknown": list(self.unknown),
            "applications": [ADMIN_CENTER, GRAPH],
            "world": world_json(),
        }
