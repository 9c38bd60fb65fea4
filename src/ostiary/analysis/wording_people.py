"""Sets of identities and of targets in people's words, and by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ostiary.analysis.columns import bits, bits_at
from ostiary.analysis.describing import Atom, Style, described, listed
from ostiary.analysis.identities import NEWCOMER, Somebody
from ostiary.analysis.naming import Names
from ostiary.analysis.targets import ANY_OTHER, Aim
from ostiary.analysis.terrain import Terrain
from ostiary.conditions.user_actions import ACTION_URN, USER_ACTIONS
from ostiary.conditions.users import ALL, WORDS, Person, UsersTagger
from ostiary.model.setting import Tag
from ostiary.model.signin import AuthenticationContext, Resources, UserAction, UserIdentity

MOST_NAMED = 3
EVERYBODY, ALL_ASKED_ABOUT = "everybody", "all who are asked about"
_TARGETS = Style("to {}", "to everything but {}", "resources")


@dataclass(frozen=True, slots=True)
class Whom:
    """Some identities: those of the export by id, and in words those that are not in it."""

    text: str
    ids: tuple[str, ...]
    beyond: tuple[str, ...]
    """Invented and doubted ones, as *a newcomer in no group*."""


@dataclass(frozen=True, slots=True)
class What:
    """Some targets: applications by id, and in words what is no application of the export."""

    text: str
    ids: tuple[str, ...]
    beyond: tuple[str, ...]


class PeopleWords:
    """Names sets of identity classes on a terrain."""

    def __init__(self, terrain: Terrain, domain: int, everybody: str = EVERYBODY) -> None:
        """Take whom the question is about, as identity classes, and what all of them are called."""
        self._terrain = terrain
        self._domain = domain
        self._all = everybody
        self._style = Style("{}", f"{everybody} but {{}}", "users", minus="{} but not {}")

    def whom(self, users: int) -> Whom:
        """Name some identity classes."""
        members = self.members(users)
        there = tuple(dict.fromkeys(e.id for e in members if not e.invented and not e.doubted))
        beyond = tuple(
            dict.fromkeys(self.name(each) for each in members if each.invented or each.doubted)
        )
        return Whom(self._text(users, there, members), there, beyond)

    def members(self, users: int) -> tuple[Somebody, ...]:
        """Give everybody in some identity classes."""
        return tuple(each for number in bits(users) for each in self._terrain.people[number].values)

    def name(self, somebody: Somebody) -> str:
        """Name one identity."""
        directory = self._terrain.policies.directory
        if not isinstance(somebody.identity, UserIdentity):
            principal = directory.service_principals.get(somebody.id)
            return (principal.display_name if principal else "") or somebody.id
        user = directory.users.get(somebody.id)
        name = (user.display_name or user.principal_name) if user else ""
        if not name and somebody.doubted:
            return f"user {somebody.id}, who is not in the export"
        suffix = ", as a direct connect user" if somebody.direct_connect else ""
        return (name or somebody.id) + suffix

    def _text(self, users: int, there: Sequence[str], members: Sequence[Somebody]) -> str:
        if len(members) <= MOST_NAMED:
            return listed([self.name(each) for each in members])
        if not self._domain & ~users:
            return self._all
        if isinstance(members[0].identity, UserIdentity):
            text = self._by_tags(users)
            if text is not None:
                return text
        few = 0 < len(there) <= MOST_NAMED
        named = list(dict.fromkeys(self.name(e) for e in members if few and e.id in there))
        shown = named or ([_count(len(there), self._noun)] if there else [])
        beyond = self._newcomers([each for each in members if each.invented or each.doubted])
        return listed([*shown, *beyond], most=len(shown) + len(beyond))

    def _newcomers(self, members: Sequence[Somebody]) -> list[str]:
        if not members:
            return []
        if any(each.id == NEWCOMER for each in members):
            return ["newcomers"]
        doubted = [self.name(each) for each in members if each.doubted]
        return [f"people who may exist ({listed(doubted)})"] if doubted else ["guests yet to come"]

    @property
    def _noun(self) -> str:
        person = isinstance(self._terrain.everyday.identity, UserIdentity)
        return "user" if person else "service principal"

    def _by_tags(self, users: int) -> str | None:
        """Name a set by groups, roles and kinds, where that says it exactly."""
        wanted = 0
        for number in bits(users & self._domain):
            wanted |= self._of_class[number]
        everybody = (1 << len(self._everyone)) - 1
        text = described(wanted, everybody, self._atoms, self._style)
        return None if text.endswith(f" {self._style.noun}") else text

    @cached_property
    def _everyone(self) -> tuple[Somebody, ...]:
        return self.members(self._domain)

    @cached_property
    def _of_class(self) -> dict[int, int]:
        found: dict[int, int] = {}
        first = 0
        for number in bits(self._domain):
            size = len(self._terrain.people[number].values)
            found[number] = ((1 << size) - 1) << first
            first += size
        return found

    @cached_property
    def _atoms(self) -> tuple[Atom, ...]:
        terrain = self._terrain
        table = next(each for each in terrain.policies.tables if each.condition.name == "users")
        tagger = table.tagger
        wanted = {
            tag
            for number in bits(terrain.relevant)
            for tag in terrain.policies.policies[number].settings["users"].tags
            if ":" in tag or tag in WORDS
        }
        places: dict[Tag, list[int]] = {}
        for place, each in enumerate(self._everyone):
            if not isinstance(each.identity, UserIdentity):
                continue
            for tag in tagger.tags(tagger.key(Person(each.identity, each.direct_connect))):
                if isinstance(tag, str) and tag in wanted and tag != ALL:
                    places.setdefault(tag, []).append(place)
        count = len(self._everyone)
        return tuple(
            Atom(bits_at(found, count), _group_name(tagger, tag)) for tag, found in places.items()
        )


def _group_name(tagger: object, tag: Tag) -> str:
    name = tagger.name(tag) if isinstance(tagger, UsersTagger) else tag
    kind = tag.partition(":")[0]
    return {"group": f"members of {name}", "role": f"holders of {name}"}.get(kind, name)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


class TargetWords:
    """Names sets of target classes on a terrain."""

    def __init__(self, terrain: Terrain, domain: int, names: Names) -> None:
        """Take what the question is about, as target classes."""
        self._terrain = terrain
        self._domain = domain
        self._names = names

    def what(self, targets: int) -> What:
        """Name some target classes."""
        aims = self.aims(targets)
        ids = tuple(dict.fromkeys(app for aim in aims for app in _whole(aim) if app != ANY_OTHER))
        beyond = tuple(
            dict.fromkeys(
                self.name(aim) for aim in aims if not _whole(aim) or ANY_OTHER in _whole(aim)
            )
        )
        return What(self._text(targets, aims), ids, beyond)

    def aims(self, targets: int) -> tuple[Aim, ...]:
        """Give everything in some target classes."""
        return tuple(
            each for number in bits(targets) for each in self._terrain.targets[number].values
        )

    def name(self, aim: Aim) -> str:
        """Name one target."""
        target = aim.target
        if isinstance(target, UserAction):
            return USER_ACTIONS[ACTION_URN[target]]
        if isinstance(target, AuthenticationContext):
            return f"authentication context {target.value}"
        apps = " and ".join(map(self._application, target.app_ids))
        if target.scopes is None:
            return apps
        client = aim.client.app_id
        by = f" by client {self._application(client)}" if client else ""
        return f"{apps} asked only for {', '.join(target.scopes)}{by}"

    def _application(self, app: str) -> str:
        if app == ANY_OTHER:
            return "any other application"
        return f"`{self._names.application_name(app)}`"

    def _text(self, targets: int, aims: Sequence[Aim]) -> str:
        if not self._domain & ~targets:
            return "" if len(self.aims(self._domain)) > 1 else f"to {self.name(aims[0])}"
        missing = self.aims(self._domain & ~targets)
        if len(aims) <= MOST_NAMED or len(missing) > MOST_NAMED:
            return f"to {self._named(aims)}"
        return _TARGETS.outside.format(self._named(missing))

    def _named(self, aims: Sequence[Aim]) -> str:
        names = list(dict.fromkeys(self.name(each) for each in aims))
        if len(names) <= MOST_NAMED:
            return listed(names)
        by_app = {app: self.name(aim) for aim in aims for app in _whole(aim)}
        for suite, members in self._terrain.policies.directory.settings.suites.items():
            rest = [name for name in names if name not in {by_app.get(app) for app in members}]
            if members <= by_app.keys() and len(rest) < MOST_NAMED:
                return listed([f"everything in {self._suite(suite)}", *rest])
        return f"{len(names):,} resources ({listed(names)})"

    def _suite(self, suite: str) -> str:
        table = next(e for e in self._terrain.policies.tables if e.condition.name == "applications")
        return table.tagger.name(suite)


def _whole(aim: Aim) -> tuple[str, ...]:
    target = aim.target
    return target.app_ids if isinstance(target, Resources) and target.scopes is None else ()
