"""How a setting is declared: as a field of a dataclass, with its kind and meaning beside it."""

from __future__ import annotations

from dataclasses import Field, dataclass, field
from typing import Any, Final, TypeVar, cast

from ostiary.serving.setting_kinds import Kind

Value = TypeVar("Value")
PREFIX: Final = "OSTIARY_"
_DECLARED: Final = "setting"


@dataclass(frozen=True, slots=True)
class Declared:
    """One setting: `name` as in the file, its table before it with a dot between."""

    name: str
    kind: Kind[Any]
    default: object
    shown_default: str
    meaning: str

    @property
    def variable(self) -> str:
        """The variable of the environment that wins over the file."""
        return PREFIX + self.name.replace(".", "__").upper()


def setting(default: Value, kind: Kind[Value], meaning: str, *, shown: str = "") -> Value:
    """Declare a setting; `shown` says in words what no default means."""
    return field(default=default, metadata={_DECLARED: (kind, meaning, shown)})


def declared_as(name: str, found: Field[Any]) -> Declared | None:
    """Give the declaration of a field, None for a field that is no setting."""
    if _DECLARED not in found.metadata:
        return None
    kind, meaning, in_words = found.metadata[_DECLARED]
    return Declared(name, kind, found.default, in_words, meaning)


def shown(setting: Declared, value: object) -> str:
    """Write a value as it stands in the file; a secret as a row of dots."""
    if value is None:
        return setting.shown_default
    if setting.kind.secret:
        return "•••"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        entries = cast("tuple[object, ...]", value)
        return "[" + ", ".join(f'"{each}"' for each in entries) + "]"
    return str(value) if isinstance(value, int) else f'"{value}"'
