"""Read the members of a JSON object by type, with errors that name the path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, TypeVar

from ostiary.model.errors import InputError
from ostiary.schema.edge_types import known_word
from ostiary.schema.problems import shown

Choice = TypeVar("Choice")
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Members:
    """A JSON object and where it stands; null and absent members read alike.

    `asked` collects the names that were read, so that `finish` can refuse all others: what the
    reader asks for *is* the list of known members.
    """

    body: Mapping[str, Any]
    path: str
    asked: set[str] = field(default_factory=set[str], compare=False, repr=False)

    @classmethod
    def of(cls, value: object, path: str) -> Members:
        """Take an object; null counts as an empty one. Raises InputError for anything else."""
        if value is None:
            return cls({}, path)
        if not isinstance(value, Mapping):
            raise InputError(
                f"expected an object in `{path or 'the request'}`, came `{shown(value)}`"
            )
        return cls(value, path)  # pyright: ignore[reportUnknownArgumentType]  # JSON

    def without(self, name: str) -> Members:
        """Leave one member out."""
        return Members({key: value for key, value in self.body.items() if key != name}, self.path)

    def has(self, name: str) -> bool:
        """Whether the member is there and not null."""
        return self._value(name) is not None

    def child(self, name: str) -> Members:
        """Give a member that is an object."""
        return Members.of(self._value(name), self._path(name))

    def text(self, name: str) -> str | None:
        """Give a string, None where it is absent."""
        value = self._value(name)
        if value is None or isinstance(value, str):
            return value
        raise self._wrong(name, "a string", value)

    def identifier(self, name: str) -> str | None:
        """Give an id in lower case, None where it is absent; raises InputError for a blank one."""
        value = self.text(name)
        if value is not None and not value.strip():
            raise self._wrong(name, "an id or a name", value)
        return value.casefold() if value is not None else None

    def boolean(self, name: str, *, default: bool) -> bool:
        """Give a boolean, or `default` where it is absent."""
        value = self._value(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        raise self._wrong(name, "true or false", value)

    def number(self, name: str, *, default: float) -> float:
        """Give a number that is not negative, or `default` where it is absent."""
        value = self._value(name)
        if value is None:
            return default
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e15:
            return value
        raise self._wrong(name, "a number from 0", value)

    def items(self, name: str) -> tuple[Any, ...]:
        """Give a list, empty where it is absent."""
        value = self._value(name)
        if value is None:
            return ()
        if isinstance(value, list | tuple):
            return tuple(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]  # JSON
        raise self._wrong(name, "a list", value)

    def texts(self, name: str) -> tuple[str, ...]:
        """Give a list of strings, empty where it is absent."""
        items = self.items(name)
        for number, item in enumerate(items):
            if not isinstance(item, str):
                raise self._wrong(f"{name}[{number}]", "a string", item)
        return items

    def word(self, name: str, words: Iterable[str]) -> str | None:
        """Give a word of a closed list in its own spelling, whatever its case; None where absent.

        Raises InputError naming the possible words.
        """
        text = self.text(name)
        return None if text is None else self._known(name, text, words)

    def words(self, name: str, words: Iterable[str]) -> tuple[str, ...]:
        """Give a list of words of a closed list, each in its own spelling."""
        known = tuple(words)
        return tuple(
            self._known(f"{name}[{number}]", text, known)
            for number, text in enumerate(self.texts(name))
        )

    def choice(self, name: str, word: str, choices: Mapping[str, Choice]) -> Choice:
        """Look a word up; raises InputError naming the possible ones."""
        return choices[self._known(name, word, choices)]

    def finish(self) -> None:
        """Refuse members that were not asked for; annotations (`@odata.type`) are let through.

        A member whose name is misspelled would otherwise be a fact that is silently missing.
        """
        for name in self.body:
            if name in self.asked or "@" in str(name):
                continue
            where = f"`{self.path}`" if self.path else "a request"
            raise InputError(
                f"expected members of {where} only, came `{str(name)[:_LONGEST_NAME]}`",
                hint=self._advice(str(name)),
            )

    def _advice(self, name: str) -> str:
        near = _nearest(name, self.asked)
        known = ", ".join(f"`{each}`" for each in sorted(self.asked))
        return f"did you mean `{near}`?" if near else f"it has {known}"

    def _known(self, name: str, text: str, words: Iterable[str]) -> str:
        known = tuple(words)
        found = known_word(known, text)
        if found is not None:
            return found
        listed = ", ".join(f"`{each}`" for each in known)
        near = _nearest(text, known)
        raise InputError(
            f"expected one of {listed} in `{self._path(name)}`, came `{text[:_LONGEST_NAME]}`",
            hint=f"did you mean `{near}`?" if near else "",
        )

    def _wrong(self, name: str, expected: str, value: object) -> InputError:
        return InputError(f"expected {expected} in `{self._path(name)}`, came `{shown(value)}`")

    def _value(self, name: str) -> Any:  # JSON
        self.asked.add(name)
        return self.body.get(name)

    def _path(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def _nearest(name: str, known: Iterable[str]) -> str | None:
    folded = {each.casefold(): each for each in sorted(known)}
    near = get_close_matches(name[:_LONGEST_NAME].casefold(), folded, 1, cutoff=0.7)
    return folded[near[0]] if near else None
