"""Mandatory multifactor authentication for changes of resources: the tenant's switch.

Source: entra-docs identity/authentication/concept-mandatory-multifactor-authentication (phase 2).
Unlike in Entra it is off until an administrator puts it on, and can be put off again.
"""

from __future__ import annotations

from typing import Final

from ostiary.administration.guard import guarded
from ostiary.directory.protocols import Actor
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Aggregates, Store

_SETTING: Final = "mandatoryMultifactorAuthentication"
_MEMBER: Final = "isRequiredForResourceChanges"


def mfa_required_for_changes(work: Aggregates) -> bool:
    """Tell whether people need multifactor authentication to change resources, as it is now."""
    return work.singles.value_of(_SETTING).get(_MEMBER) is True


def require_mfa_for_changes(
    store: Store, snapshots: Snapshots, required: bool, *, by: Actor
) -> None:
    """Put it on or off. Raises what `guarded` raises."""
    with guarded(store, snapshots, by=by) as work:
        work.singles.write(_SETTING, {_MEMBER: required}, by=by)
