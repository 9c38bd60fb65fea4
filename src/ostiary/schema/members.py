"""Read the members of a JSON object by type, with errors that name the path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from ostiary.model.errors import InputError

Choice = TypeVar("Choice")


@dataclass(frozen=True, slots=True)
class Members:
    """A JSON object and where it stands; null and absent members read alike."""

    body: Mapping[str, Any]
    path: str

    @classmethod
    def of(cls, value: object, path: str) -> Members:
        """Take an object; null counts as an empty one. Raises InputError for anything else."""
        if value is None:
            return cls({}, path)
        if not isinstance(value, Mapping):
            raise InputError(
                f"expected an object in `{path or 'the request'}`, came {_shown(value)}"
            )
        return cls(value, path)  # pyright: ignore[reportUnknownArgumentType]  # JSON

    def without(self, name: str) -> Members:
        """Leave one member out."""
        return Members({key: value for key, value in self.body.items() if key != name}, self.path)

    def has(self, name: str) -> bool:
        """Whether the member is there and not null."""
        return self.body.get(name) is not None

    def child(self, name: str) -> Members:
        """Give a member that is an object."""
        return Members.of(self.body.get(name), self._path(name))

    def text(self, name: str) -> str | None:
        """Give a string, None where it is absent."""
        value = self.body.get(name)
        if value is None or isinstance(value, str):
            return value
        raise InputError(f"expected a string in `{self._path(name)}`, came {_shown(value)}")

    def identifier(self, name: str) -> str | None:
        """Give an id in lower case, None where it is absent."""
        value = self.text(name)
        return value.casefold() if value is not None else None

    def boolean(self, name: str, *, default: bool) -> bool:
        """Give a boolean, or `default` where it is absent."""
        value = self.body.get(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        raise InputError(f"expected true or false in `{self._path(name)}`, came {_shown(value)}")

    def number(self, name: str, *, default: float) -> float:
        """Give a number that is not negative, or `default` where it is absent."""
        value = self.body.get(name)
        if value is None:
            return default
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e15:
            return value
        raise InputError(f"expected a number from 0 in `{self._path(name)}`, came {_shown(value)}")

    def items(self, name: str) -> tuple[Any, ...]:
        """Give a list, empty where it is absent."""
        value = self.body.get(name)
        if value is None:
            return ()
        if isinstance(value, list | tuple):
            return tuple(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]  # JSON
        raise InputError(f"expected a list in `{self._path(name)}`, came {_shown(value)}")

    def texts(self, name: str) -> tuple[str, ...]:
        """Give a list of strings, empty where it is absent."""
        items = self.items(name)
        for number, item in enumerate(items):
            if not isinstance(item, str):
                where = f"{self._path(name)}[{number}]"
                raise InputError(f"expected a string in `{where}`, came {_shown(item)}")
        return items

    def choice(self, name: str, word: str, choices: Mapping[str, Choice]) -> Choice:
        """Look a word up; raises InputError naming the possible ones."""
        if word in choices:
            return choices[word]
        known = ", ".join(f"`{each}`" for each in choices)
        raise InputError(f"expected one of {known} in `{self._path(name)}`, came `{word}`")

    def _path(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def _shown(value: object) -> str:
    return f"`{value!r:.60}`"
