"""The assignment *Users or workload identities*: users, groups, roles, guests."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ostiary.conditions.audiences import audiences
from ostiary.conditions.base import (
    NO_TAGS,
    Asked,
    Condition,
    Field,
    Lookup,
    ResolvingTagger,
    Section,
    Shape,
    Tagger,
)
from ostiary.conditions.facts import IDENTITY
from ostiary.conditions.guests import (
    GUEST_TYPES,
    ROOT,
    across,
    guest_name,
    guest_tags,
    is_direct_connect,
    is_guest_tag,
    of_any_tenant,
    reaching,
    selected_guests,
)
from ostiary.conditions.memberships import Memberships, Newcomer, extend, index
from ostiary.model.directory import Directory, User
from ostiary.model.json_types import JsonObject, as_object
from ostiary.model.setting import Effect, Setting, Tag, Tags, Unknown
from ostiary.model.signin import SignIn, UserIdentity

ALL, NOBODY, GUESTS, AGENTS = "All", "None", "GuestsOrExternalUsers", "AllAgentIdUsers"
WORKLOAD = "identity:workload"
NOBODY_NEW: Mapping[str, Newcomer] = MappingProxyType({})
_TEAMS = "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe"
_SHAREPOINT = "00000003-0000-0ff1-ce00-000000000000"


@dataclass(frozen=True, slots=True)
class Person:
    """Who signs in; None for a workload identity.

    `direct_connect`: policies on direct connect users include this collaboration user too, or the
    other way round (`guests.across`).
    """

    identity: UserIdentity | None
    direct_connect: bool = False


class UsersTagger(ResolvingTagger[Person]):
    """Memberships and guest kinds of one directory. A key is the set of tags itself."""

    def __init__(
        self,
        directory: Directory,
        asked: Asked,
        memberships: Memberships,
        newcomers: Mapping[str, Newcomer] = NOBODY_NEW,
    ) -> None:
        """Note which tags policies ask for; the others need not be computed."""
        self._directory = directory
        self.newcomers = newcomers
        self._asked = asked
        self.memberships = memberships
        # The tags of groups are made once: proofs ask for everybody.
        self._group_tags = {
            tag.removeprefix("group:"): tag for tag in asked if tag.startswith("group:")
        }
        self._guests = frozenset(tag for tag in asked if is_guest_tag(tag)) | (asked & {GUESTS})
        self._unknown: Tags = frozenset(
            Unknown(tag)
            for tag in asked
            if tag.removeprefix("group:") in memberships.uncertain_groups
            or tag.removeprefix("role:") in memberships.uncertain_roles
        )

    def key(self, value: Person) -> Hashable:
        """Resolve groups, roles and guest kind: all that policies could ask of this person."""
        if value.identity is None:
            return frozenset({WORKLOAD})
        identity = value.identity
        newcomer = self.newcomers.get(identity.user_id)
        if newcomer is None:
            groups = self.memberships.groups_of(identity.user_id)
            roles = self.memberships.roles_of(identity.user_id, groups)
        else:
            groups = self.memberships.groups_through(newcomer.groups)
            roles = newcomer.roles | self.memberships.roles_of("", groups)
        named = self._group_tags
        tags: set[Tag] = {named[group] for group in groups if group in named}
        tags.update([f"role:{role}" for role in roles])
        if ":" not in identity.user_id:
            # INVARIANT: a request cannot spell a tag of ours; `:` marks those and stands in no id.
            tags.add(identity.user_id)
        tags &= self._asked
        tags.add(ALL)
        unknown = self._unknown if newcomer is None else NO_TAGS
        if self._guests or AGENTS in self._asked:
            kind, doubt = self._kind(value)
            tags |= kind
            unknown |= doubt
        if not unknown:
            return frozenset(tags)
        return frozenset(tags | {each for each in unknown if not _known(each, tags)})

    def moved(self, user_id: str, groups: Sequence[str]) -> UsersTagger:
        """Give the tagger after a user's direct groups changed."""
        moved = self.memberships.moved(user_id, groups)
        return UsersTagger(self._directory, self._asked, moved, self.newcomers)

    def welcoming(self, newcomers: Mapping[str, Newcomer]) -> UsersTagger:
        """Give the tagger that knows some invented users."""
        everybody = {**self.newcomers, **newcomers}
        return UsersTagger(self._directory, self._asked, self.memberships, everybody)

    def _user(self, user_id: str) -> User | None:
        newcomer = self.newcomers.get(user_id)
        return newcomer.user if newcomer else self._directory.users.get(user_id)

    def _kind(self, value: Person) -> tuple[frozenset[Tag], Tags]:
        """Give the tags of the kind of user, and those of which nobody can tell."""
        identity = value.identity
        if identity is None:
            return frozenset(), NO_TAGS
        user = self._user(identity.user_id)
        if user is not None and _is_member(user, value):
            return _NO_KIND, NO_TAGS
        agents = self._asked & {AGENTS}
        doubt: Tags = frozenset(Unknown(tag) for tag in agents) if user is None else NO_TAGS
        agent = agents if user is not None and user.is_agent else frozenset[Tag]()
        if user is None and identity.external_type is None:
            return agent, doubt | {Unknown(tag) for tag in self._guests}
        kind = identity.external_type or (user.external_type if user else None)
        tenant = identity.external_tenant or (user.home_tenant if user else None)
        held = set(guest_tags(kind, tenant))
        if value.direct_connect:
            held |= across(kind, user.external_type if user else None, tenant)
        if kind is not None and tenant is None:
            doubt |= {Unknown(tag) for tag in of_any_tenant(kind, self._guests)}
        if kind is not None or (user is not None and user.user_type.casefold() == "guest"):
            held.add(GUESTS)
        return (frozenset(held) & self._asked) | agent, doubt

    def subject(self, value: Person) -> str:
        """Name the user."""
        if value.identity is None:
            return "a workload identity"
        user = self._user(value.identity.user_id)
        return f"user `{_name(user) or value.identity.user_id}`"

    def name(self, tag: Tag) -> str:
        """Name a user, group, role or kind of user."""
        if tag in WORDS:
            return WORDS[tag].lower()
        kind, _, rest = tag.partition(":")
        if kind == "group":
            group = self._directory.groups.get(rest)
            return f"group `{group.display_name or rest}`" if group else f"group `{rest}`"
        if kind == "role":
            return f"role `{self._directory.role_names.get(rest, rest)}`"
        if is_guest_tag(tag):
            return guest_name(tag)
        if tag == WORKLOAD:
            return "workload identities"
        return f"user `{_name(self._user(tag)) or tag}`"


