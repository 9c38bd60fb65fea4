"""Looks after policies that are being rolled out: too many sign-ins fail, and one is put back."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from ostiary.administration.rollout_looking import Kept, health_of, kept_of
from ostiary.administration.rollouts import step_back_by_itself
from ostiary.directory.policy_health import PolicyHealth
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Store
from ostiary.model.errors import OstiaryError
from ostiary.rollout.state import Rollout, Status

LOOK_EVERY: Final = timedelta(seconds=10)
WATCHED: Final = timedelta(days=7)
"""How long a policy is looked after once it is On for everybody.

Not for ever: whoever can make sign-ins fail could turn a policy off by that.
"""
_LOG: Final = logging.getLogger(__name__)


class RolloutWatch:
    """Run again and again by a server's jobs."""

    def __init__(self, store: Store, snapshots: Snapshots, health: PolicyHealth) -> None:
        """Look after the rollouts of a store."""
        self._store, self._snapshots, self._health = store, snapshots, health

    def run(self) -> int:
        """Look at each rollout and give how many were put back."""
        return sum(self._looked_at(each.id) for each in self._store.rollouts.under_way())

    def _looked_at(self, rollout_id: str) -> bool:
        """Look at one; what is wrong with it is no reason to leave the others alone."""
        try:
            return self._put_back(kept_of(self._store.rollouts.need(rollout_id)))
        except OstiaryError as error:
            _LOG.warning("the rollout %s could not be looked after: %s", rollout_id, error)
            return False

    def _put_back(self, kept: Kept) -> bool:
        rollout = kept.rollout
        if not is_watched(rollout, self._store.means.clock.now()):
            return False
        health = health_of(self._health, rollout)
        if health is None or not health.sick(rollout.settings):
            return False
        made = step_back_by_itself(self._store, self._snapshots, kept, health)
        if made is None:
            return False
        self._snapshots.refresh()
        _LOG.warning(
            "policy %s was put back to report-only: %s", rollout.name, made.rollout.attention
        )
        return True


def is_watched(rollout: Rollout, now: datetime) -> bool:
    """Tell whether a rollout is stepped back by itself at this moment."""
    if not rollout.stage.kind.enforces or rollout.status.over:
        return False
    return rollout.status is Status.RUNNING or now - rollout.entered <= WATCHED
