"""From raw policy documents to policies: names resolved, everything wrong with one told at once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from ostiary.conditions import CONDITIONS
from ostiary.model.errors import Problem, RuleError
from ostiary.model.json_types import JsonObject
from ostiary.model.policy import Policy
from ostiary.schema.checking import rule_problems, structural_problems
from ostiary.schema.policy_json import read_policy
from ostiary.tenant.documents import POLICIES, Item, RawTenant, Warning_
from ostiary.tenant.duplicates import Settled, replacement, same_names, settle
from ostiary.tenant.kept_policies import KeptPolicies, Spelled, Taken
from ostiary.tenant.names import Names
from ostiary.tenant.policy_remarks import remarks
from ostiary.tenant.shapes import is_object, kind_of
from ostiary.tenant.spelling import respelled
from ostiary.tenant.unexplained import Mention

_NAMESPACE = UUID("6f737469-6172-5970-8f6c-696379206964")
"""For policies without id: version 5 UUIDs (RFC 9562 section 5.5) of their names."""


@dataclass(frozen=True, slots=True)
class RefusedPolicy:
    """A policy that cannot be used: where it is, its name, and everything that is wrong with it."""

    source: str
    name: str
    problems: tuple[Problem, ...]

    def to_json(self) -> dict[str, Any]:
        """Give the members that `ostiary validate --json` prints."""
        errors = [problem.to_json() for problem in self.problems]
        return {"file": self.source, "policy": self.name, "errors": errors}


@dataclass(frozen=True, slots=True)
class Drafts:
    """Policy documents in one spelling, every one once; `problems` of each by its source."""

    settled: Settled
    problems: Mapping[str, tuple[Problem, ...]]
    refused: tuple[RefusedPolicy, ...]

    @property
    def documents(self) -> tuple[JsonObject, ...]:
        """The documents that are kept."""
        return tuple(item.value for item in self.settled.kept if is_object(item.value))


@dataclass(slots=True)
class ReadPolicies:
    """What became of the policies. `copies` counts those that equal a policy in use.

    `mentions` are the ids that nothing in the input explains.
    """

    policies: list[Policy] = field(default_factory=list[Policy])
    refused: list[RefusedPolicy] = field(default_factory=list[RefusedPolicy])
    warnings: list[Warning_] = field(default_factory=list[Warning_])
    mentions: list[Mention] = field(default_factory=list[Mention])
    copies: int = 0


def draft(raw: RawTenant, kept: KeptPolicies | None = None) -> Drafts:
    """Respell the policies of the input and find those that are there more than once.

    `kept` knows those that were read before.
    """
    kept = kept or KeptPolicies()
    done: list[Spelled] = []
    spelled: list[Item] = []
    problems: dict[str, tuple[Problem, ...]] = {}
    refused = [
        RefusedPolicy(item.source, _name(item.value), (problem,)) for item, problem in raw.broken
    ]
    for item in raw.items(POLICIES):
        if not is_object(item.value):
            sentence = f"expected a policy, came {kind_of(item.value)}"
            problem = Problem("", "wrongType", sentence)
            refused.append(RefusedPolicy(item.source, "", (problem,)))
            continue
        each = kept.spelled(item.value) or _spelled(item.value)
        done.append(each)
        spelled.append(Item(each[1], item.source))
        problems[item.source] = each[2]
    kept.keep_spelled(done)
    return Drafts(settle(spelled), problems, tuple(refused))


def _spelled(raw: JsonObject) -> Spelled:
    found: list[Problem] = []
    return raw, _without_empty_lists(respelled(raw, found)), tuple(found)


def _without_empty_lists(document: dict[str, Any]) -> dict[str, Any]:
    """Take `[]` for null where an object belongs, as some exports write conditions that are off."""
    found = {
        name: None if name in _OBJECTS and value == [] else value
        for name, value in document.items()
    }
    conditions = found.get("conditions")
    if is_object(conditions):
        found["conditions"] = {
            key: None if key in _OBJECT_CONDITIONS and value == [] else value
            for key, value in conditions.items()
        }
    return found


_OBJECTS = frozenset({"conditions", "grantControls", "sessionControls"})
_OBJECT_CONDITIONS = frozenset(
    condition.key for condition in CONDITIONS if any(each.name for each in condition.fields)
)


def read_policies(drafts: Drafts, names: Names, kept: KeptPolicies | None = None) -> ReadPolicies:
    """Read every policy; one that cannot be used is refused, and so are its copies.

    `kept` knows those that were read before.
    """
    kept = kept or KeptPolicies()
    taken: list[Taken] = []
    done = ReadPolicies(refused=list(drafts.refused))
    done.warnings.extend(same_names(drafts.settled.kept, "policies"))
    copies: dict[str, list[Item]] = {}
    for copy, current in drafts.settled.copies:
        copies.setdefault(current.source, []).append(copy)
    for item, document in _with_ids(drafts.settled.kept):
        known = None if drafts.problems[item.source] else kept.taken(document, names)
        if known is not None:
            taken.append(known)
            _add(done, known, item.source)
            done.copies += len(copies.get(item.source, ()))
            continue
        before = drafts.problems[item.source]
        problems = _take(done, taken, names, Item(document, item.source), before)
        same = copies.get(item.source, [])
        if problems:
            refused = (item, *same)
            done.refused.extend(RefusedPolicy(i.source, _name(i.value), problems) for i in refused)
        else:
            done.copies += len(same)
    kept.keep_taken(taken)
    for item, current in drafts.settled.replaced:
        problem = Problem("id", "duplicateId", replacement(item, current))
        done.refused.append(RefusedPolicy(item.source, _name(item.value), (problem,)))
    done.refused.sort(key=lambda each: each.source)
    return done


def _take(
    done: ReadPolicies,
    taken: list[Taken],
    names: Names,
    item: Item,
    before: tuple[Problem, ...],
) -> tuple[Problem, ...]:
    """Read one policy; gives what keeps it from being used. What reads the same is `taken`."""
    document = item.value
    if not is_object(document):
        return before
    resolution = names.resolve(document)
    resolved = resolution.document
    problems = (*before, *structural_problems(resolved), *resolution.problems)
    if problems:
        return _once(problems)
    try:
        policy = read_policy(resolved)
    except RuleError as error:
        return (Problem("conditions", error.code, str(error)),)
    name = _name(document)
    done.mentions.extend(Mention(each, item.source, name) for each in resolution.unexplained)
    said = (*remarks(policy, resolved), *rule_problems(resolved))
    one = Taken(document, policy, said, tuple(resolution.looked_up))
    _add(done, one, item.source)
    if resolution.plain:
        taken.append(one)
    return ()


def _add(done: ReadPolicies, one: Taken, source: str) -> None:
    done.policies.append(one.policy)
    name = _name(one.document)
    done.warnings.extend(Warning_(each.code, _at(each), source, name) for each in one.said)


def _at(problem: Problem) -> str:
    return f"`{problem.path}`: {problem.message}" if problem.path else problem.message


def _once(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(dict.fromkeys(problems))


def _name(value: object) -> str:
    """Give what people call a policy: its name, or else its id."""
    if not is_object(value):
        return ""
    named = value.get("displayName") or value.get("DisplayName") or value.get("id") or ""
    return named if isinstance(named, str) else ""


def _with_ids(kept: Sequence[Item]) -> list[tuple[Item, JsonObject]]:
    """Give every policy an id: one without gets the same one each time it is read.

    The name decides; where several have it, name and content do.
    """
    documents = [(item, item.value) for item in kept if is_object(item.value)]
    shared = Counter(_name(document) for _, document in documents if not document.get("id"))
    return [
        (item, document if document.get("id") else {"id": _made_id(document, shared), **document})
        for item, document in documents
    ]


def _made_id(document: JsonObject, shared: Counter[str]) -> str:
    name = _name(document)
    if name and shared[name] == 1:
        return str(uuid5(_NAMESPACE, name))
    content = json.dumps(document, sort_keys=True, default=repr)
    return str(uuid5(_NAMESPACE, f"{name}\n{content}"))
