"""What is worth showing without meeting a demand, and whom it leaves in the way."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from ostiary.analysis.contexts import Contexts, Unmet, unmet_by, ways_to_show
from ostiary.analysis.shown import Demanded, Judge, Showable, Shown
from ostiary.engine.policyset import PolicySet
from ostiary.model.signin import SignIn


@dataclass(frozen=True, slots=True)
class Showing:
    """One thing to show, and what stays unmet, by how users stand to the tenant."""

    shown: Shown
    unmet: Mapping[Hashable, Unmet]

    def beats(self, other: Showing) -> bool:
        """Tell whether whatever `other` opens is opened by this too."""
        return all(self.unmet[stands].within(theirs) for stands, theirs in other.unmet.items())

    @property
    def ever(self) -> int:
        """Give the policies that it leaves unsatisfied anywhere."""
        found = 0
        for unmet in self.unmet.values():
            found |= unmet.ever
        return found


class Ways:
    """Everything that could be shown to some policies, asked for once for each demand."""

    def __init__(
        self,
        policies: PolicySet,
        contexts: Contexts,
        visitors: Mapping[Hashable, SignIn],
        shown: Sequence[Shown] | None = None,
    ) -> None:
        """Keep whom to ask about: one sign-in for each way to stand to the tenant.

        `shown`: all there is to show; None: whatever is best without meeting the demand.
        """
        self._shown = shown
        self.contexts = contexts
        self.visitors = visitors
        self._policies = policies
        self._found: dict[Demanded, tuple[Showable, Judge, tuple[Shown, ...]]] = {}
        self._showings: dict[tuple[Demanded, int, bool], tuple[Showing, ...]] = {}

    def showable(self, demanded: Demanded) -> Showable:
        """Give what makes the proofs for a demand."""
        return self._ways(demanded)[0]

    def judge(self, demanded: Demanded) -> Judge:
        """Give what tells whether a demand is met."""
        return self._ways(demanded)[1]

    def showings(
        self, demanded: Demanded, *, waived: int = 0, waives: bool = False
    ) -> tuple[Showing, ...]:
        """Give what is worth showing: nothing that opens less than something else does.

        `waived` policies need not see their strength, and with `waives` neither does the demand.
        """
        key = (demanded, waived, waives)
        known = self._showings.get(key)
        if known is None:
            showable, judge, shown = self._ways(demanded)
            asked = judge.waiving() if waives else judge
            found = [Showing(each, self._unmet(asked, (showable, each), waived)) for each in shown]
            known = self._showings[key] = _worthwhile(found)
        return known

    def _ways(self, demanded: Demanded) -> tuple[Showable, Judge, tuple[Shown, ...]]:
        known = self._found.get(demanded)
        if known is None:
            visitors = tuple(self.visitors.values()) if self._shown is None else ()
            known = ways_to_show(self._policies, self.contexts, demanded, visitors)
            if self._shown is not None:
                known = (*known[:2], tuple(self._shown))
            self._found[demanded] = known
        return known

    def _unmet(
        self, judge: Judge, showing: tuple[Showable, Shown], waived: int
    ) -> dict[Hashable, Unmet]:
        return {
            stands: unmet_by(self._policies, self.contexts, judge, sign_in, showing, waived=waived)
            for stands, sign_in in self.visitors.items()
        }


def _worthwhile(showings: list[Showing]) -> tuple[Showing, ...]:
    kept: list[Showing] = []
    for each in showings:
        if any(other.beats(each) for other in kept):
            continue
        kept = [other for other in kept if not each.beats(other)]
        kept.append(each)
    return tuple(kept)
