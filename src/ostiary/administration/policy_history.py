"""Policies and named locations as they were: deleted ones come back, and earlier versions.

What comes back is judged by the rules of today, and by the lockout guard, as any other change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ostiary.administration.guard import Override, guarded
from ostiary.administration.policy_objects import aggregate_of, state_of
from ostiary.directory.documents import Stored
from ostiary.directory.protocols import Actor
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Aggregates, Store
from ostiary.model.json_types import JsonObject
from ostiary.schema.answers import timestamp
from ostiary.schema.materialise import stored_policy
from ostiary.schema.requests_policies import refuse_broken, refuse_one_too_many
from ostiary.schema.state import Collection, PolicyStore

_Rule = Callable[[JsonObject, PolicyStore], None]


def restore_deleted(
    store: Store,
    snapshots: Snapshots,
    collection: Collection,
    object_id: str,
    *,
    by: Actor,
    override: Override | None = None,
) -> Stored:
    """Bring a deleted object back under its id.

    Raises NoSuchObject, Refusal where it breaks a rule by now, and LockedOut.
    """
    with guarded(store, snapshots, by=by, override=override) as work:
        aggregate = aggregate_of(work, collection)
        item = work.deleted.need(aggregate.collection, object_id)
        rule = _RULES.get(collection)
        if rule is not None:
            rule(item.document, state_of(work))
        return aggregate.create(item.document, by=by, verb="Restore")


def restore_version(
    store: Store,
    snapshots: Snapshots,
    policy_id: str,
    number: int,
    *,
    by: Actor,
    expected: str | None = None,
    override: Override | None = None,
) -> Stored:
    """Give a policy the settings of an earlier version, state included; it keeps its history.

    Raises NoSuchObject, ObjectChanged, Refusal where the version breaks a rule by now, LockedOut.
    """
    with guarded(store, snapshots, by=by, override=override) as work:
        current = work.policies.need(policy_id)
        found = work.policies.version(policy_id, number).document
        refuse_broken(found, "beta", state_of(work))
        document = stored_policy(
            found,
            identifier=str(current.document["id"]),
            created=current.document.get("createdDateTime"),
            modified=timestamp(store.means.clock.now()),
        )
        return work.policies.replace(policy_id, document, by=by, expected=expected)


def deleted_collection(work: Aggregates, collection: Collection) -> str:
    """Give the name under which deleted objects of a collection are kept."""
    return aggregate_of(work, collection).collection


def _policy_rules(document: JsonObject, state: PolicyStore) -> None:
    refuse_one_too_many(state)
    refuse_broken(document, "beta", state)


_RULES: Final[Mapping[Collection, _Rule]] = {Collection.POLICIES: _policy_rules}
