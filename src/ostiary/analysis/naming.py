"""Users, groups, roles, service principals and resources by id or name, as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from ostiary.conditions.applications import WORDS as RESOURCE_WORDS
from ostiary.conditions.user_actions import USER_ACTIONS
from ostiary.model.directory import Directory
from ostiary.model.errors import OstiaryError
from ostiary.model.signin import AuthenticationContext, UserAction

_MOST_NAMED = 5
_CONTEXT = re.compile(r"c[1-9][0-9]?", re.IGNORECASE)
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
USER, GROUP, ROLE, PRINCIPAL = "user", "group", "role", "servicePrincipal"
_KINDS = {each.casefold(): each for each in (USER, GROUP, ROLE, PRINCIPAL)}
_NOTHING: Mapping[str, frozenset[str]] = MappingProxyType({})
_NO_NAMES: Mapping[str, str] = MappingProxyType({})


class UnknownName(OstiaryError):
    """A name that nothing in the tenant explains, or that several things have."""

    code = "unknownName"


@dataclass(frozen=True, slots=True)
class Known:
    """Something that a word can stand for: its kind, its id, its name."""

    kind: str
    id: str
    name: str = ""


@dataclass(frozen=True)
class Names:
    """Finds what a word stands for. The catalogue's names are handed in: they are nobody's export.

    `applications` and `roles` map a name in lower case to the ids it may stand for, `titles` the
    id of an application to its usual name.
    """

    directory: Directory
    applications: Mapping[str, frozenset[str]] = field(default_factory=lambda: _NOTHING)
    roles: Mapping[str, frozenset[str]] = field(default_factory=lambda: _NOTHING)
    titles: Mapping[str, str] = field(default_factory=lambda: _NO_NAMES)

    def somebody(self, word: str) -> Known:
        """Find a user, group, role or service principal by id, user principal name or name.

        `group:…` and the like say of which kind it is. Raises UnknownName where nothing, or
        more than one thing, is called so.
        """
        prefix, _, rest = word.partition(":")
        kind = _KINDS.get(prefix.strip().casefold())
        wanted = (rest if kind else word).strip()
        found = self._by_id(wanted.casefold(), kind) or self._by_name(wanted.casefold(), kind)
        if len(found) == 1:
            return found[0]
        if not found and kind and _GUID.fullmatch(wanted):
            return Known(kind, wanted.casefold())
        raise _not_one(word, found)

    def _by_id(self, wanted: str, kind: str | None) -> list[Known]:
        directory = self.directory
        found: list[Known] = []
        user, group = directory.users.get(wanted), directory.groups.get(wanted)
        principal = directory.service_principals.get(wanted)
        if user is not None:
            found.append(Known(USER, wanted, user.display_name or user.principal_name))
        if group is not None:
            found.append(Known(GROUP, wanted, group.display_name))
        if principal is not None:
            found.append(Known(PRINCIPAL, wanted, principal.display_name))
        if wanted in self._role_ids:
            found.append(Known(ROLE, wanted))
        return [each for each in found if kind in {None, each.kind}]

    @cached_property
    def _role_ids(self) -> frozenset[str]:
        assigned = {each.role_id for each in self.directory.role_assignments or ()}
        return frozenset(assigned).union(*self.roles.values())

    def _by_name(self, wanted: str, kind: str | None) -> list[Known]:
        found = [each for each in self._called.get(wanted, ()) if kind in {None, each.kind}]
        # A user principal name is unique and means the user, whatever else is called so.
        exact = [each for each in found if each.kind == USER and "@" in wanted]
        return exact if len(exact) == 1 else found

    @cached_property
    def _called(self) -> Mapping[str, list[Known]]:
        found: dict[str, list[Known]] = {}
        for name, known in self._named():
            entries = found.setdefault(name.casefold(), [])
            if known not in entries:
                entries.append(known)
        found.pop("", None)
        return found

    def _named(self) -> Iterator[tuple[str, Known]]:
        directory = self.directory
        for user in directory.users.values():
            known = Known(USER, user.id, user.display_name or user.principal_name)
            yield user.principal_name, known
            yield user.display_name, known
        for group in directory.groups.values():
            yield group.display_name, Known(GROUP, group.id, group.display_name)
        for principal in directory.service_principals.values():
            known = Known(PRINCIPAL, principal.id, principal.display_name)
            yield principal.display_name, known
            yield principal.app_id, known
        for name, ids in self.roles.items():
            for role in sorted(ids):
                yield name, Known(ROLE, role, name)

    def application_name(self, app_id: str) -> str:
        """Give the name of an application, its id where it has none."""
        application = self.directory.applications.get(app_id)
        named = application.display_name if application else ""
        return named or self.titles.get(app_id, "") or app_id

    def resource(self, word: str) -> tuple[str, ...] | UserAction | AuthenticationContext:
        """Find an application or the members of a suite, a user action, or a context.

        Raises UnknownName where nothing, or more than one thing, is called so.
        """
        wanted = word.strip().casefold()
        action = _actions().get(wanted)
        if action is not None:
            return action
        if _CONTEXT.fullmatch(wanted):
            return AuthenticationContext(wanted)
        suites = {
            key.casefold(): members for key, members in self.directory.settings.suites.items()
        }
        literals = {label.casefold(): key.casefold() for key, label in RESOURCE_WORDS.items()}
        for key in (wanted, literals.get(wanted, wanted)):
            if key in suites:
                return tuple(sorted(suites[key]))
        ids = self._applications(wanted)
        if len(ids) != 1:
            raise _not_one(word, [Known("application", each) for each in sorted(ids)])
        (app,) = ids
        return tuple(sorted(suites[app])) if app in suites else (app,)

    def _applications(self, wanted: str) -> frozenset[str]:
        directory = self.directory
        if wanted in directory.applications or _GUID.fullmatch(wanted):
            return frozenset({wanted})
        own = frozenset(
            each.app_id
            for each in directory.applications.values()
            if each.display_name.casefold() == wanted
        )
        named = self.applications.get(wanted, frozenset())
        present = named & frozenset(directory.applications)
        return own or (present if len(named) > 1 and len(present) == 1 else named)

    def location(self, word: str) -> str:
        """Find a named location by id or name; raises UnknownName."""
        locations = self.directory.named_locations
        wanted = word.strip().casefold()
        if wanted in locations:
            return wanted
        found = [
            Known("named location", each.id, each.display_name)
            for each in locations.values()
            if each.display_name.casefold() == wanted
        ]
        if len(found) != 1:
            raise _not_one(word, found)
        return found[0].id

    def strength(self, word: str) -> str | None:
        """Find an authentication strength by id or name; None where there is none."""
        wanted = word.strip().casefold()
        for each in self.directory.strengths.values():
            if wanted in {each.id.casefold(), each.display_name.casefold()}:
                return each.id
        return None

    def agreement(self, word: str) -> str | None:
        """Find terms of use by id or name; None where there are none."""
        wanted = word.strip().casefold()
        for each in self.directory.agreements.values():
            if wanted in {each.id.casefold(), each.display_name.casefold()}:
                return each.id
        return None


def _actions() -> dict[str, UserAction]:
    found: dict[str, UserAction] = {each.value.casefold(): each for each in UserAction}
    urns = {
        "urn:user:registersecurityinfo": UserAction.REGISTER_SECURITY_INFORMATION,
        "urn:user:registerdevice": UserAction.REGISTER_OR_JOIN_DEVICES,
    }
    for urn, action in urns.items():
        found[urn] = found[USER_ACTIONS[urn].casefold()] = action
    return found


def _not_one(word: str, found: Iterable[Known]) -> UnknownName:
    several = list(found)
    if not several:
        return UnknownName(
            f"nothing in the tenant is called `{word}`",
            hint="write an id, or export what it stands for",
        )
    shown = ", ".join(f"{each.kind} `{each.id}`" for each in several[:_MOST_NAMED])
    return UnknownName(
        f"`{word}` is the name of {len(several)} things: {shown}",
        hint="write the id, or the kind before the name, as in `group:Finance`",
    )
