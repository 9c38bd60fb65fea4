"""The first page: how the tenant stands, and what waits for a decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from ostiary.admin.exempt import Temporary, temporary
from ostiary.admin.graph_calls import Refused
from ostiary.admin.pages.policies import STATES
from ostiary.admin.pages.rollouts import WHOLE as ROLLOUTS
from ostiary.admin.proofs import ROOT, known_now, standing
from ostiary.admin.recent_sign_ins import Outcomes, recent_outcomes
from ostiary.admin.visit import Answer, PageRoute, Shown, Visit
from ostiary.model.json_types import JsonObject

PATH: Final = "/"
_PROOFS: Final = ("managementMfa", "administratorsMfa", "everybodyMfa")
_REPORT_ONLY: Final = STATES[1]
LONG: Final = timedelta(days=14)
"""In report-only for longer, a policy waits for somebody to decide (ours)."""
SOON: Final = timedelta(days=3)
"""Before its end, a temporary exclusion is pointed out (ours)."""
_MOST: Final = 10


async def show_overview(visit: Visit) -> Answer:
    """Show it; what the prover still works on is fetched apart."""
    policies = await visit.graph.all(f"{ROOT}/policies")
    values: dict[str, Any] = {
        "states": STATES,
        "counted": Counter(str(each["state"]) for each in policies),
        "total": len(policies),
        "proofs": [await standing(visit, each) for each in _PROOFS],
        "lint": await known_now(visit, f"{ROOT}/lint"),
        "emergency": await visit.graph.get(f"{ROOT}/emergencyAccess"),
        "outcomes": await _outcomes(visit),
        "waiting": await _waiting(visit, policies),
    }
    return Shown("overview", values)


async def _outcomes(visit: Visit) -> Outcomes | None:
    """Count the sign-ins of the last 24 hours by how they ended; None where one may not ask."""
    try:
        return await recent_outcomes(visit)
    except Refused:
        return None


async def _waiting(visit: Visit, policies: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Find what waits for a decision, in the data alone."""
    now = visit.host.clock.now()
    ending = [each for each in await temporary(visit, policies) if _ends(each) - now <= SOON]
    changes = await visit.graph.all(f"{ROOT}/lastPolicyChanges")
    changed = {str(each["id"]): str(each["changedDateTime"]) for each in changes}
    long = [
        {**each, "since": changed[each["id"]]}
        for each in policies
        if each["state"] == _REPORT_ONLY and _is_long(changed.get(each["id"]), now)
    ]
    return {
        "long": long[:_MOST],
        "long_more": max(0, len(long) - _MOST),
        "untouched": [each for each in policies if _untouched(each)][:_MOST],
        "ending": ending[:_MOST],
        "rollouts": await _rollouts(visit),
    }


async def _rollouts(visit: Visit) -> list[dict[str, Any]]:
    """Give the rollouts that somebody has to go on with, those that were put back first."""
    found = [each for each in await visit.graph.all(ROLLOUTS) if each["status"] == "running"]
    return sorted(found, key=lambda each: not each["attention"])[:_MOST]


def _ends(each: Temporary) -> datetime:
    return datetime.fromisoformat(str(each.exclusion["endDateTime"]))


def _is_long(last: str | None, now: datetime) -> bool:
    return bool(last) and now - datetime.fromisoformat(str(last)) >= LONG


def _untouched(policy: JsonObject) -> bool:
    """Tell whether a policy was made from a template and nobody has changed it since."""
    made = policy.get("templateId")
    return bool(made) and not policy.get("modifiedDateTime") and policy["state"] == _REPORT_ONLY


ROUTES: Final = (PageRoute("GET", PATH, show_overview),)
