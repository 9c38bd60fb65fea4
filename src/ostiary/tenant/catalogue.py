"""What Ostiary knows of Microsoft's services beside any tenant: data files in `data/`.

Each file says in `_about` where its rows come from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ostiary.model.directory import AuthenticationStrength

AZURE_GOVERNMENT_SUITE = "05714a12-0e55-4c0d-9d5c-6f76a7b1c0de"
"""Our id of *Azure Government Cloud Management API*, whose own one Microsoft does not publish
(docs/decisions/0004-azure-government-suite.md)."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Built-in knowledge. Ids are lower case; names map to every id they may stand for.

    `suites` maps a suite's literal or id to its members, `early_dependencies` an application to
    those it reaches at sign-in, `scope_audiences` a delegated Microsoft Graph scope (lower case)
    to the application behind it, `applications` and `roles` an id to its name.
    """

    suites: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    early_dependencies: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    scope_audiences: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    applications: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    application_names: Mapping[str, frozenset[str]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    roles: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    role_names: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    strengths: tuple[AuthenticationStrength, ...] = ()


_FOLDER = Path(__file__).with_name("data")


def _data(name: str) -> Mapping[str, Any]:
    return json.loads((_FOLDER / name).read_text(encoding="utf-8"))


def _by_name(named: Iterable[tuple[str, Sequence[str]]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for identifier, names in named:
        for name in names:
            found.setdefault(name.casefold(), set()).add(identifier)
    return {name: frozenset(identifiers) for name, identifiers in found.items()}


def _strengths() -> tuple[AuthenticationStrength, ...]:
    return tuple(
        AuthenticationStrength(
            each["id"],
            each["displayName"],
            tuple(frozenset(modes.split(",")) for modes in each["allowedCombinations"]),
            built_in=True,
        )
        for each in _data("strengths.json")["authenticationStrengthPolicies"]
    )


def _early(rows: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        if row["binding"] == "early":
            found[row["client"]] = (*found.get(row["client"], ()), *row["downstream"])
    return found


def _built_in() -> Catalogue:
    applications, roles = _data("applications.json")["applications"], _data("roles.json")["roles"]
    suites, services = _data("suites.json")["suites"], _data("services.json")
    named = [*applications.items(), *((each["id"], each["names"]) for each in suites)]
    return Catalogue(
        suites={each["id"]: frozenset(each["members"]) for each in suites},
        early_dependencies=_early(services["dependencies"]),
        scope_audiences={
            scope.casefold(): application
            for application, scopes in services["scopes"].items()
            for scope in scopes
        },
        applications={each: names[0] for each, names in reversed(named) if names},
        application_names=_by_name(named),
        roles={each: names[0] for each, names in roles.items()},
        role_names=_by_name(roles.items()),
        strengths=_strengths(),
    )


BUILT_IN = _built_in()
"""Suites, well-known applications, directory roles, dependencies, scopes, built-in strengths."""

NO_CATALOGUE = Catalogue(strengths=_strengths())
"""Nothing but the built-in strengths: only what the document itself says counts.

For the conformance suite, whose lists are complete by definition.
"""
