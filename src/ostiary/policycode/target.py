"""The other side of a plan: a tenant as it is, whatever it was read from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from ostiary.analysis.policy_members import STRENGTH, TERMS
from ostiary.model.errors import Problem
from ostiary.model.json_types import JsonObject, as_object, is_object
from ostiary.policycode.changes import Kind
from ostiary.policycode.folder import KEYS
from ostiary.tenant.catalogue import BUILT_IN, Catalogue
from ostiary.tenant.directory_json import read_directory
from ostiary.tenant.documents import SETTINGS, Item, Part, RawTenant
from ostiary.tenant.duplicates import settle
from ostiary.tenant.loading import TenantParts, parts_of
from ostiary.tenant.name_books import Book, Books, books_of
from ostiary.tenant.spelling import Spelling, respelled

_NO_DOCUMENTS: Final[Mapping[str, JsonObject]] = MappingProxyType({})


@dataclass(frozen=True)
class Target:
    """A tenant as it is. `described` tells in words what it was read from.

    `documents` are the objects that a plan can change, by kind and lower-case id, as they were
    written; policies with the ids that their names stand for.
    """

    described: str
    raw: RawTenant
    parts: TenantParts
    books: Books
    documents: Mapping[Kind, Mapping[str, JsonObject]] = field(repr=False)
    catalogue: Catalogue = BUILT_IN

    @property
    def tenant_id(self) -> str:
        """Give the id of the tenant, empty where the input does not tell."""
        return self.parts.directory.tenant_id

    def of(self, kind: Kind) -> Mapping[str, JsonObject]:
        """Give the objects of a kind by lower-case id."""
        return self.documents.get(kind, _NO_DOCUMENTS)

    def named(self, kind: str, identifier: str) -> str:
        """Give what something is called; its id where nothing tells."""
        return name_in(self.books, kind, identifier)


def target_of(raw: RawTenant, described: str, catalogue: Catalogue = BUILT_IN) -> Target:
    """Read a tenant. Raises InputError where a member outside the policies has the wrong type."""
    read = read_directory(raw, catalogue)
    parts = parts_of(raw, catalogue, read=read)
    books = books_of(replace(read, directory=parts.directory), catalogue)
    documents = {kind: MappingProxyType(_documents(raw, kind)) for kind in KEYS}
    documents[Kind.STRENGTH] = MappingProxyType(
        {**dict(carried_strengths(raw)), **documents[Kind.STRENGTH]}
    )
    documents[Kind.POLICY] = MappingProxyType(
        {each.id.casefold(): each.document for each in parts.policies}
    )
    return Target(described, raw, parts, books, MappingProxyType(documents), catalogue)


def name_in(books: Books, kind: str, identifier: str) -> str:
    """Give what the books call a thing of a kind (`Chosen.kind`); its id where they do not."""
    book = book_for(books, kind)
    return (book.name_of(identifier) if book else None) or identifier


def book_for(books: Books, kind: str) -> Book | None:
    """Give the book of a kind as differences name it: a word of `Lookup`, or of a control."""
    if kind == STRENGTH:
        return books.strengths
    if kind == TERMS:
        return books.terms_of_use
    return next((book for each, book in books.by_lookup.items() if each.value == kind), None)


def respelled_items(raw: RawTenant, key: str) -> Iterator[Item]:
    """Give the objects of a key in one spelling, each of them once."""
    problems: list[Problem] = []
    items = (
        Item(respelled(item.value, problems), item.source)
        for item in raw.items(key)
        if is_object(item.value)
    )
    return iter(settle(list(items)).kept)


def carried_strengths(raw: RawTenant) -> Iterator[tuple[str, JsonObject]]:
    """Give the custom strengths that policies carry in full, by lower-case id."""
    for item in respelled_items(raw, KEYS[Kind.POLICY]):
        body = as_object(as_object(as_object(item.value).get("grantControls")).get(STRENGTH))
        identifier = body.get("id")
        if isinstance(identifier, str) and body.get("allowedCombinations") and is_custom(body):
            yield identifier.casefold(), body


def is_custom(strength: JsonObject) -> bool:
    """Tell whether a strength is the tenant's own, so that it can be changed."""
    identifier = str(strength.get("id") or "").casefold()
    built_in = any(each.id == identifier for each in BUILT_IN.strengths)
    return not built_in and str(strength.get("policyType")).casefold() != "builtin"


def with_settings(raw: RawTenant, more: Mapping[str, Any]) -> RawTenant:
    """Give a tenant with further settings: lists and maps are joined, its own come first."""
    spelling = Spelling()
    found: dict[str, Any] = {}
    for item in raw.items(SETTINGS):
        for name, value in spelling.shallow(as_object(item.value)).items():
            found.setdefault(name, value)
    for name, value in more.items():
        known = found.get(name)
        if is_object(value):
            found[name] = {**value, **as_object(known)}
        else:
            found[name] = list(dict.fromkeys((*(known or ()), *value)))
    part = Part(SETTINGS, None, (found,))
    return replace(raw, parts={**raw.parts, SETTINGS: (part,)})


def _groups(raw: RawTenant) -> dict[str, JsonObject]:
    """Give the groups; only their own members are respelled, since there are many of them."""
    spelling = Spelling()
    bodies = (spelling.shallow(as_object(item.value)) for item in raw.items(KEYS[Kind.GROUP]))
    return {str(each.get("id")).casefold(): each for each in bodies}


def _documents(raw: RawTenant, kind: Kind) -> dict[str, JsonObject]:
    if kind is Kind.GROUP:
        return _groups(raw)
    found: dict[str, JsonObject] = {}
    for item in respelled_items(raw, KEYS[kind]):
        body = as_object(item.value)
        identifier = body.get("id")
        if isinstance(identifier, str) and (kind is not Kind.STRENGTH or is_custom(body)):
            found[identifier.casefold()] = body
    return found
