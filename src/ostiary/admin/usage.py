"""Which policies use an object, read from the declarations of the conditions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import Lookup
from ostiary.model.json_types import JsonObject, as_object


@dataclass(frozen=True, slots=True)
class Use:
    """A policy that uses an object; `labels` are the inputs of its form in which it stands."""

    policy: Mapping[str, Any]
    labels: tuple[str, ...]


def uses_of(policies: Iterable[JsonObject], lookup: Lookup, *words: str) -> list[Use]:
    """Give the policies that name an object, by its id or by a word that it belongs to."""
    wanted = {each.casefold() for each in words}
    found = ((each, tuple(_labels(each, lookup, wanted))) for each in policies)
    return [Use(policy, labels) for policy, labels in found if labels]


def numbers_of_uses(policies: Iterable[JsonObject], lookup: Lookup) -> dict[str, int]:
    """Count for each word or id, in lower case, the policies that name it."""
    found: dict[str, int] = {}
    for policy in policies:
        for each in {word.casefold() for _, words in _named(policy, lookup) for word in words}:
            found[each] = found.get(each, 0) + 1
    return found


def _labels(policy: JsonObject, lookup: Lookup, wanted: set[str]) -> list[str]:
    return [
        label
        for label, words in _named(policy, lookup)
        if wanted & {each.casefold() for each in words}
    ]


def _named(policy: JsonObject, lookup: Lookup) -> list[tuple[str, tuple[str, ...]]]:
    conditions = as_object(policy.get("conditions"))
    return [
        (field.label, field.read(conditions.get(condition.key)))
        for condition in CONDITIONS
        for field in condition.fields
        if field.lookup is lookup
    ]
