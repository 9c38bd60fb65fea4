"""A target before and after a plan for one directory, so that one log is decided by both.

A location that a plan changes is two locations: the one that the policies before it name, and the
one that those after it name. Where the set of trusted locations changes, `AllTrusted` is written
out on either side for the same reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID, uuid5

from ostiary.conditions.locations import ALL_TRUSTED, MFA_TRUSTED_IPS, Locations
from ostiary.model.directory import Directory
from ostiary.model.json_types import JsonObject, as_object, is_list
from ostiary.model.policy import Policy
from ostiary.policycode.matching import in_place
from ostiary.policycode.planning import Planned
from ostiary.schema.policy_json import read_policy

_NAMESPACE: Final = UUID("6f737469-6172-5970-6c61-6e7477696365")
"""For the later of two versions of an object: version 5 UUIDs of its id."""


def both_sides(planned: Planned) -> tuple[Directory, tuple[Policy, ...], tuple[Policy, ...]]:
    """Give a directory that serves both sides, the policies before the plan, and those after."""
    before, after = planned.before.parts, planned.after.parts
    old, new = before.directory, after.directory
    moved = {
        **_moved(old.named_locations, new.named_locations),
        **_moved(old.strengths, new.strengths),
    }
    directory = replace(
        new,
        named_locations=_joined(old.named_locations, new.named_locations, moved),
        strengths=_joined(old.strengths, new.strengths, moved),
        applications={**old.applications, **new.applications},
    )
    old_trusted, new_trusted = _trusted(old), [moved.get(each, each) for each in _trusted(new)]
    spelled = set(old_trusted) != set(new_trusted)
    return (
        directory,
        tuple(_read(e, {}, old_trusted if spelled else None) for e in before.policies),
        tuple(_read(e, moved, new_trusted if spelled else None) for e in after.policies),
    )


def _moved(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, str]:
    """Give an id to the later version of each object that is not what it was."""
    changed = (each for each in old.keys() & new.keys() if old[each] != new[each])
    return {each: str(uuid5(_NAMESPACE, each)) for each in changed}


def _joined(
    old: Mapping[str, Any], new: Mapping[str, Any], moved: Mapping[str, str]
) -> Mapping[str, Any]:
    later = {moved.get(key, key): each for key, each in new.items()}
    renamed = {
        key: replace(each, id=key) if each.id != key else each for key, each in later.items()
    }
    return MappingProxyType({**renamed, **old})


def _trusted(directory: Directory) -> list[str]:
    return sorted(each.id for each in directory.named_locations.values() if each.trusted)


def _read(policy: Policy, moved: Mapping[str, str], trusted: Sequence[str] | None) -> Policy:
    document: JsonObject = policy.document
    if moved:
        document = in_place(dict(document), moved)
    if trusted is not None:
        document = _written_out(document, (*trusted, MFA_TRUSTED_IPS))
    return policy if document is policy.document else read_policy(document)


def _written_out(policy: JsonObject, trusted: Sequence[str]) -> JsonObject:
    conditions = as_object(policy.get("conditions"))
    body = as_object(conditions.get(Locations.key))
    spelled = {
        name: list(
            dict.fromkeys(
                found for each in listed for found in (trusted if each == ALL_TRUSTED else (each,))
            )
        )
        for name, listed in body.items()
        if is_list(listed) and ALL_TRUSTED in listed
    }
    if not spelled:
        return policy
    return {**policy, "conditions": {**conditions, Locations.key: {**body, **spelled}}}
