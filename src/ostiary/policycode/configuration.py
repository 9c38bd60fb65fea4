"""`ostiary.yaml`: what a folder of policies says of itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any, Final, TypeVar

from ostiary.analysis.lint_naming_standard import NamingStandard, naming_standard
from ostiary.analysis.lint_pitfall import Severity
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, is_list, is_object

_Word = TypeVar("_Word", bound=Enum)


class Exclusions(Enum):
    """What becomes of an exclusion that the target has and the folder does not name."""

    KEEP = "keep"
    """It stays; a policy names in `@ostiary.noLongerExcluded` what may go."""
    EXACT = "exact"
    """It goes, but for those of emergency access accounts."""


class Unmanaged(Enum):
    """What becomes of objects of the target that the folder does not have."""

    KEEP = "keep"
    """They stay and are told; for `drift` they are a difference."""
    DELETE = "delete"
    """Policies, and locations and strengths that nothing names any more, are deleted."""
    IGNORE = "ignore"
    """They stay, and are somebody else's business."""


class Gate(Enum):
    """What becomes of a plan that fails a check."""

    REFUSE = "refuse"
    TELL = "tell"


BUDGETS: Final = ("newlyBlocked", "silentBackgroundBreak", "newlyPrompted")
"""What of the impact can be limited, in sign-ins of the log."""


@dataclass(frozen=True, slots=True)
class Gates:
    """The checks that a plan has to pass, each as strict as the folder wants it.

    `lint`: the mildest severity of a new finding that refuses the plan, None for none of them.
    `impact`: the most sign-ins of a log, by the words of `BUDGETS`.
    """

    lockout: Gate = Gate.REFUSE
    tests: Gate = Gate.REFUSE
    lint: Severity | None = Severity.ERROR
    impact: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Configuration:
    """The members of `ostiary.yaml`; docs/policy-as-code.md explains them.

    `emergency_access` are names or ids, `names` maps a placeholder or name to an id or a name,
    `ignored` are codes of lint. `rollout` is read by `ostiary rollout`.
    """

    emergency_access: tuple[str, ...] = ()
    naming: NamingStandard | None = None
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    exclusions: Exclusions = Exclusions.KEEP
    unmanaged: Unmanaged = Unmanaged.KEEP
    ignored: frozenset[str] = frozenset()
    gates: Gates = field(default_factory=Gates)
    rollout: JsonObject = field(default_factory=lambda: MappingProxyType({}))


_MEMBERS: Final = (
    "emergencyAccess",
    "naming",
    "names",
    "exclusions",
    "unmanaged",
    "ignoreLint",
    "gates",
    "rollout",
)
_GATES: Final = ("lockout", "tests", "lint", "impact")
_NEVER: Final = "never"


def read_configuration(document: object, source: str) -> Configuration:
    """Read the document; raises InputError that tells all that is wrong with it at once."""
    if document is None:
        return Configuration()
    reading = _Reading(source)
    body = reading.object_(document, "")
    reading.known(body, _MEMBERS, "")
    gates = reading.object_(body.get("gates", {}), "gates")
    reading.known(gates, _GATES, "gates.")
    found = Configuration(
        emergency_access=reading.texts(body, "emergencyAccess"),
        naming=reading.naming(body),
        names=reading.names(body),
        exclusions=reading.word(Exclusions, body, "exclusions", Exclusions.KEEP),
        unmanaged=reading.word(Unmanaged, body, "unmanaged", Unmanaged.KEEP),
        ignored=frozenset(each.upper() for each in reading.texts(body, "ignoreLint")),
        gates=Gates(
            lockout=reading.word(Gate, gates, "lockout", Gate.REFUSE, "gates."),
            tests=reading.word(Gate, gates, "tests", Gate.REFUSE, "gates."),
            lint=reading.severity(gates),
            impact=reading.budgets(gates),
        ),
        rollout=reading.object_(body.get("rollout", {}), "rollout"),
    )
    if reading.wrong:
        raise InputError(f"{source}: {'; '.join(reading.wrong)}", hint="see docs/policy-as-code.md")
    return found


class _Reading:
    """Reads members and keeps what is wrong with them."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.wrong: list[str] = []

    def object_(self, value: object, path: str) -> JsonObject:
        if is_object(value):
            return value
        self._refuse(path, "an object with members", value)
        return {}

    def known(self, body: JsonObject, names: Sequence[str], path: str) -> None:
        self.wrong += [
            f"`{path}{each}` is none of {', '.join(names)}" for each in body if each not in names
        ]

    def texts(self, body: JsonObject, name: str) -> tuple[str, ...]:
        value = body.get(name)
        items = [] if value is None else list(value) if is_list(value) else [value]
        if all(isinstance(each, str) and each.strip() for each in items):
            return tuple(items)
        self._refuse(name, "a list of texts", value)
        return ()

    def names(self, body: JsonObject) -> Mapping[str, str]:
        found = self.object_(body.get("names", {}), "names")
        if all(isinstance(each, str) for each in found.values()):
            return MappingProxyType(dict(found))
        self._refuse("names", "names with the id or name that each stands for", found)
        return MappingProxyType({})

    def naming(self, body: JsonObject) -> NamingStandard | None:
        value = body.get("naming", "off")
        if not isinstance(value, str):
            self._refuse("naming", "a standard for names", value)
            return None
        try:
            return naming_standard(value)
        except InputError as error:
            self.wrong.append(f"`naming`: {error}")
            return None

    def word(
        self, words: type[_Word], body: JsonObject, name: str, default: _Word, path: str = ""
    ) -> _Word:
        value = body.get(name, default.value)
        found = next((each for each in words if each.value == value), None)
        if found is None:
            self._refuse(f"{path}{name}", _either(each.value for each in words), value)
        return found or default

    def severity(self, gates: JsonObject) -> Severity | None:
        value = gates.get("lint", Severity.ERROR.value)
        found = next((each for each in Severity if each.value == value), None)
        if found is None and value != _NEVER:
            self._refuse("gates.lint", _either([*(e.value for e in Severity), _NEVER]), value)
        return found

    def budgets(self, gates: JsonObject) -> Mapping[str, int]:
        found = self.object_(gates.get("impact", {}), "gates.impact")
        self.known(found, BUDGETS, "gates.impact.")
        for name, most in found.items():
            if not isinstance(most, int) or isinstance(most, bool) or most < 0:
                self._refuse(f"gates.impact.{name}", "a number of sign-ins", most)
        return MappingProxyType({**found})

    def _refuse(self, path: str, expected: str, came: Any) -> None:
        where = f"`{path}`: " if path else ""
        self.wrong.append(f"{where}expected {expected}, came `{came!r:.40}`")


def _either(words: Any) -> str:
    return " or ".join(f"`{each}`" for each in words)
