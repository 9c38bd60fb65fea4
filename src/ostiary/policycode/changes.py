"""A plan: what is to be changed in a tenant, in the order of execution, and what it rests on.

Placeholders. An object that does not exist yet has no id. In a plan its id is a placeholder, the
text `new:<kind>:<name>` (`new:namedLocation:Head office`), written by `placeholder`. It stands as
`id` of the change that creates the object, and in the `after` of later changes wherever they refer
to it, where an id would stand. Whoever applies the plan keeps the ids that the target gave
(placeholder -> id) and hands them to `resolved` before each change; `placeholders_in` tells what is
still open. Names are unique among the new objects of one kind, in any case of their letters, and no
id of Graph has a colon, so that a placeholder that was forgotten is refused by every target.
Authentication contexts choose their id themselves (`c1` to `c99`): theirs is never a placeholder.

Documents. `before` is the object as the target had it, `after` as it is to be: whole documents as
Graph writes them (of the beta version), without what Graph makes itself but for `id` in `before`,
and without annotations but for the types of locations and their ranges. A member that `before` has
and `after` has not is to be taken away. What an object must keep, its exclusions above all, stands
in `after`: nothing has to be merged.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any, Final

from ostiary.model.json_types import JsonObject, is_list, is_object

FORMAT: Final = 1
"""The version of the plan's JSON form; a reader refuses every other one."""
_NEW: Final = "new:"
_NO_IDS: Final[Mapping[str, str]] = MappingProxyType({})


class Action(Enum):
    """What is done with an object."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Kind(Enum):
    """What a plan can change; the value is its word in JSON and in placeholders."""

    NAMED_LOCATION = "namedLocation"
    GROUP = "group"
    STRENGTH = "authenticationStrength"
    CONTEXT = "authenticationContext"
    POLICY = "policy"


TITLES: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.NAMED_LOCATION: "named location",
        Kind.GROUP: "group",
        Kind.STRENGTH: "authentication strength",
        Kind.CONTEXT: "authentication context",
        Kind.POLICY: "policy",
    }
)
"""What people call one object of a kind."""


class Rests(Enum):
    """What must hold of an object before a plan is applied."""

    UNCHANGED = "unchanged"
    """It is there and has the fingerprint that the plan keeps."""
    THERE = "there"
    """It is there, whatever it has become: a group that a policy names."""
    ABSENT = "absent"
    """Nothing of the kind has this name, since the plan creates it."""


@dataclass(frozen=True, slots=True)
class Base:
    """An object that a plan touches or refers to, as it was when the plan was made.

    `id` is the target's, or the placeholder of what is absent; `fingerprint` is empty but for
    `Rests.UNCHANGED`, where it is what `fingerprints.fingerprint(kind, document)` gave.
    """

    kind: Kind
    id: str
    name: str
    rests: Rests
    fingerprint: str = ""

    def to_json(self) -> dict[str, str]:
        """Give the members of the plan's JSON form."""
        return {
            "kind": self.kind.value,
            "id": self.id,
            "name": self.name,
            "rests": self.rests.value,
            "fingerprint": self.fingerprint,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """One step: an object is created (`before` None), changed, or deleted (`after` None).

    `id` is the target's id, a placeholder where the object is created. Documents are never changed
    in place.
    """

    action: Action
    kind: Kind
    name: str
    id: str
    before: JsonObject | None
    after: JsonObject | None

    def to_json(self) -> dict[str, Any]:
        """Give the members of the plan's JSON form."""
        return {
            "action": self.action.value,
            "kind": self.kind.value,
            "name": self.name,
            "id": self.id,
            "before": self.before,
            "after": self.after,
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """Every change in the order of execution; a later change may refer to what an earlier creates.

    `target` tells in words what the current state was read from, `tenant_id` which tenant it is
    (empty where nothing told); a plan is applied to no other tenant. `made` is an ISO 8601 time.
    `base` is all that must still hold before the first change.
    """

    target: str
    tenant_id: str
    made: str
    changes: tuple[Change, ...]
    base: tuple[Base, ...]
    format: int = FORMAT

    def to_json(self) -> dict[str, Any]:
        """Give the JSON form, which `plan_files.read_plan` reads."""
        return {
            "format": self.format,
            "target": self.target,
            "tenantId": self.tenant_id,
            "made": self.made,
            "changes": [each.to_json() for each in self.changes],
            "base": [each.to_json() for each in self.base],
        }

    @property
    def digest(self) -> str:
        """Give the SHA-256 of the JSON form: what journals and approvals name a plan by."""
        text = json.dumps(self.to_json(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def placeholder(kind: Kind, name: str) -> str:
    """Give what stands for the id of an object that a plan creates."""
    return f"{_NEW}{kind.value}:{name}"


def is_placeholder(word: str) -> bool:
    """Tell whether a text is a placeholder: its kind is one of ours, and it has a name."""
    new, _, rest = word.partition(":")
    kind, _, name = rest.partition(":")
    return f"{new}:" == _NEW and bool(name) and any(kind == each.value for each in Kind)


def placeholders_in(document: object) -> frozenset[str]:
    """Give all placeholders in a JSON value, but for those in its names and descriptions."""
    return frozenset(_placeholders(document))


def resolved(document: JsonObject, ids: Mapping[str, str] = _NO_IDS) -> dict[str, Any]:
    """Give a copy of a document with the ids that the target gave in place of placeholders.

    Raises KeyError naming a placeholder that `ids` does not have: it must not reach a target.
    """
    return {name: _resolved(name, each, ids) for name, each in document.items()}


_TEXTS: Final = frozenset({"displayName", "description"})
"""Members that hold what people write, in which nothing is a placeholder."""


def _resolved(name: str, value: Any, ids: Mapping[str, str]) -> Any:
    if is_object(value):
        return resolved(value, ids)
    if is_list(value):
        return [_resolved(name, each, ids) for each in value]
    if isinstance(value, str) and name not in _TEXTS and is_placeholder(value):
        return ids[value]
    return value


def _placeholders(value: object) -> Iterator[str]:
    if is_object(value):
        for name, each in value.items():
            if name not in _TEXTS:
                yield from _placeholders(each)
    elif is_list(value):
        for each in value:
            yield from _placeholders(each)
    elif isinstance(value, str) and is_placeholder(value):
        yield value
