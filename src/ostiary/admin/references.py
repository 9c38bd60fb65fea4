"""The names of everything that policies name by id, asked of Graph in few questions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, Final, TypeAlias
from uuid import UUID

from ostiary.admin.graph_calls import Graph, Refused
from ostiary.analysis.policy_members import STRENGTH, TERMS
from ostiary.conditions.base import Lookup

Reference: TypeAlias = tuple[str, str]
"""A kind (of `Lookup`, `STRENGTH`, `TERMS`) and an id."""
_ROOT: Final = "/identity/conditionalAccess"
_LISTS: Final[Mapping[str, str]] = {
    Lookup.ROLE.value: "/roleManagement/directory/roleDefinitions",
    Lookup.NAMED_LOCATION.value: f"{_ROOT}/namedLocations",
    Lookup.AUTHENTICATION_CONTEXT.value: f"{_ROOT}/authenticationContextClassReferences",
    STRENGTH: f"{_ROOT}/authenticationStrength/policies",
    TERMS: "/identityGovernance/termsOfUse/agreements",
}
"""Of these a tenant has so few that the whole list is read."""
_OBJECTS: Final = frozenset({Lookup.USER.value, Lookup.GROUP.value, Lookup.SERVICE_PRINCIPAL.value})
_MOST_IDS: Final = 1000
"""In one `getByIds` (api-reference directoryobject-getbyids)."""


class Known:
    """Names by reference; what is not there, or may not be read, has none."""

    def __init__(self, names: Mapping[Reference, str]) -> None:
        """Keep the names that were found, by kind and id in lower case."""
        self._names = names

    def __contains__(self, reference: Reference) -> bool:
        """Tell whether it was found."""
        return _folded(reference) in self._names

    def name(self, kind: str, identifier: str) -> str:
        """Give the name of something, its id where there is none."""
        return self._names.get(_folded((kind, identifier)), identifier)


async def known(graph: Graph, references: Iterable[Reference]) -> Known:
    """Look up the names of references."""
    found: dict[Reference, str] = {}
    for kind, group in groupby(sorted(set(references)), key=lambda each: each[0]):
        wanted = [identifier for _, identifier in group]
        try:
            named = {identifier: name async for identifier, name in _named(graph, kind, wanted)}
        except Refused:
            continue
        found.update({_folded((kind, each)): name for each, name in named.items()})
    return Known(found)


def _named(graph: Graph, kind: str, wanted: list[str]) -> AsyncIterator[tuple[str, str]]:
    if kind in _LISTS:
        return _listed(graph, _LISTS[kind])
    if kind in _OBJECTS:
        return _objects(graph, [each for each in wanted if is_object_id(each)])
    return _applications(graph, wanted)


async def _listed(graph: Graph, path: str) -> AsyncIterator[tuple[str, str]]:
    for each in await graph.all(path):
        yield str(each["id"]), _name(each)
        if each.get("templateId"):  # roles go by either (unifiedRoleDefinition)
            yield str(each["templateId"]), _name(each)


async def _objects(graph: Graph, wanted: list[str]) -> AsyncIterator[tuple[str, str]]:
    for some in _slices(wanted):
        answer = await graph.send("POST", "/directoryObjects/getByIds", {"ids": some})
        for each in answer["value"]:
            yield str(each["id"]), _name(each)


async def _applications(graph: Graph, wanted: list[str]) -> AsyncIterator[tuple[str, str]]:
    for each in wanted:
        named = each.replace("'", "''")
        answer = await graph.get("/servicePrincipals", filter=f"appId eq '{named}'", top="1")
        for principal in answer["value"]:
            yield each, _name(principal)


def is_object_id(text: str) -> bool:
    """Tell whether a text is written as the ids of the directory are."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _slices(wanted: list[str]) -> Iterator[list[str]]:
    return (wanted[at : at + _MOST_IDS] for at in range(0, len(wanted), _MOST_IDS))


def _name(document: Mapping[str, Any]) -> str:
    return str(document.get("displayName") or document["id"])


def _folded(reference: Reference) -> Reference:
    return reference[0], reference[1].casefold()
