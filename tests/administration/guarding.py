"""A tenant with an administrator and an emergency access account, and changes behind the guard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ostiary.administration.guard import Override, guarded
from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.directory.protocols import SYSTEM, Actor, ActorKind
from ostiary.directory.store import Aggregates
from ostiary.model.json_types import JsonObject
from tests.web.serving import ASTRID, LIFEBOAT, POLICY, Served

BY_ASTRID: Final = Actor(ActorKind.USER, ASTRID, "Astrid Moe")
BY_HOST: Final = Actor(ActorKind.HOST, "0", "root")
EVERYWHERE: Final[JsonObject] = {
    "clientAppTypes": ["all"],
    "users": {"includeUsers": ["All"]},
    "applications": {"includeApplications": ["All"]},
}
BLOCK: Final = {"operator": "OR", "builtInControls": ["block"]}
MFA: Final = {"operator": "OR", "builtInControls": ["mfa"]}

Change = Callable[[Aggregates], object]


def with_administrators(served: Served) -> Served:
    """Make Astrid, who has an authenticator app, and the emergency account administrators."""
    store = served.service.store
    for user in (ASTRID, LIFEBOAT):
        role = {"roleDefinitionId": GLOBAL_ADMINISTRATOR, "principalId": user}
        store.roles.create({**role, "directoryScopeId": "/"}, by=SYSTEM)
    store.singles.write("settings", {"emergencyAccess": [LIFEBOAT]}, by=SYSTEM)
    served.enrol(ASTRID)
    served.service.snapshots.refresh()
    return served


def make(served: Served, change: Change, by: Actor = BY_ASTRID, reason: str = "") -> None:
    """Make a change behind the guard."""
    override = Override(reason) if reason else None
    store, snapshots = served.service.store, served.service.snapshots
    with guarded(store, snapshots, by=by, override=override) as work:
        change(work)


def policy(conditions: JsonObject, grant: JsonObject, state: str = "enabled") -> Change:
    """Give the change that makes the founding policy ask everybody everywhere."""
    members = {"conditions": conditions, "grantControls": grant, "state": state}
    return lambda work: work.policies.modify(POLICY, members, by=BY_ASTRID)
