"""A policy's state, as the host's user changes it: through the function that Graph uses too."""

from __future__ import annotations

from ostiary.administration.guard import Override
from ostiary.administration.policy_objects import PolicyRequest, change
from ostiary.directory.documents import Stored
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Store
from ostiary.model.errors import InputError
from ostiary.model.json_types import as_object
from ostiary.model.policy import PolicyState
from ostiary.schema.materialise import SERVICE_ROOT
from ostiary.serving.host import host_actor


def set_state(
    store: Store, policy: Stored, state: PolicyState, *, override: str | None = None
) -> Stored:
    """Give a policy a state behind the lockout guard; nothing is written where it has it already.

    Raises InputError where the policy breaks a rule, LockedOut, ObjectChanged.
    """
    if policy.document.get("state") == state.value:
        return policy
    request = PolicyRequest(
        method="PATCH",
        path=f"identity/conditionalAccess/policies/{policy.id}",
        body={"state": state.value},
        version="beta",
        root=SERVICE_ROOT,
        request_id=store.means.new_id(),
        expected=policy.etag,
    )
    response = change(
        store,
        Snapshots(store),
        request,
        by=host_actor(),
        override=None if override is None else Override(override),
    )
    if response.status >= 400:
        error = as_object(as_object(response.body).get("error"))
        raise InputError(
            f"the policy cannot be changed: {error.get('message')}",
            hint="`ostiary validate` tells everything that is wrong with it",
        )
    return store.policies.need(policy.id)
