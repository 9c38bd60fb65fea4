"""The raw documents of a tenant, each with the place it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ostiary.model.errors import InputError, Problem
from ostiary.model.json_types import Json, JsonObject
from ostiary.tenant.shapes import is_object, kind_of

POLICIES = "conditionalAccessPolicies"
SETTINGS = "settings"
ROLE_ASSIGNMENTS = "roleAssignments"
TENANT_ID = "tenantId"
COLLECTIONS = (
    "users",
    "groups",
    ROLE_ASSIGNMENTS,
    "servicePrincipals",
    "applications",
    "devices",
    "namedLocations",
    "authenticationStrengthPolicies",
    "authenticationContextClassReferences",
    "agreements",
    "userRegistrationDetails",
    POLICIES,
)
KEYS = (TENANT_ID, *COLLECTIONS, SETTINGS)
"""The members of a tenant document, and the names of its files where it is a folder."""

_BY_FOLDED = {key.casefold(): key for key in KEYS} | {"policies": POLICIES}


def key_named(name: str) -> str | None:
    """Give the key that a member, file or folder is called by, in any case; None for others."""
    return _BY_FOLDED.get(name.casefold())


@dataclass(frozen=True, slots=True)
class Warning_:
    """Something a person should know of the input, though it was read.

    `source` is the file (and the place in it), `policy` the name of a policy where it is one's.
    """

    code: str
    message: str
    source: str = ""
    policy: str = ""

    def to_json(self) -> dict[str, str]:
        """Give the members that `ostiary validate --json` prints."""
        return {
            "code": self.code,
            "message": self.message,
            "source": self.source,
            "policy": self.policy,
        }


@dataclass(frozen=True, slots=True)
class Item:
    """One raw value and its place: `file`, or `file#/pointer` (RFC 6901)."""

    value: Json
    source: str


@dataclass(frozen=True, slots=True)
class Part:
    """The elements of one list of one file; `pointer` is None where the file is one element.

    `goes_on`: the list says that further pages follow.
    """

    file: str
    pointer: str | None
    values: Sequence[Json]
    goes_on: bool = False

    def source(self, number: int) -> str:
        """Give the place of one element."""
        return self.file if self.pointer is None else f"{self.file}#{self.pointer}/{number}"

    def items(self) -> Iterator[Item]:
        """Give every element with its place."""
        return (Item(value, self.source(number)) for number, value in enumerate(self.values))


@dataclass(frozen=True, slots=True)
class RawTenant:
    """All that was found, by key; a key that nothing named is absent.

    `skipped` names files, and objects in files, in which nothing was recognised; `broken` are
    policies whose text cannot be trusted, each with the reason.
    """

    parts: Mapping[str, tuple[Part, ...]] = field(default_factory=dict[str, tuple[Part, ...]])
    broken: tuple[tuple[Item, Problem], ...] = ()
    skipped: tuple[str, ...] = ()
    warnings: tuple[Warning_, ...] = ()

    def has(self, key: str) -> bool:
        """Whether the input says anything of this key, be it an empty list."""
        return key in self.parts

    def part(self, key: str) -> tuple[Part, ...]:
        """Give what was found for a key."""
        return self.parts.get(key, ())

    def items(self, key: str) -> Iterator[Item]:
        """Give every element found for a key."""
        return (item for part in self.part(key) for item in part.items())


class Gathering:
    """A tenant while its files are read."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._parts: dict[str, list[Part]] = {}
        self.broken: list[tuple[Item, Problem]] = []
        self.skipped: list[str] = []
        self.warnings: list[Warning_] = []

    def add(self, key: str, part: Part) -> None:
        """Take elements for a key."""
        self._parts.setdefault(key, []).append(part)

    @property
    def empty(self) -> bool:
        """Whether nothing was recognised so far."""
        return not self._parts and not self.broken

    def finish(self) -> RawTenant:
        """Freeze what was gathered."""
        parts = {key: tuple(found) for key, found in self._parts.items()}
        return RawTenant(parts, tuple(self.broken), tuple(self.skipped), tuple(self.warnings))


def expected_object(item: Item) -> JsonObject:
    """Give an element that has to be an object; raises InputError naming its place."""
    if is_object(item.value):
        return item.value
    raise InputError(f"{item.source}: expected an object, came {kind_of(item.value)}")
