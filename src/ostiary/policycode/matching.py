"""Which object of a folder is which of the target, and what stands for those that are new.

By its id where the file has one that the target knows, else by its name. Two that could be meant
are never guessed between.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid5

from ostiary.model.errors import Problem
from ostiary.model.json_types import JsonObject, as_object
from ostiary.policycode.changes import TITLES, Kind
from ostiary.policycode.documents import TYPE, written
from ostiary.policycode.folder import KEYS, CodeFolder
from ostiary.policycode.target import Target, carried_strengths, is_custom, respelled_items
from ostiary.tenant.documents import Item
from ostiary.tenant.loading import RefusedPolicy
from ostiary.tenant.name_books import GUID

_NAMESPACE: Final = UUID("6f737469-6172-5970-6c61-6e6e65770000")
"""For objects that do not exist yet: version 5 UUIDs of kind and name, while a plan is made."""
REFERRED: Final = (Kind.NAMED_LOCATION, Kind.GROUP, Kind.STRENGTH, Kind.CONTEXT)
"""The kinds that policies refer to, in the order in which they are made."""
_CONTEXTS: Final = tuple(f"c{number}" for number in range(1, 100))


@dataclass(frozen=True, slots=True)
class Wanted:
    """One object of the folder: `id` is the target's, or stands for it while it is new.

    `own_id` is what the file says, under which other files may refer to it. `current` is the
    target's object, None where it is new; `document` is whole, as a plan's `after`, but for
    policies, which are still as their file has them.
    """

    kind: Kind
    source: str
    name: str
    id: str
    own_id: str
    current: JsonObject | None
    document: JsonObject

    @property
    def key(self) -> tuple[Kind, str]:
        """Give what makes it one object."""
        return self.kind, self.id


def match_referred(folder: CodeFolder, target: Target) -> tuple[list[Wanted], list[RefusedPolicy]]:
    """Match everything but policies; gives also what cannot be matched."""
    matching = _Matching(target)
    for kind in REFERRED:
        items = list(respelled_items(folder.raw, KEYS[kind]))
        if kind is Kind.STRENGTH:
            items = [*_custom(items), *_carried(folder, items)]
        for item in items:
            matching.take(kind, item.source, as_object(item.value))
    return matching.wanted, matching.refused


def match_policies(
    items: Sequence[Item], target: Target, formerly: Mapping[str, str]
) -> tuple[list[Wanted], list[RefusedPolicy]]:
    """Match policies in one spelling; `formerly` maps the place of one to its name before."""
    matching = _Matching(target)
    for item in items:
        matching.take(
            Kind.POLICY, item.source, as_object(item.value), formerly.get(item.source, "")
        )
    return matching.wanted, matching.refused


def _custom(items: Sequence[Item]) -> Iterator[Item]:
    return (item for item in items if is_custom(as_object(item.value)))


def _carried(folder: CodeFolder, listed: Sequence[Item]) -> Iterator[Item]:
    """Give the strengths that only the folder's policies carry, as Graph expands them."""
    known = {str(as_object(each.value).get("id")).casefold() for each in listed}
    return (
        Item(body, folder.path)
        for identifier, body in dict(carried_strengths(folder.raw)).items()
        if identifier not in known
    )


class _Matching:
    """Objects while they are matched; each of the target's is taken once."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._taken: dict[tuple[Kind, str], str] = {}
        self.wanted: list[Wanted] = []
        self.refused: list[RefusedPolicy] = []

    def take(self, kind: Kind, source: str, body: JsonObject, formerly: str = "") -> None:
        own_id = str(body.get("id") or "").casefold()
        name = str(body.get("displayName") or "").strip()
        if not name:
            self._refuse(source, own_id, "displayName", f"expected a {TITLES[kind]} with a name")
            return
        found = self._found(kind, own_id, name) or (
            self._found(kind, "", formerly) if formerly else []
        )
        if len(found) > 1:
            told = ", ".join(f"`{each}`" for each in found)
            sentence = f"`{name}` is the name of {len(found)} in the target: {told}; write the id"
            self._refuse(source, name, "id", sentence)
            return
        identifier = found[0] if found else self._new_id(kind, own_id, name)
        other = self._taken.setdefault((kind, identifier), source)
        if other != source or any(each.key == (kind, identifier) for each in self.wanted):
            sentence = f"`{name}` stands in {other} as well; keep one, or give each its id"
            self._refuse(source, name, "displayName", sentence)
            return
        current = self._target.of(kind).get(identifier)
        if kind is Kind.NAMED_LOCATION and current is not None and _another_kind(current, body):
            sentence = f"`{name}` is a location of another kind in the target; name it otherwise"
            self._refuse(source, name, "@odata.type", sentence)
            return
        if kind is not Kind.POLICY:
            body = written(kind, {**body, "id": identifier} if kind is Kind.CONTEXT else body)
        self.wanted.append(Wanted(kind, source, name, identifier, own_id, current, body))

    def _found(self, kind: Kind, own_id: str, name: str) -> list[str]:
        """Give the ids of the target's objects that it may be.

        Ids of contexts are numbers that every tenant gives out: there the name counts first.
        """
        known = self._target.of(kind)
        if own_id in known and kind is not Kind.CONTEXT:
            return [own_id]
        folded = name.strip().casefold()
        called = [
            each
            for each, body in known.items()
            if str(body.get("displayName") or "").strip().casefold() == folded
        ]
        if kind is Kind.CONTEXT and own_id in known and (not called or own_id in called):
            return [own_id]
        return called

    def _new_id(self, kind: Kind, own_id: str, name: str) -> str:
        if kind is not Kind.CONTEXT:
            return str(uuid5(_NAMESPACE, f"{kind.value}:{name.casefold()}"))
        taken = {*self._target.of(kind), *(each.id for each in self.wanted if each.kind is kind)}
        free = (each for each in _CONTEXTS if each not in taken)
        return own_id if own_id and own_id not in taken else next(free, _CONTEXTS[-1])

    def _refuse(self, source: str, name: str, path: str, sentence: str) -> None:
        self.refused.append(RefusedPolicy(source, name, (Problem(path, "unclear", sentence),)))


def _another_kind(current: JsonObject, body: JsonObject) -> bool:
    kinds = {written(Kind.NAMED_LOCATION, each)[TYPE] for each in (current, body)}
    return len(kinds) > 1


def references(wanted: Sequence[Wanted]) -> dict[str, str]:
    """Map the ids that files gave their objects to those that stand for them in the target."""
    return {
        each.own_id: each.id
        for each in wanted
        if each.own_id != each.id
        and (each.kind is Kind.CONTEXT or GUID.fullmatch(each.own_id))
        and each.own_id
    }


def in_place(value: Any, ids: Mapping[str, str]) -> Any:
    """Give a document with other ids in the place of some; names and descriptions are let be."""
    if isinstance(value, dict):
        members: dict[str, Any] = value  # pyright: ignore[reportUnknownVariableType]  # JSON
        return {
            name: each if name in {"displayName", "description"} else in_place(each, ids)
            for name, each in members.items()
        }
    if isinstance(value, list | tuple):
        return [in_place(each, ids) for each in value]  # pyright: ignore[reportUnknownVariableType]  # JSON
    return ids.get(value.casefold(), value) if isinstance(value, str) else value
