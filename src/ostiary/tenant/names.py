"""Names in place of ids: resolved where they are unique, and told where they are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import Field, Shape
from ostiary.controls.authentication_strength import AuthenticationStrength
from ostiary.controls.terms_of_use import TermsOfUse
from ostiary.model.errors import Problem
from ostiary.model.json_types import JsonObject, as_object
from ostiary.schema.problems import json_path
from ostiary.tenant.name_books import GUID, Book, Books, is_placeholder
from ostiary.tenant.shapes import is_list, is_object

_MOST_CANDIDATES = 5
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Unexplained:
    """Ids in one field of a policy that nothing in the input explains."""

    book: Book
    path: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LookedUp:
    """A word of a policy that is the id of a thing of one kind: `word` stood for `found`."""

    kind: str
    word: str
    found: str


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """A name or placeholder in a policy that nothing of its kind in the input is called."""

    kind: str
    word: str


TENANT = "tenant"
"""The kind of the tenants that guests come from; they have ids only."""


@dataclass(slots=True)
class Resolution:
    """A policy document while its names are replaced by ids, and what came to light.

    `looked_up` are the words that were ids; `plain`: no word was anything else. `unknown` are the
    words behind those `problems` that the input would not have if it had something of that name.
    """

    document: dict[str, Any]
    looked_up: list[LookedUp] = field(default_factory=list[LookedUp])
    plain: bool = True
    problems: list[Problem] = field(default_factory=list[Problem])
    unexplained: list[Unexplained] = field(default_factory=list[Unexplained])
    unknown: list[UnknownWord] = field(default_factory=list[UnknownWord])


class Names:
    """Resolves the names of policies; `given` maps placeholders and names to ids (or names)."""

    def __init__(self, books: Books, given: Mapping[str, str]) -> None:
        """Keep the books, and the given names also by their folded spelling."""
        self._books = books
        every = (*books.by_lookup.values(), books.strengths, books.terms_of_use)
        self._kinds = {each.kind: each for each in every}
        self._given = {name.casefold(): meant for name, meant in given.items()} | dict(given)

    def resolve(self, document: JsonObject) -> Resolution:
        """Give a copy of a policy with ids for names; it says what could not be resolved.

        Reads the plain members (`includeApplications`) and those that some exports have in their
        place for names (`includeApplicationNames`, written by zerotrust-ca-powertoys).
        """
        done = Resolution(dict(document))
        if is_object(document.get("conditions")):
            done.document["conditions"] = dict(document["conditions"])
            for condition in CONDITIONS:
                for each in condition.fields:
                    self._resolve_field(done, condition.key, each)
        if is_object(document.get("grantControls")):
            done.document["grantControls"] = dict(document["grantControls"])
            self._resolve_terms(done)
            self._resolve_strength(done)
        return done

    def hold(self, looked_up: Iterable[LookedUp]) -> bool:
        """Tell whether words stand for what they stood for when they were looked up."""
        kinds = self._kinds
        return all(
            kinds[each.kind].identified(self._meant(each.word)) == each.found for each in looked_up
        )

    def find(self, books: Sequence[Book], word: str) -> str | None:
        """Give the id that a word stands for in the first book that has it, None otherwise."""
        meant = self._meant(word)
        if GUID.fullmatch(meant):  # an id before any name: no index of 100,000 names is made for it
            ids = (book.identified(meant) for book in books)
            known = next((each for each in ids if each is not None), None)
            if known is not None:
                return known
        for book in books:
            found = book.identified(meant)
            if found is not None:
                return found
            called = book.called(meant)
            if len(called) == 1:
                return called[0]
        return meant.casefold() if GUID.fullmatch(meant) else None

    def _meant(self, word: str) -> str:
        return self._given.get(word, self._given.get(word.strip().casefold(), word)).strip()

    def _resolve_field(self, done: Resolution, key: str, each: Field) -> None:
        conditions = done.document["conditions"]
        body = conditions.get(key)
        if each.shape is Shape.GUESTS and is_object(body):
            self._resolve_tenants(done, (key, each.name), body.get(each.name))
        if each.lookup is None or not is_object(body):
            return
        book = self._books.by_lookup[each.lookup]
        variant = f"{each.name.removesuffix('s')}Names"
        if not body.get(variant) and not body.get(each.name):
            return
        found: list[Any] = []
        for name in (each.name, variant):
            found.extend(self._ids(done, ("conditions", key, name), body.get(name), book, each))
        conditions[key] = {name: value for name, value in body.items() if name != variant} | {
            each.name: list(dict.fromkeys(found)) if _hashable(found) else found
        }

    def _ids(
        self, done: Resolution, path: Path, value: object, book: Book, each: Field | None = None
    ) -> Iterator[Any]:
        """Give the ids for the words of a list; what is no text is for the schema to refuse."""
        if value is None:
            return
        unexplained: list[str] = []
        for number, word in enumerate(value if is_list(value) else [value]):
            if not isinstance(word, str):
                yield word
                continue
            literal = _literal(each, word) if each else None
            yield literal or self._id(done, (*path, number), word, book, unexplained, each)
        if unexplained:
            done.unexplained.append(Unexplained(book, json_path(path), tuple(unexplained)))

    def _id(
        self,
        done: Resolution,
        path: Path,
        word: str,
        book: Book,
        unexplained: list[str],
        each: Field | None = None,
    ) -> str:
        meant = self._meant(word)
        known = book.identified(meant)
        if known is not None:
            done.looked_up.append(LookedUp(book.kind, word, known))
            return known
        done.plain = False
        if book.looks_like_id(meant):
            unexplained.append(meant.casefold())
            return meant.casefold()
        found = book.called(meant)
        if len(found) == 1:
            return found[0]
        advice = self._misplaced(meant, each) if each and not found else ""
        if not found and not advice:
            done.unknown.append(UnknownWord(book.kind, meant))
        done.problems.append(_problem(json_path(path), meant, book, found, advice=advice))
        return word

    def _misplaced(self, word: str, field: Field) -> str:
        """Say in which member a name belongs that is one of another kind (a group, not a user)."""
        for other in _beside(field):
            book = self._books.by_lookup[other.lookup] if other.lookup else None
            if book is not None and book.called(word):
                article = "an" if book.kind.startswith("a") else "a"
                return f"that is {article} {book.kind}; use `{other.name}`"
        return ""

    def _resolve_tenants(self, done: Resolution, place: tuple[str, str], guests: object) -> None:
        """Replace placeholders among the tenants of guests; tenants have ids only."""
        tenants = as_object(as_object(guests).get("externalTenants"))
        listed = tenants.get("members")
        if not is_list(listed):
            return
        key, name = place
        done.plain = False
        path = ("conditions", key, name, "externalTenants", "members")
        found = [self._meant(each) if isinstance(each, str) else each for each in listed]
        for number, each in enumerate(found):
            if isinstance(each, str) and not GUID.fullmatch(each):
                sentence = f"expected the id of a tenant, came `{each}`"
                code = "placeholder" if is_placeholder(each) else "unknownName"
                where = json_path((*path, number))
                done.unknown.append(UnknownWord(TENANT, each))
                done.problems.append(Problem(where, code, f"{sentence}; {_MAP_IT}"))
        conditions = done.document["conditions"]
        replaced = {**as_object(guests), "externalTenants": {**tenants, "members": found}}
        conditions[key] = {**conditions[key], name: replaced}

    def _resolve_terms(self, done: Resolution) -> None:
        grant = done.document["grantControls"]
        variant = f"{TermsOfUse.key}Names"
        if not grant.get(TermsOfUse.key) and not grant.get(variant):
            return
        found: list[Any] = []
        for name in (TermsOfUse.key, variant):
            path = ("grantControls", name)
            found.extend(self._ids(done, path, grant.get(name), self._books.terms_of_use))
        grant.pop(variant, None)
        grant[TermsOfUse.key] = found

    def _resolve_strength(self, done: Resolution) -> None:
        """Give the strength its id; exports name it in full, by a name, or by an id only."""
        grant = done.document["grantControls"]
        key = AuthenticationStrength.key
        named = grant.pop(f"{key}Name", None)
        strength = grant.get(key) or named
        if isinstance(strength, str):
            strength = {"id": strength}
        if not is_object(strength):
            return
        word = strength.get("id") or strength.get("displayName")
        if isinstance(word, str):
            path = ("grantControls", key, "id")
            unexplained: list[str] = []
            found = self._id(done, path, word, self._books.strengths, unexplained)
            grant[key] = {**strength, "id": found}
            if unexplained:
                shown = json_path(path)
                done.unexplained.append(
                    Unexplained(self._books.strengths, shown, tuple(unexplained))
                )


_MAP_IT = "map it to an id in `settings.names`"


def _literal(each: Field, word: str) -> str | None:
    """Give the literal of a field that a word is, by its Graph word or its label on screen."""
    folded = word.strip().casefold()
    for literal, label in each.words.items():
        if folded in {literal.casefold(), label.casefold(), _OLDER_LABELS.get(literal)}:
            return literal
    return None


_OLDER_LABELS = {"AllTrusted": "all trusted locations"}
"""What the admin center called a word before it was renamed."""


def _beside(field: Field) -> Iterator[Field]:
    """Give the fields on the same side of the condition that has a field, for other kinds."""
    for condition in CONDITIONS:
        if any(each is field for each in condition.fields):
            yield from (
                each
                for each in condition.fields
                if each.effect is field.effect and each.lookup is not field.lookup
            )


def _problem(
    path: str, word: str, book: Book, found: Sequence[str], *, advice: str = ""
) -> Problem:
    if found:
        shown = ", ".join(f"`{each}`" for each in found[:_MOST_CANDIDATES])
        more = f" and {len(found) - _MOST_CANDIDATES} more" if len(found) > _MOST_CANDIDATES else ""
        sentence = f"`{word}` is the name of {len(found)} things of the kind {book.kind}"
        return Problem(path, "ambiguousName", f"{sentence}: {shown}{more}; write the id")
    if is_placeholder(word):
        return Problem(
            path, "placeholder", f"`{word}` stands for the id of a {book.kind}; {_MAP_IT}"
        )
    near = "" if advice else book.nearest(word)
    advice = advice or (f"did you mean `{near}`?" if near else f"export it, or {_MAP_IT}")
    return Problem(path, "unknownName", f"no {book.kind} of the input is called `{word}`; {advice}")


def _hashable(found: list[Any]) -> bool:
    return all(isinstance(each, str) for each in found)
