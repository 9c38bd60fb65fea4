"""Who and what a policy can name, by id and by name, for each kind of thing."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ostiary.conditions.base import Lookup
from ostiary.conditions.locations import MFA_TRUSTED_IPS
from ostiary.model.directory import Directory
from ostiary.tenant.catalogue import Catalogue
from ostiary.tenant.directory_json import ReadDirectory
from ostiary.tenant.similar_names import SimilarNames

Named = Iterable[tuple[str, str]]
GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_NO_ALIASES: Mapping[str, str] = MappingProxyType({})
_CONTEXT = re.compile(r"c[1-9][0-9]?", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"<.*>|\{.*\}|\[.*\]|%.+%|\$.+|__.+__"
    r"|(?:todo|tbd|fixme|xxx+|change[-_ ]?me|insert|replace|your)(?:[-_ :].*)?",
    re.IGNORECASE | re.DOTALL,
)


_ADMIN = re.compile(r"\badmin\b")
_VENDORS = ("office 365", "microsoft", "microsoft office 365", "windows azure")


def _as_written(folded: str) -> Iterable[str]:
    return (folded,)


def _application_spelled_out(folded: str) -> Iterable[str]:
    """Give the full names that `exchange online` may be short for."""
    return (f"{vendor} {folded}" for vendor in _VENDORS)


def _role_spelled_out(folded: str) -> Iterable[str]:
    return (_ADMIN.sub("administrator", folded),)


def is_placeholder(word: str) -> bool:
    """Tell whether a word stands for an id that somebody has still to fill in."""
    return _PLACEHOLDER.fullmatch(word.strip()) is not None


class Book:
    """All things of one kind: `kind` in words, which ids exist, and who is called what.

    `exported` tells whether the input has things of this kind at all, `form` what their ids look
    like, `aliases` other ids of the same things. The names of 100,000 users are put in order only
    when somebody is called by name.
    """

    def __init__(
        self,
        kind: str,
        known: Container[str],
        named: Callable[[], Named],
        *,
        exported: bool,
        form: re.Pattern[str] = GUID,
        aliases: Mapping[str, str] = _NO_ALIASES,
        spelled_out: Callable[[str], Iterable[str]] = _as_written,
    ) -> None:
        """Note where ids and names are; looks at nothing yet."""
        self.kind = kind
        self.known = known
        self.exported = exported
        self._named = named
        self._form = form
        self._aliases = aliases
        self._spelled_out = spelled_out
        self._index: dict[str, dict[str, str]] | None = None
        self._similar: SimilarNames | None = None
        self._names: dict[str, str] | None = None

    def identified(self, word: str) -> str | None:
        """Give the id that a word is, or is another form of; None where it is none that exists."""
        folded = word.casefold()
        return folded if folded in self.known else self._aliases.get(folded)

    def looks_like_id(self, word: str) -> bool:
        """Tell whether a word has the form of an id of this kind."""
        return self._form.fullmatch(word) is not None

    def called(self, name: str) -> tuple[str, ...]:
        """Give the ids of all things with this name, in any case.

        A short form that people use (`Global Admin`) counts where nothing has it for a name.
        """
        index, folded = self._by_name(), name.strip().casefold()
        if folded in index:
            return tuple(index[folded])
        found = (index.get(longer, {}) for longer in self._spelled_out(folded))
        return tuple(dict.fromkeys(each for ids in found for each in ids))

    def name_of(self, identifier: str) -> str | None:
        """Give the first name of a thing, as written; None where it is not known or has none."""
        if self._names is None:
            self._names = {}
            for name, each in self._named():
                if name:
                    self._names.setdefault(each, name)
        return self._names.get(identifier.casefold())

    def nearest(self, name: str) -> str | None:
        """Give the name that was probably meant, None where none is near."""
        index = self._by_name()
        if self._similar is None:
            self._similar = SimilarNames(index)
        close = self._similar.nearest(name.strip().casefold())
        return next(iter(index[close].values())) if close else None

    def _by_name(self) -> dict[str, dict[str, str]]:
        """Give the index: folded name -> id -> the name as written."""
        if self._index is None:
            self._index = {}
            for name, identifier in self._named():
                if name:
                    self._index.setdefault(name.strip().casefold(), {})[identifier] = name
        return self._index


@dataclass(frozen=True, slots=True)
class Books:
    """A book for each kind of thing that fields look up, and two for grant controls."""

    by_lookup: Mapping[Lookup, Book]
    strengths: Book
    terms_of_use: Book


def books_of(read: ReadDirectory, catalogue: Catalogue) -> Books:
    """Make the books of a directory, with what the catalogue knows besides."""
    directory = read.directory
    return Books(
        {
            Lookup.USER: _users(directory),
            Lookup.GROUP: _groups(directory),
            Lookup.ROLE: _roles(read, catalogue),
            Lookup.APPLICATION: _applications(directory, catalogue),
            Lookup.SERVICE_PRINCIPAL: _service_principals(directory),
            Lookup.NAMED_LOCATION: _locations(directory),
            Lookup.AUTHENTICATION_CONTEXT: _contexts(read),
        },
        Book(
            "authentication strength",
            directory.strengths,
            lambda: ((each.display_name, each.id) for each in directory.strengths.values()),
            exported=any(not each.built_in for each in directory.strengths.values()),
        ),
        Book(
            "terms of use",
            directory.agreements,
            lambda: ((each.display_name, each.id) for each in directory.agreements.values()),
            exported=bool(directory.agreements),
        ),
    )


def _users(directory: Directory) -> Book:
    def named() -> Iterator[tuple[str, str]]:
        for user in directory.users.values():
            yield user.principal_name, user.id
            yield user.display_name, user.id

    return Book(Lookup.USER.value, directory.users, named, exported=directory.has_people)


def _groups(directory: Directory) -> Book:
    return Book(
        Lookup.GROUP.value,
        directory.groups,
        lambda: ((group.display_name, group.id) for group in directory.groups.values()),
        exported=directory.has_people,
    )


def _roles(read: ReadDirectory, catalogue: Catalogue) -> Book:
    assigned = {each.role_id for each in read.directory.role_assignments or ()}

    def named() -> Iterator[tuple[str, str]]:
        yield from ((name, role) for role, name in catalogue.roles.items())
        yield from _every(catalogue.role_names)
        yield from ((name, role) for role, name in read.directory.role_names.items())

    known = assigned | set(catalogue.roles) | set(read.directory.role_names)
    return Book(
        Lookup.ROLE.value,
        known,
        named,
        exported=bool(known),
        spelled_out=_role_spelled_out,
    )


def _applications(directory: Directory, catalogue: Catalogue) -> Book:
    principals = directory.service_principals.values()

    def named() -> Iterator[tuple[str, str]]:
        yield from ((each.display_name, each.app_id) for each in directory.applications.values())
        yield from ((each.display_name, each.app_id) for each in principals if each.app_id)
        yield from ((name, each) for each, name in catalogue.applications.items())
        yield from _every(catalogue.application_names)

    suites = directory.settings.suites
    known = {suite.casefold() for suite in suites}.union(
        directory.applications,
        catalogue.applications,
        (each.app_id for each in principals),
        *suites.values(),
    )
    exported = bool(directory.applications or directory.service_principals)
    return Book(
        Lookup.APPLICATION.value,
        known,
        named,
        exported=exported,
        spelled_out=_application_spelled_out,
    )


def _service_principals(directory: Directory) -> Book:
    known = directory.service_principals
    return Book(
        Lookup.SERVICE_PRINCIPAL.value,
        known,
        lambda: ((each.display_name, each.id) for each in known.values()),
        exported=bool(known),
        # Graph's What If page names a service principal by its application id.
        aliases={each.app_id: each.id for each in known.values()},
    )


def _locations(directory: Directory) -> Book:
    def named() -> Iterator[tuple[str, str]]:
        yield from ((each.display_name, each.id) for each in directory.named_locations.values())
        yield "Multifactor authentication trusted IPs", MFA_TRUSTED_IPS
        yield "MFA trusted IPs", MFA_TRUSTED_IPS

    known = {MFA_TRUSTED_IPS, *directory.named_locations}
    exported = bool(directory.named_locations)
    return Book(Lookup.NAMED_LOCATION.value, known, named, exported=exported)


def _contexts(read: ReadDirectory) -> Book:
    return Book(
        Lookup.AUTHENTICATION_CONTEXT.value,
        read.contexts,
        lambda: ((name, context) for context, name in read.contexts.items()),
        exported=bool(read.contexts),
        form=_CONTEXT,
    )


def _every(names: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str]]:
    return ((name, each) for name, ids in names.items() for each in sorted(ids))
