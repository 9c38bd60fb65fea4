"""A tenant with administrators, and random changes of everything that decides who gets in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from ostiary.administration.guard import LockedOut, guarded
from ostiary.administration.required_contexts import PROTECTED_ACTIONS, ProtectedAction
from ostiary.directory.importing import import_tenant
from ostiary.directory.protocols import SYSTEM, Actor, ActorKind
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Aggregates, Store
from ostiary.model.errors import InputError
from ostiary.tenant.catalogue import NO_CATALOGUE
from ostiary.tenant.tenant import Tenant
from tests.oracle import names
from tests.oracle.draw import chance, serial, some, weighted
from tests.oracle.draw_locations import named_locations
from tests.oracle.draw_policy import policies as draw_policies
from tests.oracle.draw_tenant import World, world
from tests.oracle.shapes import Json, objects

EMERGENCY = (serial("a", 101), serial("a", 102))
ADMINISTRATORS = (serial("a", 103), serial("a", 104))
KEEPERS = (*EMERGENCY, *ADMINISTRATORS)
LEFT_OUT = serial("b", 101)
"""A group that policies like to leave out; the first emergency account is in it."""
METHODS = ("fido2SecurityKey", "microsoftAuthenticatorPush", "softwareOneTimePasscode")
_BY = Actor(ActorKind.USER, ADMINISTRATORS[0])


@dataclass(frozen=True)
class Change:
    """One change, and what came of it. `after`: the tenant as it would be."""

    name: str
    refused: LockedOut | None
    after: Tenant | None


@dataclass
class Walk:
    """A store and what to draw changes from."""

    rng: Random
    store: Store
    drawn: World
    snapshots: Snapshots = field(init=False)
    count: int = 0

    def __post_init__(self) -> None:
        """Make the tenant: everybody gets in."""
        import_tenant(self.store, self.drawn.tenant, by=SYSTEM)
        self.snapshots = Snapshots(self.store, NO_CATALOGUE)
        self.snapshots.refresh()

    def step(self) -> Change:
        """Make one change behind the guard."""
        name, change = self._change()
        after: list[Tenant] = []
        preview = self.snapshots.preview()
        try:
            with guarded(self.store, self.snapshots, by=_BY) as work:
                change(work)
                after.append(preview.seen(work))
        except LockedOut as refused:
            return Change(name, refused, after[0])
        except InputError:  # not a change that could be made at all
            return Change(name, None, None)
        self.snapshots.refresh()
        return Change(name, None, after[0])

    def _change(self) -> tuple[str, Callable[[Aggregates], object]]:
        draw = weighted(
            self.rng,
            [
                (self._add_policy, 40),
                (self._change_policy, 12),
                (self._delete_policy, 6),
                (self._move_location, 6),
                (self._change_strength, 4),
                (self._change_group, 8),
                (self._change_role, 6),
                (self._change_user, 6),
                (self._change_methods, 8),
                (self._set_risk, 6),
                (self._protect, 6),
                (self._declare, 3),
            ],
        )
        return draw.__name__, draw()

    def _policy(self) -> Json:
        """Draw a policy; many are about everybody and everything, or about a context."""
        rng = self.rng
        _, found = draw_policies(rng, self.drawn)
        policy = rng.choice(found)
        self.count += 1
        conditions: Json = policy["conditions"]
        if conditions.get("users"):
            if chance(rng, 0.5):
                conditions["users"] = {"includeUsers": ["All"]}
                if chance(rng, 0.5):
                    conditions["users"]["excludeGroups"] = [LEFT_OUT]
                if chance(rng, 0.3):
                    conditions["users"]["excludeUsers"] = some(rng, KEEPERS, 3)
            if chance(rng, 0.2):
                conditions["applications"] = {
                    "includeAuthenticationContextClassReferences": some(rng, names.CONTEXTS, 2)
                }
            elif chance(rng, 0.5):
                conditions["applications"] = {"includeApplications": [names.PORTAL]}
        return {
            **policy,
            "id": serial("f", self.count),
            "displayName": f"policy {self.count}",
            "state": weighted(rng, [("enabled", 8), ("disabled", 1)]),
        }

    def _add_policy(self) -> Callable[[Aggregates], object]:
        policy = self._policy()
        return lambda work: work.policies.create(policy, by=_BY)

    def _change_policy(self) -> Callable[[Aggregates], object]:
        known = self.store.policies.all()
        if not known:
            return self._add_policy()
        one = self.rng.choice(known).id
        policy = {**self._policy(), "id": one}
        return lambda work: work.policies.replace(one, policy, by=_BY)

    def _delete_policy(self) -> Callable[[Aggregates], object]:
        known = self.store.policies.all()
        if not known:
            return self._add_policy()
        one = self.rng.choice(known).id
        return lambda work: work.policies.delete(one, by=_BY)

    def _move_location(self) -> Callable[[Aggregates], object]:
        known = self.store.locations.all()
        found = named_locations(self.rng)
        if not known or not found:
            return self._add_policy()
        one = self.rng.choice(known).id
        document = {**self.rng.choice(found), "id": one}
        return lambda work: work.locations.replace(one, document, by=_BY)

    def _change_strength(self) -> Callable[[Aggregates], object]:
        known = self.store.strengths.all()
        if not known:
            return self._add_policy()
        one = self.rng.choice(known).id
        allowed = some(self.rng, ("fido2", "password,softwareOath", "windowsHelloForBusiness"), 2)
        return lambda work: work.strengths.modify(one, {"allowedCombinations": allowed}, by=_BY)

    def _change_group(self) -> Callable[[Aggregates], object]:
        one = self.rng.choice(KEEPERS)
        known = self.store.groups.members(LEFT_OUT)
        if one in known:
            return lambda work: work.groups.remove_member(LEFT_OUT, one, by=_BY)
        return lambda work: work.groups.add_member(LEFT_OUT, one, by=_BY)

    def _change_role(self) -> Callable[[Aggregates], object]:
        one = self.rng.choice(ADMINISTRATORS)
        held = self.store.roles.of_principal(one)
        if held:
            return lambda work: work.roles.delete(held[0].id, by=_BY)
        role = self.rng.choice((names.GLOBAL_ADMIN, names.CA_ADMIN))
        assignment = {"roleDefinitionId": role, "principalId": one, "directoryScopeId": "/"}
        return lambda work: work.roles.create(assignment, by=_BY)

    def _change_user(self) -> Callable[[Aggregates], object]:
        one = self.rng.choice(KEEPERS)
        enabled = self.store.users.need(one).document.get("accountEnabled") is False
        return lambda work: work.users.modify(one, {"accountEnabled": enabled}, by=_BY)

    def _change_methods(self) -> Callable[[Aggregates], object]:
        one = self.rng.choice(KEEPERS)
        held = some(self.rng, METHODS, 2, 0)
        details = {"methodsRegistered": held, "isMfaRegistered": bool(held)}
        return lambda work: work.registrations.modify(one, details, by=_BY)

    def _set_risk(self) -> Callable[[Aggregates], object]:
        one = self.rng.choice(KEEPERS)
        level = self.rng.choice(("none", "low", "medium", "high"))
        return lambda work: work.risks.set(one, level, by=_BY)

    def _protect(self) -> Callable[[Aggregates], object]:
        action = self.rng.choice(list(ProtectedAction))
        context = self.rng.choice((*names.CONTEXTS, None))
        kept = {**self.store.singles.value_of(PROTECTED_ACTIONS), action.value: context}
        return lambda work: work.singles.write(PROTECTED_ACTIONS, kept, by=_BY)

    def _declare(self) -> Callable[[Aggregates], object]:
        settings = self.store.singles.value_of("settings")
        declared = some(self.rng, (*EMERGENCY, ADMINISTRATORS[1]), 2)
        return lambda work: work.singles.write(
            "settings", {**settings, "emergencyAccess": declared}, by=_BY
        )


def drawn_world(rng: Random) -> World:
    """Draw a tenant, and add those who must get back in."""
    drawn = world(rng)
    tenant = drawn.tenant
    people = [
        {"id": each, "displayName": f"keeper {each[-3:]}", "accountEnabled": True}
        for each in KEEPERS
    ]
    tenant["users"] = [*objects(tenant, "users"), *people]
    group = {"id": LEFT_OUT, "displayName": "Emergency access", "members": [EMERGENCY[0]]}
    tenant["groups"] = [*objects(tenant, "groups"), group]
    roles = [
        {
            "id": f"keeps-{number}",
            "roleDefinitionId": names.GLOBAL_ADMIN,
            "principalId": each,
            "directoryScopeId": "/",
        }
        for number, each in enumerate(KEEPERS)
    ]
    tenant["roleAssignments"] = [*objects(tenant, "roleAssignments"), *roles]
    tenant["settings"] = {**tenant["settings"], "emergencyAccess": list(EMERGENCY)}
    tenant["userRegistrationDetails"] = [
        {"id": each, "isMfaRegistered": True, "methodsRegistered": some(rng, METHODS, 2)}
        for each in KEEPERS
    ]
    drawn.user_ids.extend(KEEPERS)
    drawn.group_ids.append(LEFT_OUT)
    return drawn
