"""Temporary exclusions of users from policies: made, listed, ended early.

The lockout guard looks at the tenant without them, because they end: nobody gets a way back that is
gone next week (docs/decisions/0022-deleted-policies-and-temporary-exclusions.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from ostiary.administration.guard import guarded
from ostiary.directory.documents import Stored
from ostiary.directory.protocols import Actor
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Store
from ostiary.model.errors import InputError
from ostiary.model.json_types import as_object

LONGEST: Final = timedelta(days=90)
MOST_STANDING: Final = 200
"""Of one policy: an exclusion of many people is a matter of a group."""
_SHORTEST_REASON: Final = 10


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom to leave out of which policy from when (None: now) until when, and why."""

    policy_id: str
    user_id: str
    ends: datetime
    reason: str
    starts: datetime | None = None


def exclude(store: Store, snapshots: Snapshots, wish: Wish, *, by: Actor) -> Stored:
    """Leave a user out of a policy for a while.

    Raises NoSuchObject for policy or user, InputError for times or a reason that cannot be.
    """
    now = store.means.clock.now()
    starts = max(wish.starts or now, now)
    if not starts < wish.ends <= starts + LONGEST:
        raise InputError(
            f"expected an end within {LONGEST.days} days after the beginning, came"
            f" `{wish.ends.isoformat()}`"
        )
    if len(wish.reason.strip()) < _SHORTEST_REASON:
        raise InputError(f"expected a reason of at least {_SHORTEST_REASON} characters")
    with guarded(store, snapshots, by=by) as work:
        policy, user = work.policies.need(wish.policy_id), work.users.need(wish.user_id)
        if as_object(policy.document.get("conditions")).get("clientApplications"):
            raise InputError("expected a policy for users, came one for workload identities")
        if len(work.exclusions.standing(policy.id)) >= MOST_STANDING:
            raise InputError(
                f"a policy has at most {MOST_STANDING} temporary exclusions",
                hint="exclude a group instead",
            )
        return work.exclusions.create(
            {
                "displayName": f"{user.document.get('displayName') or user.id} from"
                f" {policy.document.get('displayName') or policy.id}",
                "policyId": policy.document["id"],
                "userId": user.document["id"],
                "startDateTime": _written(starts),
                "endDateTime": _written(wish.ends),
                "reason": wish.reason.strip(),
                "createdBy": by.name or by.id,
            },
            by=by,
        )


def end_exclusion(
    store: Store, snapshots: Snapshots, policy_id: str, exclusion_id: str, *, by: Actor
) -> None:
    """End an exclusion before its time. Raises NoSuchObject."""
    with guarded(store, snapshots, by=by) as work:
        found = work.exclusions.need(exclusion_id)
        of_policy = {each.id for each in work.exclusions.standing(policy_id)}
        if found.id not in of_policy:
            raise work.exclusions.absent(exclusion_id)
        work.exclusions.delete(found.id, by=by)


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
