"""`$search` of directory objects: quoted clauses `"member:words"`, joined by AND and OR.

Source: Graph concepts/search-query-parameter. Names and descriptions are compared word by word, as
there: words end at blanks, symbols, digits and where a capital follows a small letter; any other
member has to begin with what is searched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, is_list

LONGEST_SEARCH: Final = 1_000
MOST_CLAUSES: Final = 20
"""The limits are ours."""
_TOKEN: Final = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([()])|([A-Za-z]+))')
_WORD: Final = re.compile(r"[^\W\d_]+|\d+")
_CAPITAL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_IN_WORDS: Final = frozenset({"displayname", "description"})


@dataclass(frozen=True, slots=True)
class Clause:
    """`"member:words"`."""

    member: str
    words: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Several of them, of which all, or one at least, must be found."""

    every: bool
    parts: tuple[Search, ...]


Search: TypeAlias = "Clause | Joined"


def read_search(text: str) -> Search:
    """Read a `$search`. Raises InputError with what was expected."""
    if len(text) > LONGEST_SEARCH:
        raise InputError(f"`$search` is longer than {LONGEST_SEARCH} characters")
    reader = _Reader(text)
    found = reader.any_of(0)
    if reader.peek():
        raise InputError(f"expected AND, OR or the end of `$search`, came `{reader.peek()[:20]}`")
    return found


def found_by(search: Search, document: JsonObject) -> bool:
    """Tell whether a search finds an object."""
    match search:
        case Clause(member, words):
            value = next((v for k, v in document.items() if k.casefold() == member), None)
            texts = value if is_list(value) else (value,)
            return any(isinstance(each, str) and _fits(member, words, each) for each in texts)
        case Joined(every, parts):
            found = (found_by(each, document) for each in parts)
            return all(found) if every else any(found)


def words_of(member: str, text: str) -> list[str] | None:
    """Give the words of a text that a search compares; None where `member` goes by its beginning.

    `member` in lower case.
    """
    return _words(text) if member in _IN_WORDS else None


def _fits(member: str, words: str, text: str) -> bool:
    wanted = words_of(member, words)
    if wanted is None:
        return text.casefold().startswith(words.casefold())
    known = _words(text)
    return bool(wanted) and all(any(e.startswith(word) for e in known) for word in wanted)


def _words(text: str) -> list[str]:
    """Cut a text into words; those that only symbols part are one word too."""
    apart = [each.casefold() for each in _WORD.findall(_CAPITAL.sub(" ", text))]
    together = ["".join(_WORD.findall(each)).casefold() for each in text.split()]
    return [each for each in dict.fromkeys((*apart, *together)) if each] if apart else []


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._clauses = 0

    def peek(self) -> str:
        return self._tokens[0] if self._tokens else ""

    def any_of(self, depth: int) -> Search:
        parts = [self._all_of(depth)]
        while self.peek().casefold() == "or":
            self._tokens.pop(0)
            parts.append(self._all_of(depth))
        return parts[0] if len(parts) == 1 else Joined(False, tuple(parts))

    def _all_of(self, depth: int) -> Search:
        parts = [self._one(depth)]
        while self.peek().casefold() == "and":
            self._tokens.pop(0)
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else Joined(True, tuple(parts))

    def _one(self, depth: int) -> Search:
        came = self._tokens.pop(0) if self._tokens else ""
        if came == "(" and depth < MOST_CLAUSES:
            found = self.any_of(depth + 1)
            if not self._tokens or self._tokens.pop(0) != ")":
                raise InputError("expected `)` in `$search`")
            return found
        self._clauses += 1
        member, colon, words = came[1:].partition(":")
        if not came.startswith('"') or not colon or not words.strip() or not member.strip():
            raise InputError('expected clauses such as `"displayName:words"` in `$search`')
        if self._clauses > MOST_CLAUSES:
            raise InputError(f"`$search` has more than {MOST_CLAUSES} clauses")
        return Clause(member.strip().casefold(), words.strip())


def _tokens(text: str) -> Iterable[str]:
    """Give the tokens; a clause begins with a quotation mark, and is told without its last."""
    position, text = 0, text.rstrip()
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise InputError(f"`$search` cannot be read from `{text[position:][:20]}` on")
        position = found.end()
        clause = found.group(1)
        if clause is not None:
            plain = re.sub(r"\\(.)", r"\1", clause)
            yield f'"{plain}'
        else:
            yield found.group(2) or found.group(3)
