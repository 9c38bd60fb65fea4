"""Exclusions survive: what a target excludes and a folder does not name stays excluded.

A deployment that silently takes an exclusion away locks out whoever was meant to stay in. So it has
to be said: in the policy, or for the whole folder (docs/decisions/0040-policy-as-code.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ostiary.analysis.policy_members import GUEST_KINDS, TENANTS
from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import Condition, Field, Shape, canonical_word
from ostiary.model.json_types import JsonObject, as_object, as_strings, flags
from ostiary.model.setting import Effect

Named = Callable[[str, str], str]
_MODE: Final = "exclude"


@dataclass(frozen=True, slots=True)
class Kept:
    """One exclusion that the target has and the folder's policy does not name.

    `label` is the field's on screen, `word` the id or word, `name` what people call it.
    """

    path: str
    label: str
    word: str
    name: str


def with_kept_exclusions(
    current: JsonObject,
    wanted: JsonObject,
    *,
    released: tuple[str, ...],
    named: Named,
    only: frozenset[str] | None = None,
) -> tuple[dict[str, Any], tuple[Kept, ...]]:
    """Give the wanted policy with what the current one excludes, and what was kept of it.

    `released` are names or ids of what may go, `only` ids of those that are kept all the same
    where nothing else is (emergency access accounts). Both documents have ids for names.
    """
    keeping = _Keeping({each.strip().casefold() for each in released}, named, only)
    before, after = as_object(current.get("conditions")), as_object(wanted.get("conditions"))
    conditions = dict(after)
    kept: list[Kept] = []
    for condition, field in _fields():
        body, old = conditions.get(condition.key), before.get(condition.key)
        if not as_object(old) or (condition.assignment and not _includes(condition, body)):
            continue  # about other identities or targets: who was spared of these is no matter
        found, added = keeping.field(condition, field, as_object(old), as_object(body))
        if added:
            conditions[condition.key] = _with_inclusion(condition, found)
            kept.extend(added)
    return {**wanted, "conditions": conditions}, tuple(kept)


def _fields() -> Iterator[tuple[Condition[Any], Field]]:
    """Give every field that excludes something; a filter does where its mode says so."""
    for condition in CONDITIONS:
        for field in condition.fields:
            if field.name and (field.effect is Effect.EXCLUDE or field.shape is Shape.FILTER):
                yield condition, field


def _with_inclusion(condition: Condition[Any], body: dict[str, Any]) -> dict[str, Any]:
    """Include everything where the folder left a condition out: of nothing, nothing is spared."""
    including = [each for each in condition.fields if each.effect is Effect.INCLUDE and each.alone]
    if not including or _includes(condition, body):
        return body
    return {**body, including[0].name: [including[0].alone[0]]}


def _includes(condition: Condition[Any], body: object) -> bool:
    """Tell whether a body selects anything by the fields of a condition (several may share it)."""
    included = (each.name for each in condition.fields if each.effect is Effect.INCLUDE)
    return any(as_object(body).get(name) for name in included)


@dataclass(frozen=True, slots=True)
class _Keeping:
    released: set[str]
    named: Named
    only: frozenset[str] | None

    def field(
        self, condition: Condition[Any], field: Field, old: JsonObject, new: JsonObject
    ) -> tuple[dict[str, Any], list[Kept]]:
        """Give the condition's body with what stays excluded in one field."""
        if field.shape is Shape.FILTER:
            return self._filter(condition, field, old, new)
        if field.shape is Shape.GUESTS:
            return self._guests(condition, field, old, new)
        listed = field.read(new)
        known = {each.casefold() for each in listed}
        kept = [
            self._kept(condition, field, each)
            for each in field.read(old)
            if each.casefold() not in known and self._stays(field, each)
        ]
        words = [*listed, *(each.word for each in kept)]
        joined = ",".join(words) if field.shape is Shape.FLAGS else words
        return {**new, field.name: joined}, kept

    def _filter(
        self, condition: Condition[Any], field: Field, old: JsonObject, new: JsonObject
    ) -> tuple[dict[str, Any], list[Kept]]:
        """Keep a filter that excludes where the folder has none; one it has is its last word."""
        written = as_object(old.get(field.name))
        rule = str(written.get("rule") or "")
        excludes = str(written.get("mode")).casefold() == _MODE and rule
        if not excludes or as_object(new.get(field.name)) or not self._stays(field, rule):
            return {**new}, []
        return {**new, field.name: dict(written)}, [self._kept(condition, field, rule)]

    def _guests(
        self, condition: Condition[Any], field: Field, old: JsonObject, new: JsonObject
    ) -> tuple[dict[str, Any], list[Kept]]:
        """Keep kinds of guests, and of every tenant that either side names."""
        before, after = as_object(old.get(field.name)), as_object(new.get(field.name))
        kinds = flags(after.get(GUEST_KINDS))
        known = {each.casefold() for each in kinds}
        kept = [
            self._kept(condition, field, each)
            for each in flags(before.get(GUEST_KINDS))
            if each.casefold() not in known and self._stays(field, each)
        ]
        narrowed = kinds and self.only is None and _tenants(after) is not None
        missing = _missing_tenants(before, after) if narrowed else ()
        gone = [each for each in missing if self._stays(field, each)]
        if not kept and not gone:
            return {**new}, []
        joined = {
            **(after if kinds else before),
            GUEST_KINDS: ",".join((*kinds, *(each.word for each in kept))),
        }
        if kinds:
            joined[TENANTS] = _joined_tenants(before, after)
        label = f"{field.label}, tenants"
        path = f"{_path(condition, field)}.{TENANTS}"
        told = [*kept, *(Kept(path, label, each, each) for each in gone)]
        return {**new, field.name: {n: e for n, e in joined.items() if e is not None}}, told

    def _stays(self, field: Field, word: str) -> bool:
        if self.only is not None and word.casefold() not in self.only:
            return False
        meant = {word.casefold(), self._name(field, word).casefold(), field.label.casefold()}
        return not meant & self.released

    def _kept(self, condition: Condition[Any], field: Field, word: str) -> Kept:
        label = f"{condition.title}: {field.label}"
        return Kept(_path(condition, field), label, word, self._name(field, word))

    def _name(self, field: Field, word: str) -> str:
        label = field.words.get(canonical_word(field.words, word))
        if label is not None:
            return label
        return self.named(field.lookup.value, word) if field.lookup else word


def _path(condition: Condition[Any], field: Field) -> str:
    return f"conditions.{condition.key}.{field.name}"


def _tenants(guests: JsonObject) -> tuple[str, ...] | None:
    """Give the tenants whose guests are meant, None where it is those of all."""
    body = as_object(guests.get(TENANTS))
    if str(body.get("membershipKind")).casefold() != "enumerated":
        return None
    return as_strings(body.get("members"))


def _missing_tenants(before: JsonObject, after: JsonObject) -> tuple[str, ...]:
    """Give the tenants that only the first excludes; `all` where it excludes those of all."""
    if not flags(before.get(GUEST_KINDS)):
        return ()
    old, new = _tenants(before), _tenants(after)
    if new is None:
        return ()
    if old is None:
        return ("all",)
    known = {each.casefold() for each in new}
    return tuple(each for each in old if each.casefold() not in known)


def _joined_tenants(before: JsonObject, after: JsonObject) -> Mapping[str, Any] | None:
    """Give the tenants of both sides: those of all where either side means all."""
    old, new = _tenants(before), _tenants(after)
    if old is None or new is None:
        return as_object((before if old is None else after).get(TENANTS)) or None
    return {**as_object(after.get(TENANTS)), "members": list(dict.fromkeys((*new, *old)))}
