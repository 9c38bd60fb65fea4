"""Which accounts are declared for the day on which nobody else gets in: read, and changed.

The lockout guard keeps a way in for each of them, and templates leave them out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ostiary.administration.guard import Override, guarded
from ostiary.directory.errors import NoSuchObject
from ostiary.directory.objects import SETTINGS
from ostiary.directory.protocols import Actor
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Aggregates, Store
from ostiary.model.json_types import as_strings

_MEMBER: Final = "emergencyAccess"


def declared(work: Aggregates) -> tuple[str, ...]:
    """Give the ids of the declared users and groups; a name that nobody has stays as it is."""
    written = as_strings(work.singles.value_of(SETTINGS).get(_MEMBER))
    return tuple(dict.fromkeys(_id_of(work, each) or each for each in written))


def declare(
    store: Store,
    snapshots: Snapshots,
    accounts: Sequence[str],
    *,
    by: Actor,
    override: Override | None = None,
) -> tuple[str, ...]:
    """Declare these users and groups, by id or sign-in name, and no others; gives their ids.

    Raises NoSuchObject, LockedOut.
    """
    with guarded(store, snapshots, by=by, override=override) as work:
        found = [(each, _id_of(work, each)) for each in accounts]
        for name, object_id in found:
            if object_id is None:
                raise NoSuchObject(f"there is no user or group `{name[:60]}`")
        ids = tuple(dict.fromkeys(object_id for _, object_id in found if object_id))
        settings = work.singles.value_of(SETTINGS)
        work.singles.write(SETTINGS, {**settings, _MEMBER: list(ids)}, by=by)
        return ids


def _id_of(work: Aggregates, name: str) -> str | None:
    """Find a declared account: declarations hold ids or, as an export does, sign-in names."""
    found = work.users.get(name) or work.groups.get(name) or work.users.by_name(name)
    return str(found.document["id"]) if found else None
