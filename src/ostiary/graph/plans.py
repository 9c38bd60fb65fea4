"""`identity/conditionalAccess/applyPlan` (ours): a whole plan in one transaction, or nothing.

Entra has no such thing: there a plan is applied object by object. Who may is what each of its
changes takes when it is made alone.
"""

from __future__ import annotations

from typing import Final

from ostiary.administration.plans import carry_out
from ostiary.administration.required_contexts import ProtectedAction
from ostiary.graph.bodies import OBJECT, Members, body_shape, written
from ostiary.graph.directory_permissions import WRITE_GROUPS
from ostiary.graph.permissions import (
    WRITE_CONTEXTS,
    WRITE_LOCATIONS,
    WRITE_POLICIES,
    WRITE_STRENGTHS,
    Allowed,
)
from ostiary.graph.policy_calls import OVERRIDABLE, ROOT, override_of, refused
from ostiary.graph.ranks import require_group_rank
from ostiary.graph.shapes import told
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.http.shapes import FLAG, TEXTS, Named, whole
from ostiary.http.shapes import OBJECT as OBJECT_SHAPE
from ostiary.policycode.changes import Action, Change, Kind
from ostiary.policycode.errors import (
    ChangedMeanwhile,
    OtherTenant,
    PlanStale,
)
from ostiary.policycode.plan_files import read_plan
from ostiary.schema.answers import Refusal

OPERATIONS: Final = Operations()
_PATH: Final = f"{ROOT}/applyPlan"
_BODY: Final[Members] = {"plan": OBJECT}
_ANSWER: Final = Named(
    "ostiary.appliedPlan",
    whole({"ids": OBJECT_SHAPE, "differing": TEXTS, "alreadyApplied": FLAG}),
)
_POLICY_ACTIONS: Final = {
    Action.CREATE: ProtectedAction.CREATE_POLICY,
    Action.UPDATE: ProtectedAction.UPDATE_POLICY,
    Action.DELETE: ProtectedAction.DELETE_POLICY,
}
_LOCATION_ACTIONS: Final = {
    Action.CREATE: ProtectedAction.CREATE_LOCATION,
    Action.UPDATE: ProtectedAction.UPDATE_LOCATION,
    Action.DELETE: ProtectedAction.DELETE_LOCATION,
}


@OPERATIONS.add(
    "POST",
    f"/{_PATH}",
    needs=WRITE_POLICIES,
    schema=OVERRIDABLE,
    answers=told(_ANSWER),
    body=body_shape(_BODY, needed=("plan",)),
)
def apply(call: Call) -> Answer:
    """Carry out a plan if nothing moved since it was made; 409 where something did.

    `ids` are what new objects were called in the plan, and the ids that they have now. A plan that
    was applied already is answered as such, so that it can be sent again when an answer was lost.
    """
    plan = read_plan(written(call.document, _BODY, needed=("plan",))["plan"], "plan")
    for change in plan.changes:
        _require_allowed(call, change)
    try:
        done = carry_out(
            call.store, call.server.snapshots, plan, by=call.actor, override=override_of(call)
        )
    except Refusal as refusal:
        raise refused(refusal) from refusal
    except (PlanStale, ChangedMeanwhile, OtherTenant) as error:
        moved = error.moved if isinstance(error, PlanStale) else (error.message,)
        details = [{"code": error.code, "message": each} for each in moved]
        raise ApiError(409, "Conflict", error.message, details=details) from error
    call.server.snapshots.refresh()
    return Answer(200, done.to_json())


def _require_allowed(call: Call, change: Change) -> None:
    """Refuse a change that the caller may not make alone. Raises ApiError (403, 401)."""
    refusal = _allowed(change).refusal(call)
    if refusal is not None:
        raise refusal
    if change.kind is Kind.GROUP:
        documents = [each for each in (change.before, change.after) if each is not None]
        assignable = any(each.get("isAssignableToRole") is True for each in documents)
        found = call.store.groups.get(change.id)
        if found is not None:
            assignable = assignable or found.document.get("isAssignableToRole") is True
        require_group_rank(call, assignable=assignable, group_id=found.id if found else None)


def _allowed(change: Change) -> Allowed:
    if change.kind is Kind.POLICY:
        return WRITE_POLICIES.doing(_POLICY_ACTIONS[change.action])
    if change.kind is Kind.NAMED_LOCATION:
        return WRITE_LOCATIONS.doing(_LOCATION_ACTIONS[change.action])
    if change.kind is Kind.GROUP:
        return WRITE_GROUPS
    return WRITE_STRENGTHS if change.kind is Kind.STRENGTH else WRITE_CONTEXTS
