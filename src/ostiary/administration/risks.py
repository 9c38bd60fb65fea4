"""What administrators decide of the risk of people and service principals.

Policies may block who is at risk: so the lockout guard looks at such a decision too.
"""

from __future__ import annotations

from collections.abc import Sequence

from ostiary.administration.guard import Override, guarded
from ostiary.directory.errors import NoSuchObject
from ostiary.directory.protocols import Actor
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Store


def set_risks(
    store: Store,
    snapshots: Snapshots,
    kind: str,
    ids: Sequence[str],
    *,
    level: str,
    state: str,
    by: Actor,
    override: Override | None = None,
) -> None:
    """Set level and state of several, all or none. Raises NoSuchObject, LockedOut."""
    with guarded(store, snapshots, by=by, override=override) as work:
        known = work.users if kind == "user" else work.principals
        for each in dict.fromkeys(ids):
            found = known.get(each)
            if found is None:
                raise NoSuchObject(f"there is no {kind} `{each[:60]}`")
            work.risks.set(found.id, level, by=by, kind=kind, state=state)
