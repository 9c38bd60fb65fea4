"""What came of the sign-ins of late, for the overview and the list of policies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ostiary.admin.visit import Visit
from ostiary.oidc.error_codes import INTERRUPTS

EFFECTS: Final = "/identity/conditionalAccess/recentEffects"
OUTCOMES: Final = "/identity/conditionalAccess/recentOutcomes"


@dataclass(frozen=True, slots=True)
class Outcomes:
    """How the sign-ins of the last 24 hours ended; `conditional_access` by what policies did."""

    total: int
    success: int
    interrupted: int
    failure: int
    conditional_access: Mapping[str, int]
    """`success`, `failure` and `notApplied`, in Graph's words."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a policy came to in the sign-ins of the last 7 days, as they were decided then.

    `report_only_*` is what it would have come to. `sign_ins` are those it was evaluated in.
    """

    sign_ins: int = 0
    success: int = 0
    failure: int = 0
    report_only_success: int = 0
    report_only_failure: int = 0
    report_only_interrupted: int = 0

    @property
    def applied(self) -> int:
        """In how many it applied, or would have."""
        return self.success + self.failure + self.reported

    @property
    def reported(self) -> int:
        """In how many it would have applied, were it On."""
        return self.report_only_success + self.report_only_failure + self.report_only_interrupted


async def recent_outcomes(visit: Visit) -> Outcomes:
    """Ask how the sign-ins of the last 24 hours ended. Raises Refused."""
    found = await visit.graph.get(OUTCOMES)
    by_policies: dict[str, int] = {"success": 0, "failure": 0, "notApplied": 0}
    ends = {"success": 0, "interrupted": 0, "failure": 0}
    rows: list[dict[str, Any]] = found["value"]
    for each in rows:
        code, count = int(each["errorCode"]), int(each["signIns"])
        word = str(each["conditionalAccessStatus"])
        by_policies[word] = by_policies.get(word, 0) + count
        ends["success" if not code else "interrupted" if code in INTERRUPTS else "failure"] += count
    return Outcomes(int(found["signIns"]), **ends, conditional_access=by_policies)


async def recent_effects(visit: Visit) -> Mapping[str, Effect]:
    """Ask what each policy, by its id, came to in the last 7 days. Raises Refused.

    A policy that was not there in any of those sign-ins is absent.
    """
    found = await visit.graph.get(EFFECTS)
    rows: list[dict[str, Any]] = found["value"]
    return {
        str(each["id"]): Effect(
            int(each["signIns"]),
            int(each["success"]),
            int(each["failure"]),
            int(each["reportOnlySuccess"]),
            int(each["reportOnlyFailure"]),
            int(each["reportOnlyInterrupted"]),
        )
        for each in rows
    }
