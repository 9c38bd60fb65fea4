"""What a policy does to the sign-ins of the log, as Graph's `impact` tells it (ours)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from ostiary.directory.policy_impact import Compared
from ostiary.graph.impact_shapes import CHANGES, DIMENSIONS
from ostiary.model.policy import PolicyState

if TYPE_CHECKING:
    from ostiary.analysis.impact import Impact
    from ostiary.analysis.impact_drill import Changed
    from ostiary.analysis.impact_results import (
        AffectedPerson,
        DraftImpact,
        Results,
        SampleSignIn,
        ServiceAccount,
        Unseen,
        ValueImpact,
    )

_DIMENSIONS: Final = {"byDay": "day", **DIMENSIONS}
_MOST_VALUES: Final = 100
_OF_PEOPLE: Final = frozenset({"users", "administrators", "emergencyAccess"})


def answered(found: Compared, *, people: bool, sign_ins: bool) -> dict[str, Any]:
    """Write it; `people`: with their names, `sign_ins`: with single ones to look at."""
    change = found.whole.change
    assert change is not None  # noqa: S101  # INVARIANT: a draft was compared
    policy = found.policy
    own = next(each for each in found.alone.policies if each.policy.id == policy.id)
    return {
        "policy": {
            "id": policy.id,
            "displayName": policy.display_name,
            "state": (found.stored or policy).state.value,
        },
        "evaluatedAs": policy.state.value,
        "comparedWith": "currentPoliciesWithoutIt" if found.without_it else "currentPolicies",
        "log": _log(found.whole),
        "outcomes": _outcomes(own.results, policy.state),
        "identities": {
            "applied": own.users,
            "notSatisfied": own.users_open,
            "changed": change.people_affected,
        },
        "changes": {name: _change(change, name) for name in CHANGES},
        "unknown": sum(change.doubtful.get(name, 0) for name in CHANGES),
        **{
            member: _values(found, dimension, policy.state)
            for member, dimension in _DIMENSIONS.items()
        },
        "affected": [_person(each) for each in change.people] if people else [],
        "likelyServiceAccounts": [
            _program(each) for each in found.whole.service_accounts if people
        ],
        "neverSeen": {
            name: _unseen(each, named=people or name not in _OF_PEOPLE)
            for name, each in found.whole.never_seen.items()
        },
        "missingFacts": [
            {
                "fact": each.fact,
                "title": each.title,
                "signIns": each.rows,
                "of": each.of,
                "note": each.note,
            }
            for each in found.alone.missing_facts
        ],
        "samples": [_sample(each) for each in found.whole.samples] if sign_ins else [],
    }


def _log(whole: Impact) -> dict[str, Any]:
    told = whole.to_json()["window"]
    return {
        "signIns": whole.rows,
        "users": whole.users,
        "first": told["from"],
        "last": told["to"],
    }


def _outcomes(results: Results, state: PolicyState) -> dict[str, int]:
    """Give the four outcomes, of a policy that only reports those that it would have."""
    if state is PolicyState.REPORT_ONLY:
        return {
            "success": results.report_only_success,
            "failure": results.report_only_failure,
            "userActionRequired": results.report_only_interrupted,
            "notApplied": results.report_only_not_applied,
        }
    return {
        "success": results.success,
        "failure": results.failure,
        "userActionRequired": results.interrupted,
        "notApplied": results.not_applied,
    }


def _change(change: DraftImpact, name: str) -> dict[str, int]:
    return {
        "signIns": change.counts.get(name, 0),
        "identities": change.users.get(name, 0),
        "restOnMissingFacts": change.doubtful.get(name, 0),
    }


def _values(found: Compared, dimension: str, state: PolicyState) -> list[dict[str, Any]]:
    """Give the values of a dimension: days all of them, of others those with the most sign-ins."""
    whole: Sequence[ValueImpact] = found.whole.by[dimension]
    alone = {each.value: each for each in found.alone.by[dimension]}
    if dimension != "day":
        whole = sorted(whole, key=lambda each: (-_changed(each.changes), -each.sign_ins))
        whole = whole[:_MOST_VALUES]
    return [
        {
            "value": each.value,
            "displayName": each.name or each.value or "",
            "signIns": each.sign_ins,
            **_outcomes(alone[each.value].results, state),
            **{name: each.changes.get(name, 0) for name in CHANGES},
        }
        for each in whole
    ]


def _changed(changes: Mapping[str, int]) -> int:
    return sum(changes.get(name, 0) for name in CHANGES)


def _person(each: AffectedPerson) -> dict[str, Any]:
    return {
        "id": each.person.id,
        "displayName": each.person.name,
        "isWorkloadIdentity": each.workload,
        **{name: each.counts.get(name, 0) for name in CHANGES},
    }


def _program(each: ServiceAccount) -> dict[str, Any]:
    return {
        **each.person.to_json(),
        "signs": list(each.signs),
        "signIns": each.sign_ins,
        "breaks": each.breaks,
    }


def _unseen(each: Unseen, *, named: bool) -> dict[str, Any]:
    return {**each.to_json(), "named": each.to_json()["named"] if named else []}


def _sample(each: SampleSignIn) -> dict[str, Any]:
    told = each.to_json()
    return {
        "id": each.request_id,
        "change": each.kind,
        "createdDateTime": told["createdDateTime"],
        "identity": each.person.to_json(),
        "isWorkloadIdentity": each.workload,
        "signInEventType": each.category,
        "resource": each.app.to_json(),
        "ipAddress": each.ip,
        "country": each.country,
        "clientAppType": each.client_app,
        "platform": each.platform,
        "restsOnMissingFacts": each.doubtful,
    }


def changed(each: Changed) -> dict[str, Any]:
    """Write a sign-in that changes."""
    row = each.row
    at = row["created"]
    return {
        "id": row["request_id"],
        "change": each.change,
        "createdDateTime": None if at is None else at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "identity": each.person.to_json(),
        "isWorkloadIdentity": each.workload,
        "signInEventType": row["category"],
        "resource": each.resource.to_json(),
        "ipAddress": row["ip"],
        "country": row["country"],
        "clientAppType": row["client_app_type"],
        "platform": row["platform"],
        "restsOnMissingFacts": each.doubtful,
    }
