"""A cast of typical people on whom policies are tried: one for each way a policy selects users.

Nobody's memberships are unknown here, so whatever a trial shows is shown by a sign-in that the
engine has judged, however little of the tenant was exported. The policies are the tenant's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ostiary.analysis.identities import OTHER_TENANT
from ostiary.conditions.guests import ROOT
from ostiary.conditions.memberships import Memberships, Newcomer
from ostiary.conditions.users import AGENTS, ALL, GUESTS, Person
from ostiary.engine.masks import Table
from ostiary.engine.policyset import PolicySet
from ostiary.model.directory import Directory, User
from ostiary.model.setting import Tag
from ostiary.model.signin import Resources, SignIn, UserIdentity

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
DIRECTORY_SYNCHRONIZATION = "d29b2b05-8046-44ba-8758-1e26182fcf32"
"""The role *Directory Synchronization Accounts*, held by the account of Entra Connect."""
ANY_APPLICATION = "any-other-application"
"""A resource that no policy names."""

MEMBER = "somebody in no group"
GUEST = "a collaboration guest"
ADMINISTRATOR = f"role:{GLOBAL_ADMINISTRATOR}"
SYNCHRONISER = f"role:{DIRECTORY_SYNCHRONIZATION}"
ORDINARY = SignIn(
    UserIdentity(MEMBER),
    target=Resources((ANY_APPLICATION,)),
    client_app_type="browser",
    platform="windows",
)
"""A member in no group, in a browser on an unregistered Windows device, outside every network."""


@dataclass(frozen=True)
class Stage:
    """The policies with the cast welcomed. `people`: a tag of the users condition -> who has it."""

    policies: PolicySet
    people: Mapping[Tag, UserIdentity]

    def table(self, condition: str) -> Table:
        """Give what all policies ask of one condition, by the condition's name."""
        return next(each for each in self.policies.tables if each.condition.name == condition)

    @cached_property
    def _scopes(self) -> tuple[tuple[UserIdentity, int], ...]:
        table = self.table("users")
        return tuple(
            (identity, table.accepted(table.key(Person(identity))).lower)
            for identity in self.people.values()
        )

    def who(self, number: int) -> Iterator[UserIdentity]:
        """Give the members of the cast that a policy is about, the most ordinary first."""
        return (identity for identity, mask in self._scopes if mask >> number & 1)


def set_the_stage(policies: PolicySet, memberships: Memberships) -> Stage:
    """Invent a cast for the policies of a tenant."""
    users = next(each for each in policies.tables if each.condition.name == "users")
    wanted = dict.fromkeys([ALL, GUESTS, ADMINISTRATOR, SYNCHRONISER])
    wanted.update(dict.fromkeys(sorted(users.include)))
    cast = {tag: _player(tag, policies.directory, memberships) for tag in wanted}
    known = {tag: player for tag, player in cast.items() if player is not None}
    return Stage(
        policies.welcoming({player.user.id: player for player in known.values()}),
        {tag: UserIdentity(player.user.id) for tag, player in known.items()},
    )


def _player(tag: Tag, directory: Directory, memberships: Memberships) -> Newcomer | None:
    """Invent somebody with this tag and, where a tag allows it, no other."""
    if tag == ALL:
        return Newcomer(User(MEMBER))
    if tag == GUESTS:
        return Newcomer(_guest(GUEST, "b2bCollaborationGuest", "*"))
    if tag == AGENTS:
        return Newcomer(User("an agent user", is_agent=True))
    if tag.startswith(ROOT):
        kind, _, tenant = tag.removeprefix(ROOT).partition(":")
        return Newcomer(_guest(f"a guest ({kind}, {tenant})", kind, tenant))
    kind, _, rest = tag.partition(":")
    if kind == "group":
        return Newcomer(User(f"a member of {rest}"), groups=(rest,))
    if kind == "role":
        return Newcomer(User(f"a holder of {rest}"), roles=frozenset({rest}))
    if rest:
        return None
    user = directory.users.get(tag) or User(tag)
    roles = memberships.roles.get(tag, frozenset())
    return Newcomer(user, groups=tuple(memberships.direct.get(tag, ())), roles=roles)


def _guest(name: str, kind: str, tenant: str) -> User:
    home = OTHER_TENANT if tenant == "*" else tenant
    return User(name, user_type="Guest", external_type=kind, home_tenant=home)
