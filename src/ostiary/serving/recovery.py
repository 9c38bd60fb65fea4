"""What the host's administrator does when nobody can sign in: policies and one-time links.

All of it works on the store alone, with the server running or not, and is audited as the host's
user. Source: checklist BG03.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ostiary.directory.documents import Stored
from ostiary.directory.policies import Policies
from ostiary.directory.protocols import Actor
from ostiary.directory.snapshot import NoGoodPolicies, Snapshots
from ostiary.directory.store import Aggregates, Store
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject
from ostiary.model.policy import PolicyState
from ostiary.serving.naming import called, one_named


@dataclass(frozen=True, slots=True)
class RestoredPolicies:
    """Names of the policies that a restore changed."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.added) + len(self.changed) + len(self.removed)


def one_policy(store: Store, name: str) -> Stored:
    """Find a policy by id or display name. Raises InputError where it is none, or several."""
    return one_named("policy", name, store.policies.all())


def policy_name(policy: Stored) -> str:
    """Give what a policy is called."""
    return called(policy.document)


def disable_policy(store: Store, policy: Stored, *, by: Actor) -> None:
    """Turn a policy off, whoever else changes it at the same time."""
    store.policies.modify(policy.id, {"state": PolicyState.DISABLED.value}, by=by)


def restore_policies(store: Store, *, by: Actor, as_of: datetime | None = None) -> RestoredPolicies:
    """Give all policies the form of the last good set, or of an earlier time.

    Raises InputError where no such set is known.
    """
    with store.transaction() as aggregates:
        revision = _revision(store, aggregates, as_of)
        wanted = {str(each["id"]).casefold(): each for each in aggregates.policies.as_of(revision)}
        return _restored(aggregates.policies, wanted, by)


def standing_alarm(store: Store) -> str:
    """Tell why the policies of the store cannot be used, '' where they can."""
    try:
        return Snapshots(store).current().alarm
    except NoGoodPolicies as error:
        return error.message


def _revision(store: Store, aggregates: Aggregates, as_of: datetime | None) -> int:
    revision = store.good_revision() if as_of is None else aggregates.policies.revision_at(as_of)
    if not revision:
        raise InputError(
            "there is no earlier set of policies that is known to be good",
            hint="turn single policies off with `ostiary recover disable-policy`",
        )
    return revision


def _restored(policies: Policies, wanted: dict[str, JsonObject], by: Actor) -> RestoredPolicies:
    present = {each.id: each for each in policies.all()}
    removed = [each for key, each in present.items() if key not in wanted]
    for each in removed:
        policies.delete(each.id, by=by)
    added = [each for key, each in wanted.items() if key not in present]
    for each in added:
        policies.create(each, by=by)
    changed = [
        each for key, each in wanted.items() if key in present and present[key].document != each
    ]
    for each in changed:
        policies.replace(str(each["id"]), each, by=by)
    return RestoredPolicies(
        tuple(map(called, added)),
        tuple(map(called, changed)),
        tuple(map(policy_name, removed)),
    )
