"""Temporary exclusions of users from a policy (ours): they begin and end by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from ostiary.administration.exclusions import Wish, end_exclusion, exclude
from ostiary.administration.required_contexts import ProtectedAction
from ostiary.directory.documents import Stored
from ostiary.graph.answers import entity, page
from ostiary.graph.permissions import READ_POLICIES, WRITE_POLICIES
from ostiary.graph.policy_calls import ROOT
from ostiary.graph.policy_shapes import EXCLUSION, EXCLUSION_BODY
from ostiary.graph.shapes import DONE, listed
from ostiary.graph.shapes import made as shown_as_new
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.model.json_types import JsonObject

OPERATIONS: Final = Operations()
_UPDATING: Final = WRITE_POLICIES.doing(ProtectedAction.UPDATE_POLICY)
ANNOTATION: Final = "@ostiary.temporaryExclusions"
"""On every answer with a policy that has some; ignored in what is sent."""
_WHOLE: Final = f"{ROOT}/policies/{{id}}/temporaryExclusions"
_MEMBERS: Final = ("id", "userId", "startDateTime", "endDateTime", "reason", "createdBy")


@OPERATIONS.add("GET", f"/{_WHOLE}", needs=READ_POLICIES, answers=listed(EXCLUSION))
def list_exclusions(call: Call) -> Answer:
    """List those that have not ended, by their end."""
    policy = call.store.policies.need(call.path["id"])
    found = call.store.exclusions.standing(policy.id)
    return page(call, [_shown(each) for each in found], _context(call))


@OPERATIONS.add(
    "POST",
    f"/{_WHOLE}",
    needs=_UPDATING,
    answers=shown_as_new(EXCLUSION),
    body=EXCLUSION_BODY,
)
def add_exclusion(call: Call) -> Answer:
    """Leave a user out of the policy until `endDateTime`, from `startDateTime` or now."""
    body = call.document
    wish = Wish(
        policy_id=call.path["id"],
        user_id=_text(body, "userId"),
        ends=_moment(body, "endDateTime"),
        reason=_text(body, "reason"),
        starts=_moment(body, "startDateTime") if body.get("startDateTime") is not None else None,
    )
    made = exclude(call.store, call.server.snapshots, wish, by=call.actor)
    call.server.snapshots.refresh()
    return Answer(201, entity(call, _shown(made), _context(call)))


@OPERATIONS.add("DELETE", f"/{_WHOLE}/{{exclusion}}", needs=_UPDATING, answers=DONE)
def end(call: Call) -> Answer:
    """End one before its time."""
    snapshots, exclusion = call.server.snapshots, call.path["exclusion"]
    end_exclusion(call.store, snapshots, call.path["id"], exclusion, by=call.actor)
    snapshots.refresh()
    return Answer(204)


def annotation(call: Call, policy_id: str) -> dict[str, Any]:
    """Give what stands beside a policy that has temporary exclusions, nothing for others."""
    found = [_shown(each) for each in call.store.exclusions.standing(policy_id)]
    return {ANNOTATION: found} if found else {}


def with_exclusions(call: Call, policies: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give policies with their temporary exclusions beside them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for each in call.store.exclusions.standing():
        found.setdefault(str(each.document["policyId"]).casefold(), []).append(_shown(each))
    if not found:
        return list(policies)
    return [
        {**each, ANNOTATION: found[key]}
        if (key := str(each.get("id")).casefold()) in found
        else each
        for each in policies
    ]


def _shown(exclusion: Stored) -> dict[str, Any]:
    return {name: exclusion.document.get(name) for name in _MEMBERS}


def _context(call: Call) -> str:
    return f"{ROOT}/policies('{call.path['id']}')/temporaryExclusions"


def _text(body: JsonObject, name: str) -> str:
    value = body.get(name)
    if isinstance(value, str) and value.strip():
        return value
    raise _wrong(body, name, "a text")


def _moment(body: JsonObject, name: str) -> datetime:
    try:
        found = datetime.fromisoformat(_text(body, name))
    except ValueError as error:
        raise _wrong(body, name, "a time such as 2026-11-22T18:00:00Z") from error
    if found.tzinfo is None:
        raise _wrong(body, name, "a time with its zone, such as 2026-11-22T18:00:00Z")
    try:
        return found.astimezone(UTC)
    except OverflowError as error:
        raise _wrong(body, name, "a time of this century") from error


def _wrong(body: Mapping[str, Any], name: str, wanted: str) -> ApiError:
    return ApiError(
        400, "BadRequest", f"expected {wanted} in `{name}`, came `{body.get(name)!s:.40}`"
    )
