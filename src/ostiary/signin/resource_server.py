"""What an API of ours is built from: one tenant's store, whose tokens it takes, and its judge."""

from __future__ import annotations

from dataclasses import dataclass

from ostiary.directory.policy_health import PolicyHealth
from ostiary.directory.policy_impact import Impacts
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Store
from ostiary.secrecy.clock import Clock
from ostiary.secrecy.password_rules import PasswordRules
from ostiary.secrecy.passwords import Passwords
from ostiary.secrecy.randomness import Randomness
from ostiary.signin.continuous import ContinuousEvaluation
from ostiary.signin.emergency import EmergencyAccess
from ostiary.signin.server_facts import ServerFacts
from ostiary.tokens.claims import Authority
from ostiary.tokens.read import TokenReader


@dataclass(frozen=True, slots=True)
class PublicUrls:
    """The public addresses of the three faces, each without a slash at its end."""

    login: str
    management: str
    graph: str


@dataclass(frozen=True, slots=True)
class ResourceServer:
    """One API of one tenant.

    `audiences` are the names that its tokens may carry in `aud`; a token for another API of the
    same tenant carries none of them (checklist TK06).
    """

    audiences: frozenset[str]
    urls: PublicUrls
    authority: Authority
    store: Store
    snapshots: Snapshots
    tokens: TokenReader
    judge: ContinuousEvaluation
    clock: Clock
    randomness: Randomness
    passwords: Passwords
    password_rules: PasswordRules
    impacts: Impacts
    health: PolicyHealth
    emergency: EmergencyAccess
    facts: ServerFacts

    @property
    def tenant_id(self) -> str:
        """The tenant whose objects it serves."""
        return self.authority.tenant_id
