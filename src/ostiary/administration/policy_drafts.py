"""A policy that is not saved: the tenant as it would be with it, and what the guard would say.

Nothing is locked and nothing is written. Between this and the saving somebody else may change the
tenant, so the guard looks again when it is saved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ostiary.administration.guard import LockedOut, foreseen
from ostiary.administration.policy_objects import PolicyRequest, tried
from ostiary.directory.errors import NoSuchObject
from ostiary.directory.snapshot import Preview
from ostiary.directory.store import Store
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_object
from ostiary.model.policy import Policy, PolicyState
from ostiary.schema.answers import Response
from ostiary.schema.state import Collection
from ostiary.tenant.tenant import Tenant

_STATE = "state"


@dataclass(frozen=True, slots=True)
class Supposed:
    """The tenant as it is, with the draft as it is written, and with the draft turned on."""

    policy_id: str
    before: Tenant
    saved: Tenant
    on: Tenant

    @property
    def policy(self) -> Policy:
        """Give the draft as the engine reads it, turned on."""
        found = self.on.parts.policies
        return next(each for each in found if each.id.casefold() == self.policy_id.casefold())


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What the guard would say; `unusable` says why the draft could not be used at all."""

    locked_out: LockedOut | None = None
    unusable: InputError | None = None

    def to_json(self) -> dict[str, Any]:
        """Give the members that answers print."""
        refused = self.locked_out
        word = "nobody" if refused is None else "lockedOut"
        return {
            "verdict": "unusable" if self.unusable else word,
            "why": str(self.unusable or refused or ""),
            "accounts": refused.details() if refused else [],
            "noOtherAdministrator": bool(refused and refused.others),
        }


def answer_to(store: Store, request: PolicyRequest) -> Response:
    """Answer the request that would save a draft, and keep nothing; raises NoSuchObject."""
    response = tried(store, request)
    if response.status == 404:
        raise NoSuchObject(str(as_object(as_object(response.body).get("error")).get("message")))
    return response


def supposed(preview: Preview, response: Response, policy_id: str | None) -> Supposed:
    """Give the tenants that a draft would make; `response` is what saving it was answered.

    Raises InputError where the draft cannot be read.
    """
    identifier = policy_id or str(as_object(response.body)["id"])
    found = response.state.find(Collection.POLICIES, identifier)
    document: JsonObject = as_object(found)
    enabled = {**document, _STATE: PolicyState.ENABLED.value}
    before, on = preview.supposing(()), preview.supposing((enabled,))
    is_on = document.get(_STATE) == PolicyState.ENABLED.value
    made = Supposed(identifier, before, on if is_on else preview.supposing((document,)), on)
    _require_read(made)
    return made


def _require_read(made: Supposed) -> None:
    read = {each.id.casefold() for each in made.on.parts.policies}
    if made.policy_id.casefold() in read:
        return
    reasons = [problem.message for each in made.on.parts.refused for problem in each.problems]
    raise InputError(
        f"expected a policy that can be used, came one that cannot: {'; '.join(reasons[:5])}"
    )


def guard_says(store: Store, before: Tenant, after: Tenant) -> Foreseen:
    """Ask the lockout guard about a change from one tenant to another."""
    try:
        return Foreseen(foreseen(store, before, after))
    except InputError as error:
        return Foreseen(unusable=error)