def _named(asked: Asked) -> tuple[frozenset[str], frozenset[str]]:
    """Give the ids of the groups and of the roles that policies name."""
    groups = frozenset(tag.removeprefix("group:") for tag in asked if tag.startswith("group:"))
    roles = frozenset(tag.removeprefix("role:") for tag in asked if tag.startswith("role:"))
    return groups, roles


_NO_KIND: frozenset[Tag] = frozenset()


def _is_member(user: User, value: Person) -> bool:
    """Whether somebody is no guest of any kind and no agent, which most people are."""
    external = user.external_type is not None or value.direct_connect or user.is_agent
    if external or value.identity is None or value.identity.external_type is not None:
        return False
    return user.user_type.casefold() != "guest"


def _known(unknown: object, tags: set[Tag]) -> bool:
    return isinstance(unknown, Unknown) and unknown.tag in tags


def _name(user: User | None) -> str:
    return (user.display_name or user.principal_name) if user else ""


WORDS = {
    ALL: "All users",
    NOBODY: "None",
    GUESTS: "Guest or external users",
    AGENTS: "All agent users",
}


def _side(effect: Effect) -> tuple[Field, ...]:
    """Give the members of one side, such as `includeUsers`, in the order of the form."""
    side = effect.name.lower()
    label, together = side.capitalize(), "Users and groups"
    return (
        Field(
            f"{side}Users",
            effect,
            f"{label} users",
            WORDS,
            Lookup.USER,
            alone=(ALL, NOBODY),
            nothing=NOBODY,
            retired=(GUESTS,),
            choose="Select users and groups",
            together=together,
        ),
        Field(
            f"{side}Groups",
            effect,
            f"{label} groups",
            lookup=Lookup.GROUP,
            together=together,
        ),
        Field(f"{side}Roles", effect, f"{label} directory roles", lookup=Lookup.ROLE),
        Field(
            f"{side}GuestsOrExternalUsers",
            effect,
            f"{label} guest or external users",
            GUEST_TYPES,
            shape=Shape.GUESTS,
        ),
    )


