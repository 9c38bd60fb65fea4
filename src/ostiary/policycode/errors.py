"""What keeps a plan from being applied, one class for each thing a caller would handle."""

from __future__ import annotations

from collections.abc import Sequence

from ostiary.model.errors import OstiaryError


class PlanStale(OstiaryError):
    """Something that the plan rests on is not what it was; `moved` has a sentence for each."""

    code = "planStale"

    def __init__(self, moved: Sequence[str]) -> None:
        """Name what moved."""
        self.moved = tuple(moved)
        super().__init__(
            f"the tenant is not as it was when the plan was made: {'; '.join(self.moved)}",
            hint="nothing was changed; look at it and make the plan anew with `ostiary plan`",
        )


class ChangedMeanwhile(OstiaryError):
    """Somebody else changed an object after the plan had begun to be applied."""

    code = "changedMeanwhile"


class Unsettled(OstiaryError):
    """A request was sent and nobody knows whether it was carried out."""

    code = "unsettled"


class NotYetThere(OstiaryError):
    """Graph does not know an object yet that was made a moment ago."""

    code = "notYetThere"


class OtherTenant(OstiaryError):
    """The plan is for another tenant."""

    code = "otherTenant"


class JournalUnfit(OstiaryError):
    """A journal that is not this plan's, is damaged, or belongs to a run that is not over."""

    code = "journal"
