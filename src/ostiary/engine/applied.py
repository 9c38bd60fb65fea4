"""The entry of a policy in a sign-in log: `appliedConditionalAccessPolicies` in Graph's shape.

Source: api-reference appliedconditionalaccesspolicy (beta members included).
"""

from __future__ import annotations

from typing import Any

from ostiary.controls import GRANT_CONTROLS, SESSION_CONTROLS
from ostiary.engine.explain import satisfied
from ostiary.engine.masks import Accepted, Table
from ostiary.model.decision import PolicyVerdict
from ostiary.model.directory import Directory
from ostiary.model.policy import Policy

_LOG_WORDS = {control.key: control.log_word for control in GRANT_CONTROLS}
_SESSION_WORDS = {control.key: control.log_word for control in SESSION_CONTROLS}


def applied_policy(
    directory: Directory,
    number: int,
    verdict: PolicyVerdict,
    columns: list[tuple[Table, Accepted]],
) -> dict[str, Any]:
    """Give the log entry of one policy."""
    policy = verdict.policy
    held, failed = satisfied(number, policy, columns)
    return {
        "id": policy.id,
        "displayName": policy.display_name,
        "enforcedGrantControls": list(
            dict.fromkeys(_LOG_WORDS[each.control] for each in policy.requirements)
        ),
        "enforcedSessionControls": [_SESSION_WORDS[key] for key in policy.session],
        "result": verdict.result,
        "conditionsSatisfied": ",".join(held) or "none",
        "conditionsNotSatisfied": ",".join(failed) or "none",
        "authenticationStrength": _strength(policy, directory, verdict.result),
    }


def _strength(policy: Policy, directory: Directory, result: str) -> dict[str, str] | None:
    ids = [
        each.argument for each in policy.requirements if each.control == "authenticationStrength"
    ]
    if not ids:
        return None
    strength = directory.strengths.get(ids[0])
    return {
        "authenticationStrengthId": ids[0],
        "displayName": strength.display_name if strength else "",
        "authenticationStrengthResult": STRENGTH_RESULTS.get(result, "notSet"),
    }


STRENGTH_RESULTS = {
    "success": "satisfied",
    "reportOnlySuccess": "satisfied",
    "failure": "singleChallengeRequired",
    "reportOnlyInterrupted": "singleChallengeRequired",
    "reportOnlyFailure": "cannotSatisfy",
}
