"""Names in a request: users, applications and service principals as people write them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from ostiary.conditions.applications import ALL, NONE, WORDS
from ostiary.conditions.base import Lookup, canonical_word
from ostiary.model.directory import Directory
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_object, as_strings
from ostiary.model.signin import Identity, Resources, SignIn, UserIdentity
from ostiary.tenant.catalogue import Catalogue
from ostiary.tenant.directory_json import ReadDirectory
from ostiary.tenant.name_books import Book, books_of
from ostiary.tenant.settings_json import ReadSettings

_MOST_CANDIDATES = 5
_LONGEST_WORD = 60
_Resolve: TypeAlias = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class RequestNames:
    """Finds who and what a request names; `books` are those that policies are read with.

    An id that the tenant does not know is kept if it is a GUID: it stands for a stranger. Any other
    word that is found nowhere is refused, since it would be decided for a stranger as well.
    """

    directory: Directory
    books: Mapping[Lookup, Book]

    @classmethod
    def of(cls, directory: Directory, catalogue: Catalogue) -> RequestNames:
        """Make the names of a directory that is read already."""
        settings = ReadSettings(directory.settings, (), {})
        read = ReadDirectory(directory, settings, {}, ())
        return cls(directory, books_of(read, catalogue).by_lookup)

    def resolved(self, sign_in: SignIn, body: JsonObject) -> SignIn:
        """Give the sign-in with ids in place of names; `body` has the words as they were written.

        Raises InputError for a name that stands for nothing, or for several things.
        """
        identity = self._identity(sign_in.identity, as_object(body.get("signInIdentity")))
        found = sign_in if identity == sign_in.identity else replace(sign_in, identity=identity)
        target = sign_in.target
        if isinstance(target, Resources) and target.app_ids:
            written = as_strings(as_object(body.get("signInContext")).get("includeApplications"))
            asked = tuple(map(self._resource, written, _numbered(len(written))))
            if asked != target.app_ids:
                found = replace(found, target=replace(target, app_ids=asked))
        client = as_object(body.get("facts")).get("clientAppId")
        if sign_in.client.app_id and isinstance(client, str):
            app_id = self._application(client, "facts.clientAppId")
            found = replace(found, client=replace(sign_in.client, app_id=app_id))
        return found

    def _identity(self, identity: Identity, written: JsonObject) -> Identity:
        if isinstance(identity, UserIdentity):
            word = str(written.get("userId"))
            return replace(identity, user_id=self._user(word, "signInIdentity.userId"))
        word = str(written.get("servicePrincipalId"))
        found = self._principal(word, "signInIdentity.servicePrincipalId")
        return replace(identity, principal_id=found)

    def _user(self, word: str, path: str) -> str:
        if self._is_member(word.casefold()):
            return word.casefold()
        return _found(self.books[Lookup.USER], word, path, needed=bool(self.directory.users))

    def _principal(self, word: str, path: str) -> str:
        book = self.books[Lookup.SERVICE_PRINCIPAL]
        if book.identified(word) is not None:
            return word.casefold()  # the object id or, as Graph's What If page says, the appId
        return _found(book, word, path, needed=bool(self.directory.service_principals))

    def _resource(self, word: str, path: str) -> str:
        literal = canonical_word(WORDS, word)
        if literal in {ALL, NONE}:
            raise InputError(
                f"expected the resource that is asked for in `{path}`, came `{word}`",
                hint="write the id or the name of one application",
            )
        # The literal of a suite is no resource and matches nothing (entra-docs what-if-tool).
        return literal if literal in WORDS else self._application(word, path)

    def _application(self, word: str, path: str) -> str:
        return _found(self.books[Lookup.APPLICATION], word, path, needed=True)

    def _is_member(self, word: str) -> bool:
        """Whether somebody who is not listed is a member of a group or holds a role."""
        if word in self.directory.users or self.books[Lookup.USER].looks_like_id(word):
            return False
        listed = (group.members or () for group in self.directory.groups.values())
        holders = (each.principal_id for each in self.directory.role_assignments or ())
        return any(word in members for members in listed) or word in holders


def _numbered(count: int) -> Iterable[str]:
    return (f"signInContext.includeApplications[{number}]" for number in range(count))


def _found(book: Book, word: str, path: str, *, needed: bool) -> str:
    known = book.identified(word)
    if known is not None:
        return known
    if book.looks_like_id(word):
        return word.casefold()
    found = book.called(word)
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(
            f"expected one {book.kind} in `{path}`, came `{word[:_LONGEST_WORD]}`, the name of "
            f"{len(found)}: {_candidates(found)}",
            hint="write the id",
        )
    if not needed:
        return word.casefold()
    near = book.nearest(word[:_LONGEST_WORD])
    shown = word[:_LONGEST_WORD]
    raise InputError(
        f"expected the id or the name of a known {book.kind} in `{path}`, came `{shown}`",
        hint=f"did you mean `{near}`?" if near else "correct the name, or write the id (a GUID)",
    )


def _candidates(found: tuple[str, ...]) -> str:
    listed = ", ".join(f"`{each}`" for each in found[:_MOST_CANDIDATES])
    more = len(found) - _MOST_CANDIDATES
    return f"{listed} and {more} more" if more > 0 else listed
