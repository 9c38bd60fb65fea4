"""What was read of the policies of one state of a tenant, for reading the next.

INVARIANT: a document is never changed in place, as in `ostiary.tenant.kept_reading`. What was read
counts as long as every id that it was looked up by is still an id that exists, and no other name or
placeholder was looked up at all: then it reads the same, whatever else changed in the directory.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from ostiary.model.errors import Problem
from ostiary.model.json_types import JsonObject
from ostiary.model.policy import Policy
from ostiary.tenant.names import LookedUp, Names

Spelled: TypeAlias = tuple[JsonObject, JsonObject, tuple[Problem, ...]]
"""A raw document, the same in one spelling, and what was wrong with the spelling."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A policy as it was read of a document, with remarks and the ids that were looked up."""

    document: JsonObject
    policy: Policy
    said: tuple[Problem, ...]
    looked_up: tuple[LookedUp, ...]


@dataclass
class KeptPolicies:
    """By the identity of documents, which the entries keep alive; only of the last state read."""

    _spelled: Mapping[int, Spelled] = field(default_factory=dict[int, Spelled])
    _taken: Mapping[int, Taken] = field(default_factory=dict[int, Taken])

    def spelled(self, raw: JsonObject) -> Spelled | None:
        """Give a document in one spelling, None where it was not read before."""
        return self._spelled.get(id(raw))

    def taken(self, document: JsonObject, names: Names) -> Taken | None:
        """Give what was read of a document, None where it may read otherwise by now."""
        known = self._taken.get(id(document))
        return known if known is not None and names.hold(known.looked_up) else None

    def keep_spelled(self, spelled: Iterable[Spelled]) -> None:
        """Take the place of what was known."""
        self._spelled = {id(each[0]): each for each in spelled}

    def keep_taken(self, taken: Iterable[Taken]) -> None:
        """Take the place of what was known."""
        self._taken = {id(each.document): each for each in taken}
