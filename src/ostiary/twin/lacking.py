"""What the policies of an export name and the export does not have.

Published policy sets bring no groups, people or terms of use along, and many an export is of the
policies alone: their ids, names and placeholders lead nowhere. In a twin something stands there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, TypeAlias
from uuid import UUID, uuid5

from ostiary.model.json_types import JsonObject
from ostiary.model.lookup import Lookup
from ostiary.model.setting import Effect
from ostiary.tenant.catalogue import BUILT_IN, Catalogue
from ostiary.tenant.directory_json import ReadDirectory, read_directory
from ostiary.tenant.documents import RawTenant
from ostiary.tenant.mentioned import with_carried_strengths
from ostiary.tenant.name_books import books_of
from ostiary.tenant.names import TENANT, Names
from ostiary.tenant.policy_reading import draft

_NAMES: Final = UUID("7d1c5f0e-3b52-4c39-8f0a-7717a0000000")
"""For ids of what stands in: version 5 UUIDs of what it stands for, so that twins are alike."""
_NOTHING_CAN: Final = frozenset({Lookup.STRENGTH.value, Lookup.ROLE.value})
"""Nobody can tell what a strength accepts, or a role allows, of which there is a name only."""


_Word: TypeAlias = tuple[str, str, bool]
"""Kind, word, and whether it is a name."""


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that policies name: `word` as they write it, the `id` of what stands in for it.

    `named`: the word is a name or placeholder, which the settings have to lead to the id.
    `excluded`: every policy that names it excludes it.
    """

    kind: str
    word: str
    id: str
    policies: tuple[str, ...]
    named: bool
    excluded: bool


def identifier(name: str) -> str:
    """Give the id of anything that a twin invents, by its name."""
    return str(uuid5(_NAMES, name))


def lacking(raw: RawTenant, catalogue: Catalogue = BUILT_IN) -> tuple[Lack, ...]:
    """Give what policies name that the input does not explain, each thing once.

    Authentication strengths and roles of which only a name is known are not among it: the policies
    stay refused. Raises InputError as `read_directory` does.
    """
    read = read_directory(raw, catalogue)
    documents = draft(raw).documents
    directory = with_carried_strengths(read.directory, documents, [])
    books = books_of(replace(read, directory=directory), catalogue)
    names = Names(books, read.settings.names)
    found: dict[_Word, dict[str, bool]] = {}
    for document in documents:
        for key, excluded in _of(names, document):
            policies = found.setdefault(key, {})
            policies[_name(document)] = policies.get(_name(document), True) and excluded
    contexts = _free_contexts(read, found)
    return tuple(
        Lack(
            kind,
            word,
            _id(kind, word, contexts) if named else word,
            tuple(policies),
            named,
            all(policies.values()),
        )
        for (kind, word, named), policies in found.items()
    )


def _of(names: Names, document: JsonObject) -> Iterator[tuple[_Word, bool]]:
    """Give what a policy names, and whether it excludes that."""
    done = names.resolve(document)
    for each in done.unexplained:
        excluded = each.path.rpartition(".")[2].startswith(Effect.EXCLUDE.value)
        yield from (((each.book.kind, word, False), excluded) for word in each.ids)
    for each in done.unknown:
        if each.kind not in _NOTHING_CAN:
            yield (each.kind, each.word, True), False


def _name(document: JsonObject) -> str:
    return str(document.get("displayName") or document.get("id") or "")


def _id(kind: str, word: str, contexts: Iterator[str]) -> str:
    if kind == Lookup.AUTHENTICATION_CONTEXT.value:
        return next(contexts)
    return identifier(f"{kind} {word.casefold()}")


def _free_contexts(read: ReadDirectory, found: Iterable[_Word]) -> Iterator[str]:
    """Give ids of authentication contexts that are not in use; there are 99 (Graph)."""
    kind = Lookup.AUTHENTICATION_CONTEXT.value
    taken = {*read.contexts, *(word for key, word, named in found if key == kind and not named)}
    return (each for each in (f"c{n}" for n in range(1, 100)) if each not in taken)


__all__ = ["TENANT", "Lack", "identifier", "lacking"]
