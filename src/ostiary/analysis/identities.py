"""Who can sign in: today's users, the newcomers nobody has met yet, and workload identities.

*All users* means the users of the export, one newcomer in no group, and one guest of each kind
from each home tenant that policies or trust settings tell from the others. Beside these stand
people of whom the export does not say whether they exist: users that only policies name, and
members of groups and holders of roles that were not exported. Nothing is proved of the latter.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass

from ostiary.analysis.circumstances import ValueClass, accepted_by
from ostiary.analysis.world import EXCHANGE_ONLINE, PERSON, WORKLOAD, is_agent
from ostiary.conditions.facts import IDENTITY
from ostiary.conditions.guests import GUEST_TYPES, REACH, ROOT, across
from ostiary.conditions.memberships import Newcomer
from ostiary.conditions.users import WORDS, Person, UsersTagger
from ostiary.conditions.users import WORKLOAD as ANY_WORKLOAD
from ostiary.controls.visitor import visitor
from ostiary.engine.masks import Accepted, Table
from ostiary.engine.policyset import PolicySet
from ostiary.model.directory import Directory, PrincipalKind, User
from ostiary.model.setting import Tag
from ostiary.model.signin import Identity, Resources, SignIn, UserIdentity, WorkloadIdentity

NEWCOMER = "newcomer"
EVERYDAY = Resources((EXCHANGE_ONLINE,))
OTHER_TENANT = "any-other-tenant"


@dataclass(frozen=True, slots=True)
class Somebody:
    """One identity. `invented`: not in the export; `doubted`: nobody knows whether it exists."""

    identity: Identity
    direct_connect: bool = False
    invented: bool = False
    doubted: bool = False

    @property
    def id(self) -> str:
        """Give the id of the user or service principal."""
        if isinstance(self.identity, UserIdentity):
            return self.identity.user_id
        return self.identity.principal_id


@dataclass(frozen=True, slots=True)
class IdentityEffect:
    """What controls and targets read of somebody."""

    stands: Hashable
    direct_connect: bool
    doubted: bool
    agent: bool


def newcomers(policies: PolicySet) -> dict[str, Newcomer]:
    """Invent the users that *All users* covers beyond the export, by their ids."""
    tagger, asked = _users(policies)
    found = [User(NEWCOMER, "a newcomer in no group")]
    tenants = {tag.rpartition(":")[2] for tag in asked if tag.startswith(ROOT)} - {"*"}
    tenants |= set(policies.directory.settings.inbound_trust) - {"default"}
    for kind, label in GUEST_TYPES.items():
        if kind == "internalGuest":
            found.append(
                User(
                    f"{NEWCOMER}-{kind.casefold()}",
                    f"a newcomer of {label}",
                    "",
                    "Guest",
                    True,
                    kind,
                )
            )
            continue
        for tenant in (OTHER_TENANT, *sorted(tenants)):
            named = f"{NEWCOMER}-{kind.casefold()}" + (
                "" if tenant == OTHER_TENANT else f"-{tenant}"
            )
            where = "" if tenant == OTHER_TENANT else f" of tenant {tenant}"
            found.append(
                User(named, f"a newcomer of {label}{where}", "", "Guest", True, kind, tenant)
            )
    return {user.id: Newcomer(user) for user in found} | _members_nobody_knows(
        policies, tagger, asked
    )


def _members_nobody_knows(
    policies: PolicySet, tagger: UsersTagger, asked: Iterable[Tag]
) -> dict[str, Newcomer]:
    """Invent a member of each group, and a holder of each role, that the export leaves open."""
    memberships, groups = tagger.memberships, policies.directory.groups
    found: list[Newcomer] = []
    for tag in sorted(asked):
        kind, _, known = tag.partition(":")
        if kind == "group" and known in memberships.uncertain_groups:
            group = groups.get(known)
            name = f"somebody in group `{(group.display_name if group else '') or known}`"
            # The group may itself be listed as a member: who is in it is then in both.
            within = (known, *memberships.direct.get(known, ()))
            found.append(Newcomer(User(f"member-of-{known}", name), groups=within))
        elif kind == "role" and known in memberships.uncertain_roles:
            user = User(f"holder-of-{known}", f"somebody with {tagger.name(tag)}")
            found.append(Newcomer(user, roles=frozenset({known})))
    return {each.user.id: each for each in found}


def _users(policies: PolicySet) -> tuple[UsersTagger, frozenset[Tag]]:
    table = next(each for each in policies.tables if each.condition.name == "users")
    tagger = table.tagger
    assert isinstance(tagger, UsersTagger)  # noqa: S101  # the tagger of this condition
    return tagger, frozenset(table.include) | frozenset(table.exclude)


def people(policies: PolicySet, invented: Iterable[Newcomer]) -> Iterator[Somebody]:
    """Give everybody that *All users* stands for; `policies` have welcomed the invented."""
    made = {each.user.id: bool(each.groups or each.roles) for each in invented}
    _, asked = _users(policies)
    eligible = any(tag.startswith(REACH) for tag in asked)
    for user in policies.directory.users.values():
        if not user.enabled:
            continue
        is_made = user.id in made
        doubted = is_made and made[user.id]
        yield Somebody(UserIdentity(user.id), False, is_made, doubted)
        kind, home = user.external_type, user.home_tenant
        if eligible and across(kind, kind, home):
            yield Somebody(UserIdentity(user.id), True, is_made, doubted)
    for user_id in sorted(_mentioned(policies)):
        yield Somebody(UserIdentity(user_id), doubted=True)


def _mentioned(policies: PolicySet) -> set[str]:
    """Give ids that policies, groups or roles have for people, and the export has not."""
    tagger, asked = _users(policies)
    directory, memberships = policies.directory, tagger.memberships
    found = {tag for tag in asked - frozenset(WORDS) - {ANY_WORKLOAD} if ":" not in tag}
    found |= memberships.direct.keys() | memberships.roles.keys()
    known = (directory.users, directory.groups, directory.service_principals)
    return {each for each in found if not any(each in things for things in known)}


def workloads(directory: Directory) -> Iterator[Somebody]:
    """Give every workload identity that policies can be about."""
    for principal in directory.service_principals.values():
        if principal.kind is not PrincipalKind.MANAGED_IDENTITY:
            yield Somebody(WorkloadIdentity(principal.id))


def sign_in_of(somebody: Somebody) -> SignIn:
    """Give an everyday sign-in of somebody, to a resource that every kind of client reaches."""
    everyday = WORKLOAD if isinstance(somebody.identity, WorkloadIdentity) else PERSON
    eligible = somebody.direct_connect
    return SignIn(somebody.identity, EVERYDAY, direct_connect_eligible=eligible, **everyday)


class Crowd:
    """Some identities, and how each stands to the tenant; read once, since there may be many."""

    def __init__(self, policies: PolicySet, members: Iterable[Somebody]) -> None:
        """Look at everybody."""
        self.policies = policies
        self.members: tuple[Somebody, ...] = tuple(members)
        self._effects: dict[Hashable, IdentityEffect] = {}
        self.effects: tuple[IdentityEffect, ...] = tuple(map(self._effect, self.members))

    @property
    def visitors(self) -> dict[Hashable, SignIn]:
        """Give every way to stand to the tenant, with a sign-in of somebody who does."""
        examples = dict(zip(reversed(self.effects), reversed(self.members), strict=True))
        return {effect.stands: sign_in_of(somebody) for effect, somebody in examples.items()}

    @property
    def freest(self) -> SignIn:
        """Give an everyday sign-in of somebody to whom most can happen: an agent, if any is one."""
        pairs = zip(self.members, self.effects, strict=True)
        somebody = next((each for each, effect in pairs if effect.agent), self.members[0])
        return sign_in_of(somebody)

    def _effect(self, somebody: Somebody) -> IdentityEffect:
        """Give how somebody stands to the tenant; asked once for each kind and home tenant."""
        identity = somebody.identity
        users = self.policies.directory.users
        user = users.get(identity.user_id) if isinstance(identity, UserIdentity) else None
        kind = (user.external_type, user.home_tenant) if user else None
        agent = is_agent(identity, self.policies.directory)
        key = (kind, type(identity), somebody.direct_connect, somebody.doubted, agent)
        known = self._effects.get(key)
        if known is None:
            known = self._effects[key] = IdentityEffect(
                visitor(sign_in_of(somebody), self.policies.directory),
                somebody.direct_connect,
                somebody.doubted,
                agent,
            )
        return known

    def classes(self, relevant: int) -> tuple[ValueClass, ...]:
        """Sort everybody into classes, as far as relevant policies and controls tell them apart."""
        found: dict[tuple[Accepted, IdentityEffect], list[Somebody]] = {}
        known: dict[Hashable, Accepted] = {}
        reader = _Reader(self.policies, relevant)
        for somebody, effect in zip(self.members, self.effects, strict=True):
            key = reader.key(somebody)
            accepted = known.get(key)
            if accepted is None:
                accepted = known[key] = reader.accepted(somebody, key)
            found.setdefault((accepted, effect), []).append(somebody)
        return tuple(
            ValueClass(accepted, effect, tuple(members))
            for (accepted, effect), members in found.items()
        )


class _Reader:
    """Tells who accepts an identity; of people only the condition on users has to be asked."""

    def __init__(self, policies: PolicySet, relevant: int) -> None:
        self._policies = policies
        self._relevant = relevant
        self._tagger, _ = _users(policies)
        tables = [each for each in policies.tables if each.condition.facts == (IDENTITY,)]
        self._users = next(each for each in tables if each.condition.name == "users")
        self._tables = tables
        anybody = SignIn(UserIdentity(NEWCOMER))
        self._of_people = self._all(anybody, [each for each in tables if each is not self._users])

    def key(self, somebody: Somebody) -> Hashable:
        """Give what decides which policies accept somebody."""
        identity = somebody.identity
        if isinstance(identity, WorkloadIdentity):
            return identity
        return self._tagger.key(Person(identity, somebody.direct_connect))

    def accepted(self, somebody: Somebody, key: Hashable) -> Accepted:
        """Tell which relevant policies accept somebody with this key."""
        if isinstance(somebody.identity, WorkloadIdentity):
            return self._all(sign_in_of(somebody), self._tables)
        return _both(self._users.accepted(key), self._of_people)

    def _all(self, sign_in: SignIn, tables: Iterable[Table]) -> Accepted:
        accepted = Accepted(self._relevant, self._relevant)
        for table in tables:
            one = accepted_by(self._policies, table, sign_in, self._relevant)
            accepted = _both(accepted, one)
        return accepted


def _both(one: Accepted, other: Accepted) -> Accepted:
    upper = one.upper & other.upper
    return Accepted(upper, one.lower & other.lower, (one.failed | other.failed) & upper)
