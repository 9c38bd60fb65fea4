"""How a deployment changes resources: all of it in one transaction, or nothing.

Source: azure-docs templates/deployment-modes. Unlike Azure, which leaves behind what it made before
a failure, a deployment that fails leaves everything as it was (decision 0025).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ostiary.administration.managed_identities import (
    remove_identities_below,
    with_identities,
)
from ostiary.arm.addresses import address_of
from ostiary.arm.changes import require_unlocked
from ostiary.arm.keeping import resource_document
from ostiary.arm.locks import lock_document
from ostiary.arm.providers import is_own
from ostiary.arm.resource_groups import group_document
from ostiary.directory.azure import LOCK, RESOURCE_GROUP
from ostiary.directory.documents import Stored
from ostiary.directory.protocols import Actor
from ostiary.directory.store import Aggregates, Store
from ostiary.http.errors import ApiError
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be deployed: (id, type, body) in order; `complete`: all else in the group goes."""

    tenant_id: str
    scope: str
    steps: tuple[tuple[str, str, JsonObject], ...]
    complete: bool

    def to_json(self) -> dict[str, Any]:
        """Give it as it is kept."""
        return {
            "tenantId": self.tenant_id,
            "scope": self.scope,
            "steps": list(self.steps),
            "complete": self.complete,
        }

    @classmethod
    def from_json(cls, kept: JsonObject) -> Plan:
        """Read what `to_json` gave."""
        steps = tuple((each[0], each[1], each[2]) for each in kept["steps"])
        return cls(kept["tenantId"], kept["scope"], steps, kept["complete"])


@dataclass(frozen=True, slots=True)
class Applied:
    """One resource before and after; None: it was not, or is no longer, there."""

    old: JsonObject | None
    new: JsonObject | None

    @property
    def document(self) -> JsonObject:
        """Give the resource, as it is or was."""
        found = self.new if self.new is not None else self.old
        return found if found is not None else {}


class Refused(ApiError):
    """A resource of a deployment that cannot be written or deleted."""

    def __init__(self, target: str, error: ApiError) -> None:
        """Name the resource beside what is wrong with it."""
        super().__init__(error.status, error.word, error.message, details=error.details)
        self.target = target


def apply(work: Aggregates, plan: Plan, *, by: Actor) -> list[Applied]:
    """Deploy, in a transaction that is open. Raises Refused."""
    work.azure.hold()
    found: list[Applied] = []
    for place, kind, body in plan.steps:
        try:
            found.append(_written(work, plan.tenant_id, (place, kind, body), by))
        except ApiError as error:
            raise Refused(place, error) from error
        except InputError as error:
            told = ApiError(400, "InvalidRequestContent", str(error))
            raise Refused(place, told) from error
    if plan.complete:
        for each in superfluous(work, plan):
            try:
                require_unlocked(work, str(each.document["id"]), deleting=True)
            except ApiError as error:
                raise Refused(each.id, error) from error
            remove_identities_below(work, each.id, by=by)
            work.azure.delete_below(each.id, by=by)
            found.append(Applied(each.document, None))
    return found


class _Undone(Exception):  # it is no error
    """Ends a transaction that was only to be tried."""


def tried(store: Store, plan: Plan, *, by: Actor) -> list[Applied]:
    """Deploy and take everything back: what would happen, exactly. Raises Refused."""
    found: list[Applied] = []
    try:
        with store.transaction() as work:
            found = apply(work, plan, by=by)
            raise _Undone
    except _Undone:
        return found


def superfluous(work: Aggregates, plan: Plan) -> list[Stored]:
    """Give the resources of a group that the complete mode deletes: not named by the template."""
    named = [place.casefold() for place, _, _ in plan.steps]
    found: list[Stored] = []
    for each in work.azure.below(plan.scope):
        address = None if _is_ours(each) else address_of(str(each.document["id"]))
        if address is None or address.is_extension or len(address.types) > 1:
            continue
        if not any(f"{place}/".startswith(f"{each.id}/") for place in named):
            found.append(each)
    return found


def _is_ours(found: Stored) -> bool:
    """Tell whether it is no resource of a provider: a lock, a role assignment, a deployment."""
    return is_own(str(found.document["type"]).partition("/")[0]) or "providers" not in found.id


def _written(
    work: Aggregates, tenant_id: str, step: tuple[str, str, JsonObject], by: Actor
) -> Applied:
    place, kind, body = step
    if kind.casefold() != LOCK.casefold():
        require_unlocked(work, place, deleting=False)
    old, document = _document(work, place, kind, body)
    before = None if old is None else old.document
    document = with_identities(work, document, before, tenant_id=tenant_id, by=by)
    if old is None:
        return Applied(None, work.azure.create(document, by=by).document)
    if dict(old.document) == document:
        return Applied(old.document, old.document)
    new = work.azure.replace(old.id, document, by=by, expected=old.etag)
    return Applied(old.document, new.document)


def _document(
    work: Aggregates, place: str, kind: str, body: JsonObject
) -> tuple[Stored | None, JsonObject]:
    match kind.casefold():
        case each if each == RESOURCE_GROUP.casefold():
            old = work.azure.get(place)
            return old, group_document(place, body, None if old is None else old.document)
        case each if each == LOCK.casefold():
            scope, _, inner = place.rpartition("/providers/")
            name = inner.rpartition("/")[2]
            return work.azure.get(place), lock_document(work, scope, name, body)
        case _:
            return resource_document(work, address_of(place), body)
