"""Policies out of a file: read as the commands read them, and matched with what is there.

Graph's own answers are taken, one or many, the admin center's downloads, and what PowerShell makes
of them (`ostiary.tenant`). Of a name in the place of an id the id is looked up.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ostiary.admin.describing import Described, described
from ostiary.admin.graph_calls import Graph
from ostiary.admin.naming import Names
from ostiary.admin.references import Known, Reference, is_object_id, known
from ostiary.analysis.policy_members import references_of
from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import Lookup, Shape
from ostiary.model.errors import InputError, Problem
from ostiary.model.json_types import JsonObject, as_object, is_list, is_object
from ostiary.schema.materialise import normal_form
from ostiary.schema.requests_policies import MOST_POLICIES
from ostiary.tenant.json_text import parse_json
from ostiary.tenant.policy_reading import draft
from ostiary.tenant.reading import read_document

_KINDS: Final = {each.value: each for each in Lookup}
_MADE_BY_GRAPH: Final = frozenset(
    {"id", "templateId", "createdDateTime", "modifiedDateTime", "deletedDateTime"}
)


@dataclass(frozen=True, slots=True)
class Found:
    """A policy of a file, ready to be created: its document, and what to know before.

    `missing` are things that it names and that are not here, each with its kind; `twin` is true
    where a policy of that name is here already.
    """

    name: str
    document: JsonObject
    words: Described
    missing: tuple[Reference, ...]
    twin: bool
    problems: tuple[Problem, ...]

    @property
    def text(self) -> str:
        """The document, to be sent along with a form."""
        return json.dumps(self.document, ensure_ascii=False)


def policies_in(data: bytes | str, source: str) -> list[tuple[JsonObject, tuple[Problem, ...]]]:
    """Read the policies of a file, each with what is wrong with its text.

    Raises InputError where it is no JSON, or holds no policy, or more than a tenant can have.
    """
    drafts = draft(read_document(parse_json(data, source), source))
    found = [
        (item.value, drafts.problems.get(item.source, ()))
        for item in drafts.settled.kept
        if is_object(item.value)
    ]
    if drafts.refused:
        wrong = "; ".join(each.message for one in drafts.refused for each in one.problems)
        raise InputError(f"{source}: {wrong}")
    if not found:
        raise InputError(
            f"{source}: expected policies, came none",
            hint="a policy has `conditions`, as in the JSON that Download gives",
        )
    if len(found) > MOST_POLICIES:
        raise InputError(
            f"{source}: expected at most {MOST_POLICIES} policies, came {len(found)}: a tenant "
            "cannot have more"
        )
    return found


async def matched(
    graph: Graph, read: Sequence[tuple[JsonObject, tuple[Problem, ...]]], taken: set[str]
) -> list[Found]:
    """Match policies with what is there; `taken` are the names of the policies there."""
    wanted = {each for document, _ in read for each in _references(document)}
    names = await known(graph, wanted)
    ids = await _looked_up(graph, [each for each in wanted if each not in names])
    names = await known(graph, {*wanted, *ids.values()}) if ids else names
    return [_found(document, problems, names, ids, taken) for document, problems in read]


def _found(
    document: JsonObject,
    problems: tuple[Problem, ...],
    names: Known,
    ids: Mapping[Reference, Reference],
    taken: set[str],
) -> Found:
    plain = {
        key: value
        for key, value in as_object(_saying(document)).items()
        if key not in _MADE_BY_GRAPH
    }
    resolved = {**plain, "conditions": _with_ids(as_object(plain.get("conditions")), ids)}
    name = str(document.get("displayName") or "")
    missing = sorted(each for each in _references(resolved) if each not in names)
    words = described(resolved, names)
    return Found(name, resolved, words, tuple(missing), name.casefold() in taken, problems)


def _references(document: JsonObject) -> frozenset[Reference]:
    return references_of(normal_form(document, "beta"))


async def _looked_up(graph: Graph, unknown: Sequence[Reference]) -> dict[Reference, Reference]:
    """Find the ids of what is written by name; what nothing, or several things, go by is left."""
    lookup, found = Names(graph), dict[Reference, Reference]()
    for kind, text in unknown:
        if kind in _KINDS and not is_object_id(text):
            try:
                found[kind, text] = kind, await lookup.find(_KINDS[kind], text)
            except InputError:
                continue
    return found


def _with_ids(conditions: JsonObject, ids: Mapping[Reference, Reference]) -> dict[str, Any]:
    """Put ids in the place of names."""
    found = dict(conditions)
    for condition in CONDITIONS:
        for field in condition.fields:
            body = as_object(found.get(condition.key))
            words: object = body.get(field.name)
            if field.lookup is None or field.shape is not Shape.WORDS or not is_list(words):
                continue
            kind = field.lookup.value
            written = [ids.get((kind, each), (kind, each))[1] for each in words]
            found[condition.key] = {**body, field.name: written}
    return found


def _saying(value: Any) -> Any:
    """Leave out what says nothing: null, and annotations but the type of an object."""
    if is_object(value):
        return dict(_members(value))
    return [_saying(each) for each in value] if is_list(value) else value


def _members(value: JsonObject) -> Iterator[tuple[str, Any]]:
    for name, each in value.items():
        if each is not None and ("@" not in name or name == "@odata.type"):
            yield name, _saying(each)
