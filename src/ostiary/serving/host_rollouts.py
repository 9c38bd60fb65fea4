"""Rollouts of a server's policies, as the host's user takes their steps.

Through the functions that Graph uses too, so rules, lockout guard and audit log are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ostiary.administration import rollouts
from ostiary.administration.rollout_looking import Eyes, Kept, health_of, kept_of, look
from ostiary.directory.policy_health import PolicyHealth
from ostiary.directory.policy_impact import Impacts
from ostiary.directory.protocols import Actor
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Store
from ostiary.oidc.error_codes import INTERRUPTS
from ostiary.rollout.findings import Health
from ostiary.rollout.gates import GateResult
from ostiary.rollout.looking_up import the_one
from ostiary.rollout.settings import Settings
from ostiary.rollout.state import Rollout
from ostiary.serving.naming import one_user
from ostiary.serving.recovery import one_policy


@dataclass(frozen=True)
class HostRollouts:
    """The rollouts of a store; `folder` is where columns of the sign-in log are kept."""

    store: Store
    snapshots: Snapshots
    by: Actor
    folder: Path

    def rollouts(self) -> list[Rollout]:
        """Give every rollout, the earliest first."""
        return [kept_of(each).rollout for each in self.store.rollouts.every()]

    def start(self, name: str, settings: Settings, reason: str = "") -> Rollout:
        """Begin one of a policy that is Off or report-only. Raises as `start_rollout`."""
        policy = one_policy(self.store, name)
        return rollouts.start_rollout(
            self.store,
            self.snapshots,
            policy.id,
            settings,
            by=self.by,
            expected=policy.etag,
            reason=reason,
        ).rollout

    def gates(self, name: str) -> tuple[Rollout, tuple[GateResult, ...]]:
        """Give a rollout and what stands before its next stage."""
        kept = self._kept(name)
        if kept.rollout.next_stage is None:
            return kept.rollout, ()
        return kept.rollout, look(self._eyes(), kept.rollout.id).results

    def advance(self, name: str, *, override: str | None = None) -> Rollout:
        """Go to the next stage. Raises GateClosed, LockedOut, and as `rollouts.advance`."""
        looked = look(self._eyes(), self._kept(name).rollout.id)
        return rollouts.advance(
            self.store, self.snapshots, looked, by=self.by, override=override
        ).rollout

    def approve(self, name: str, reason: str = "") -> Rollout:
        """Agree to the next stage. Raises NotSecondPerson."""
        return rollouts.approve(self.store, self._asked(name, reason)).rollout

    def excuse(self, name: str, user: str, reason: str) -> Rollout:
        """Let an administrator be missing in the log. Raises InputError."""
        found = one_user(self.store, user)
        return rollouts.excuse(self.store, self._asked(name, reason), found.id).rollout

    def step_back(self, name: str, reason: str = "") -> Rollout:
        """Put the policy back to report-only. Raises RolloutError."""
        asked = self._asked(name, reason)
        return rollouts.step_back(self.store, self.snapshots, asked).rollout

    def check(self, name: str) -> tuple[Rollout, Health | None]:
        """Step back where too many sign-ins of the present stage fail, as the server does."""
        kept = self._kept(name)
        health = None if kept.rollout.status.over else health_of(self._eyes().health, kept.rollout)
        if health is None or not health.sick(kept.rollout.settings):
            return kept.rollout, health
        made = rollouts.step_back_by_itself(self.store, self.snapshots, kept, health)
        return (made or self._kept(name)).rollout, health

    def undo(self, name: str, reason: str = "") -> Rollout:
        """Give the policy back its form of before. Raises PolicyMoved, LockedOut."""
        asked = self._asked(name, reason)
        return rollouts.undo(self.store, self.snapshots, asked).rollout

    def stop(self, name: str, reason: str = "") -> Rollout:
        """End a rollout and leave the policy as it is."""
        return rollouts.stop(self.store, self._asked(name, reason)).rollout

    def _asked(self, name: str, reason: str) -> rollouts.Asked:
        kept = self._kept(name)
        return rollouts.Asked(kept.rollout.id, self.by, kept.etag, reason)

    def _kept(self, name: str) -> Kept:
        return the_one(
            [kept_of(each) for each in self.store.rollouts.every()], name, lambda each: each.rollout
        )

    def _eyes(self) -> Eyes:
        clock = self.store.means.clock
        impacts = Impacts(self.store, self.snapshots, self.folder, clock)
        return Eyes(self.store, self.snapshots, impacts, PolicyHealth(self.store, INTERRUPTS))
