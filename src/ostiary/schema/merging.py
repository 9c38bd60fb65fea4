"""How the overrides of a case change the tenant of its suite (`_about.format.caseKeys.tenant`)."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from ostiary.model.json_types import is_list, is_object

_KEYS = {"applications": "appId"}
"""Lists whose elements are told apart by another member than `id`."""


def merged(base: Any, change: Any, name: str = "") -> Any:  # JSON
    """Merge two JSON values; `name` is the member they stand in. Shares nothing with either.

    Objects go key by key, recursively; lists of objects that have ids element by element, same
    id merged, new id appended; every other value, including other lists, is replaced.
    """
    if is_object(base) and is_object(change):
        names = [*base, *(key for key in change if key not in base)]
        return {key: _member(base, change, key) for key in names}
    key = _KEYS.get(name, "id")
    if is_list(base) and is_list(change) and _identified(base, key) and _identified(change, key):
        return _merged_elements(base, change, key)
    return copy.deepcopy(change)


def _member(base: Any, change: Any, key: str) -> Any:  # JSON
    if key not in change:
        return copy.deepcopy(base[key])
    return merged(base[key], change[key], key) if key in base else copy.deepcopy(change[key])


def _merged_elements(base: Sequence[Any], change: Sequence[Any], key: str) -> list[Any]:
    elements = {element[key].casefold(): copy.deepcopy(element) for element in base}
    for element in change:
        identifier = element[key].casefold()
        elements[identifier] = merged(elements.get(identifier, {}), element)
    return list(elements.values())


def _identified(values: Sequence[Any], key: str) -> bool:
    """Tell whether this is a list of objects that have ids; an empty list is not one."""
    return bool(values) and all(
        is_object(each) and isinstance(each.get(key), str) for each in values
    )
