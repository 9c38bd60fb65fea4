"""A draft: policies that are not in force, read against the directory of a tenant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

from ostiary.model.directory import Directory
from ostiary.model.errors import InputError
from ostiary.model.policy import Policy
from ostiary.tenant.catalogue import BUILT_IN, Catalogue
from ostiary.tenant.documents import POLICIES, Item, Part, RawTenant
from ostiary.tenant.loading import TenantParts, parts_of
from ostiary.tenant.reading import read_raw
from ostiary.tenant.shapes import is_object


class DraftKind(Enum):
    """How a draft stands to the policies of its tenant."""

    WHOLE = "whole"
    """It is the whole set: policies that are not in it are gone."""
    PART = "part"
    """Its policies are added, or take the place of those with the same id or name."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The policies as the draft would have them, for a directory that serves both sides."""

    kind: DraftKind
    directory: Directory
    policies: tuple[Policy, ...]
    parts: TenantParts


def load_draft(
    tenant: str | Path | Mapping[str, Any],
    draft: str | Path | Mapping[str, Any],
    current: TenantParts,
    *,
    kind: DraftKind | None = None,
    catalogue: Catalogue = BUILT_IN,
) -> Draft:
    """Read a draft with the names and ids of a tenant; `current` is that tenant as it was loaded.

    A draft of one policy is a part, one of several the whole set, unless `kind` says otherwise.
    Raises InputError where either cannot be read, or the draft holds no policy.
    """
    whole, drafted = read_raw(tenant), read_raw(draft)
    asked = list(drafted.items(POLICIES))
    if not asked and not drafted.broken:
        raise InputError(
            f"{draft if isinstance(draft, str | Path) else 'draft'}: expected policies, came none",
            hint="give one policy, a collection of them, or a folder",
        )
    if kind is None:
        kind = DraftKind.PART if len(asked) + len(drafted.broken) == 1 else DraftKind.WHOLE
    kept = _kept(whole, asked) if kind is DraftKind.PART else ()
    items = [*kept, *asked]
    raw = RawTenant(
        parts={**whole.parts, POLICIES: tuple(Part(i.source, None, (i.value,)) for i in items)},
        broken=drafted.broken,
        warnings=drafted.warnings,
    )
    parts = parts_of(raw, catalogue)
    return Draft(kind, _joined(current.directory, parts.directory), parts.policies, parts)


def _kept(whole: RawTenant, asked: list[Item]) -> Iterator[Item]:
    """Give the tenant's own policies that no policy of the draft takes the place of."""
    ids = {each for item in asked if (each := _member(item, "id"))}
    names = {each for item in asked if (each := _member(item, "displayName"))}
    unnamed = {_member(item, "displayName") for item in asked if not _member(item, "id")} & names
    for item in whole.items(POLICIES):
        if _member(item, "id") not in ids and _member(item, "displayName") not in unnamed:
            yield item


def _member(item: Item, name: str) -> str:
    value = item.value.get(name) if is_object(item.value) else None
    return value.casefold() if isinstance(value, str) else ""


def _joined(one: Directory, other: Directory) -> Directory:
    """Give a directory with the strengths and applications that either side's policies brought."""
    return replace(
        other,
        strengths={**one.strengths, **other.strengths},
        applications={**one.applications, **other.applications},
    )
