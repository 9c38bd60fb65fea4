"""The document of a policy in each stage of its rollout, and what others did to it meanwhile.

One policy is rolled out, never a copy of it: what is in force is what stands in the list, there is
one object to take back, and nothing is left over when a computer dies between two steps. In a ring
only the people are narrowed; report-only results of everybody else are not needed, since their
impact is worked out from the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ostiary.analysis.policy_difference import Difference, differences
from ostiary.model.json_types import JsonObject, as_object, as_strings, is_list
from ostiary.model.policy import PolicyState
from ostiary.rollout.stages import Stage

_EXCLUDE: Final = "exclude"
_READ_ONLY: Final = frozenset({"createdDateTime", "modifiedDateTime", "templateId"})


@dataclass(frozen=True, slots=True)
class Members:
    """Whom a ring holds: users, and groups that are asked whenever somebody signs in (ids)."""

    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether it may hold anybody."""
        return bool(self.users or self.groups)


def document_at(desired: JsonObject, stage: Stage, members: Members | None = None) -> JsonObject:
    """Give the policy as it stands in a stage; `members` of the ring where it is one.

    INVARIANT: only the state and who is included differ. What is excluded is excluded always.
    """
    found: dict[str, Any] = {
        name: value for name, value in desired.items() if name not in _READ_ONLY
    }
    found["state"] = stage.kind.state.value
    if members is None:
        return found
    conditions = dict(as_object(desired.get("conditions")))
    conditions["users"] = {
        **as_object(conditions.get("users")),
        "includeUsers": list(members.users),
        "includeGroups": list(members.groups),
        "includeRoles": [],
        "includeGuestsOrExternalUsers": None,
    }
    return {**found, "conditions": conditions}


def change_to(current: JsonObject, wanted: JsonObject) -> dict[str, Any]:
    """Give the body of a request that makes one document the other: state and conditions, whole.

    Conditions are sent whole, since Graph replaces what is sent of them member by member.
    """
    return {
        name: wanted[name]
        for name in ("state", "conditions")
        if name in wanted and wanted[name] != current.get(name)
    }


@dataclass(frozen=True, slots=True)
class Moved:
    """What others did to a policy since the rollout wrote it.

    `excluded` are exclusions that they added, which survive whatever the rollout does; `others` is
    all else, after which nothing is written before somebody has looked.
    """

    excluded: tuple[Difference, ...] = ()
    others: tuple[Difference, ...] = ()


def moved(written: JsonObject, current: JsonObject) -> Moved:
    """Tell what is different in a policy from what the rollout wrote."""
    found = differences(written, current)
    excluded = tuple(each for each in found if _only_excludes(each))
    return Moved(excluded, tuple(each for each in found if each not in excluded))


def _only_excludes(difference: Difference) -> bool:
    member = difference.path.rpartition(".")[2]
    return difference.many and member.startswith(_EXCLUDE) and not difference.removed


def with_exclusions_of(document: JsonObject, current: JsonObject) -> JsonObject:
    """Give a document with every exclusion that the current one has beside its own.

    Lists only, as `moved` tells them apart: an exclusion of kinds of guests is a whole setting,
    and a difference in it is one of the others.
    """
    conditions = dict(as_object(document.get("conditions")))
    for key, held in as_object(current.get("conditions")).items():
        added = _excluded_lists(as_object(held))
        if added:
            own = as_object(conditions.get(key))
            merged = {name: _joined(own.get(name), more) for name, more in added.items()}
            conditions[key] = {**own, **merged}
    return {**document, "conditions": conditions}


def _excluded_lists(held: JsonObject) -> Mapping[str, tuple[str, ...]]:
    return {
        name: as_strings(value)
        for name, value in held.items()
        if name.startswith(_EXCLUDE) and is_list(value) and value
    }


def _joined(own: object, more: Iterable[str]) -> list[str]:
    found = {each.casefold(): each for each in as_strings(own)}
    for each in more:
        found.setdefault(each.casefold(), each)
    return list(found.values())


def state_of(document: JsonObject) -> PolicyState | None:
    """Tell the state of a policy, None where it has none that is known."""
    written = document.get("state")
    return next((each for each in PolicyState if each.value == written), None)