class Users(Condition[Person]):
    """Who a policy is about. Include lists are alternatives; any exclusion wins.

    Source: entra-docs conditional-access/concept-conditional-access-users-groups.
    """

    name = key = "users"
    title = "Users or workload identities"
    reason = "users"
    link = "is in"
    assignment = True
    section = Section.IDENTITIES
    choice = "Users and groups"
    facts = (IDENTITY,)
    required = True
    workload = True
    fields = (*_side(Effect.INCLUDE), *_side(Effect.EXCLUDE))

    def parse(self, conditions: JsonObject) -> Setting:
        """Read who is selected; a policy for workload identities lets those through here."""
        body = as_object(conditions.get(self.key))
        include = self.select(body, Effect.INCLUDE) - {NOBODY}
        if conditions.get("clientApplications"):
            include |= {WORKLOAD}
        return Setting(include, self.select(body, Effect.EXCLUDE) - {NOBODY})

    def select(self, body: object, effect: Effect) -> frozenset[Tag]:
        """Collect words and ids, and the guest kinds with their tenants."""
        tags = super().select(body, effect)
        for each in self.fields:
            if each.effect is effect and each.shape is Shape.GUESTS:
                guests = selected_guests(as_object(body).get(each.name))
                tags |= guests if effect is Effect.EXCLUDE else guests | reaching(guests)
        return tags

    def tag(self, field_: Field, word: str) -> Tag:
        """Tell users, groups and roles apart by a prefix."""
        if field_.lookup is Lookup.GROUP:
            return f"group:{word.casefold()}"
        if field_.lookup is Lookup.ROLE:
            return f"role:{word.casefold()}"
        return super().tag(field_, word)

    def value(self, sign_in: SignIn, directory: Directory) -> Person:
        """Give who signs in.

        In Teams and SharePoint Online policies on direct connect users also reach collaboration
        users who are eligible for it, and the other way round (entra-docs external-id/
        authentication-conditional-access).
        """
        identity = sign_in.identity
        if not isinstance(identity, UserIdentity):
            return Person(None)
        eligible = sign_in.direct_connect_eligible
        if not eligible and not is_direct_connect(identity.external_type):
            return Person(identity)
        reached = {each.app_id for each in audiences(sign_in, directory)}
        return Person(identity, bool({_TEAMS, _SHAREPOINT} & reached))

    def tagger(self, directory: Directory, asked: Asked) -> UsersTagger:
        """Index the memberships of the asked groups and roles."""
        return UsersTagger(directory, asked, index(directory, *_named(asked)))

    def extended(self, tagger: Tagger[Person], directory: Directory, asked: Asked) -> UsersTagger:
        """Index only the groups and roles that nobody asked for before."""
        if not isinstance(tagger, UsersTagger):
            return self.tagger(directory, asked)
        memberships = extend(tagger.memberships, directory, *_named(asked))
        return UsersTagger(directory, asked, memberships, tagger.newcomers)

    def followed(
        self, tagger: Tagger[Person], before: Directory, directory: Directory, asked: Asked
    ) -> UsersTagger:
        """Keep the memberships where none changed, nor who there is: `index` reads no more."""
        same = (
            before.groups == directory.groups
            and before.role_assignments == directory.role_assignments
            and before.users.keys() == directory.users.keys()
            and before.service_principals.keys() == directory.service_principals.keys()
        )
        if not same or not isinstance(tagger, UsersTagger) or tagger.newcomers:
            return self.tagger(directory, asked)
        return self.extended(tagger, directory, asked)

    def samples(self, directory: Directory, asked: Asked) -> Iterator[Person]:
        """Everybody in the directory, a newcomer in no group, a guest of each kind and tenant."""
        yield Person(None)
        for user in directory.users.values():
            yield Person(UserIdentity(user.id))
            if user.external_type:
                yield Person(UserIdentity(user.id), direct_connect=True)
        yield Person(UserIdentity("newcomer", None))
        named = {tag for tag in asked if ":" not in tag and tag not in WORDS}
        for group in directory.groups.values():
            named.update(group.members or ())
        named.update(each.principal_id for each in directory.role_assignments or ())
        yield from (Person(UserIdentity(each)) for each in sorted(named - directory.users.keys()))
        tenants = {tag.rpartition(":")[2] for tag in asked if tag.startswith(ROOT)} - {"*"}
        for kind in GUEST_TYPES:
            for tenant in (None, *sorted(tenants)):
                yield Person(UserIdentity("newcomer", kind, tenant))
                yield Person(UserIdentity("newcomer", kind, tenant), direct_connect=True)
