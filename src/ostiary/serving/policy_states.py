"""A policy's state, as the host's user changes it: through the function that Graph uses too."""

from __future__ import annotations

from ostiary.directory.documents import Stored
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Store
from ostiary.model.policy import PolicyState
from ostiary.serving.host import host_actor
from ostiary.serving.host_requests import asked


def set_state(
    store: Store, policy: Stored, state: PolicyState, *, override: str | None = None
) -> Stored:
    """Give a policy a state behind the lockout guard; nothing is written where it has it already.

    Raises InputError where the policy breaks a rule, LockedOut, ObjectChanged.
    """
    if policy.document.get("state") == state.value:
        return policy
    asked(
        store,
        Snapshots(store),
        "PATCH",
        f"policies/{policy.id}",
        {"state": state.value},
        by=host_actor(),
        expected=policy.etag,
        override=override,
    )
    return store.policies.need(policy.id)
