"""The coverage matrix in words and numbers, for pages and reports: rows, columns, cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from ostiary.analysis.columns import bits, bits_at
from ostiary.analysis.coverage import Column, Ground, split
from ostiary.analysis.coverage_kinds import Kind
from ostiary.analysis.describing import Atom, Style, described, listed
from ostiary.analysis.naming import Names
from ostiary.analysis.targets import ANY_OTHER
from ostiary.conditions.applications import WORDS

MOST_ROWS, MOST_COLUMNS = 30, 12
MOST_POLICIES = 50
"""Policies that are named behind a cell, those about most people first; all are counted."""
MOST_NAMED = 3
_EXAMPLES = 5
_FEW = 400
"""Named groups, roles and people among which a name for a row is looked for."""
_STYLE = Style("{}", "everybody but {}", "people", minus="{} but not {}")
_THINGS = Style("{}", "all resources but {}", "resources", minus="{} but not {}")
_ORDER = list(Kind)


@dataclass(frozen=True)
class Matrix:
    """The matrix of a tenant; `groups`: a row for each group or role, else for each class."""

    ground: Ground
    names: Names
    groups: bool = False
    apps: tuple[str, ...] = ()
    """Resources that are looked at alone; none: all."""

    @cached_property
    def _columns(self) -> tuple[Column, ...]:
        wanted = frozenset(self.apps)
        found = self.ground.columns
        return tuple(each for each in found if not wanted or wanted & frozenset(each.apps))

    @property
    def columns(self) -> tuple[Column, ...]:
        """Give the columns that are shown."""
        return self._columns[:MOST_COLUMNS]

    @cached_property
    def _rows(self) -> list[tuple[str, int]]:
        if self.groups:
            tags = ((tag, some) for tag, some in self.ground.by_tag.items() if ":" in tag)
            found = sorted(tags, key=lambda each: (-each[1].bit_count(), each[0]))
            return [(self._tag_name(tag), some) for tag, some in found]
        return [("", some) for some in split(self.ground, self.columns)]

    def to_json(self) -> dict[str, Any]:
        """Give the members that answers print."""
        shown = self._rows[:MOST_ROWS]
        return {
            "rows": [self._row(text or self._text(some), some) for text, some in shown],
            "columns": [self._column(each) for each in self.columns],
            "people": len(self.ground.people),
            "resources": sum(len(each.apps) for each in self.ground.columns),
            "policies": [
                {"id": each.id, "displayName": each.display_name, "state": each.state.value}
                for number, each in enumerate(self.ground.policies.policies)
                if self.ground.counted >> number & 1
            ],
            "further": self._further(),
        }

    def _further(self) -> dict[str, Any]:
        """Tell what there is no room for: rows with their people, columns with their resources."""
        left, columns = self._rows[MOST_ROWS:], self._columns[MOST_COLUMNS:]
        people = 0
        for _, some in left:
            people |= some
        return {
            "rows": len(left),
            "people": people.bit_count(),
            "columns": len(columns),
            "resources": sum(len(each.apps) for each in columns),
            "cells": [self._kinds(people, each) for each in self.columns] if left else [],
        }

    def _row(self, text: str, people: int) -> dict[str, Any]:
        return {
            "text": text,
            "count": people.bit_count(),
            "examples": [self.ground.people[each].id for each in islice(bits(people), _EXAMPLES)],
            "cells": [self._cell(people, each) for each in self.columns],
        }

    def _cell(self, people: int, column: Column) -> dict[str, Any]:
        here, elsewhere = self.ground.behind(people, column)
        counted = self._kinds(people, column)
        return {
            "required": min(counted, key=lambda each: _ORDER.index(Kind(each)), default="none"),
            "kinds": counted,
            "policiesCount": len(here),
            "policies": self._about(here, people),
            "elsewhereCount": len(elsewhere),
            "elsewhere": self._about(elsewhere, people),
        }

    def _about(self, numbers: Sequence[int], people: int) -> list[dict[str, Any]]:
        found = [self._policy(each, people) for each in numbers]
        return sorted(found, key=lambda each: -int(each["people"]))[:MOST_POLICIES]

    def _kinds(self, people: int, column: Column) -> dict[str, int]:
        counted = {kind: (column.kinds.get(kind, 0) & people).bit_count() for kind in Kind}
        return {kind.value: count for kind, count in counted.items() if count}

    def _policy(self, number: int, people: int) -> dict[str, Any]:
        policy = self.ground.policies.policies[number]
        return {"id": policy.id, "people": (self.ground.about(number) & people).bit_count()}

    def _column(self, column: Column) -> dict[str, Any]:
        known = [each for each in column.apps if each != ANY_OTHER]
        return {"text": self._resources(column), "count": len(column.apps), "ids": known}

    def _resources(self, column: Column) -> str:
        """Name resources: all of them, by suites and names that say it exactly, the first ones."""
        wanted, everything = self._bits(column.apps), (1 << len(self._places)) - 1
        if wanted == everything:
            return "all resources"
        text = described(wanted, everything, self._things, _THINGS)
        if not text.endswith(_THINGS.noun):
            return text
        named = sorted(map(self._app_name, column.apps), key=_readable)
        return listed(named, most=MOST_NAMED)

    @cached_property
    def _places(self) -> Mapping[str, int]:
        every = (app for each in self.ground.columns for app in each.apps)
        return {app: place for place, app in enumerate(every)}

    def _bits(self, apps: Iterable[str]) -> int:
        places = (self._places.get(each) for each in apps)
        return bits_at((each for each in places if each is not None), len(self._places))

    @cached_property
    def _things(self) -> Sequence[Atom]:
        suites = self.names.directory.settings.suites
        found = [
            Atom(self._bits(apps), WORDS.get(key) or self._app_name(key))
            for key, apps in suites.items()
        ]
        return [*found, *(Atom(self._bits([app]), self._app_name(app)) for app in self._places)]

    def _app_name(self, app: str) -> str:
        if app == ANY_OTHER:
            return "any other resource"
        name = self.names.application_name(app)
        return self._principals.get(app, name) if name == app else name

    @cached_property
    def _principals(self) -> Mapping[str, str]:
        principals = self.names.directory.service_principals.values()
        return {each.app_id: each.display_name for each in principals if each.display_name}

    def _text(self, people: int) -> str:
        """Name a class: everybody, a few by name, by groups and roles that say it, by a number."""
        everybody = self.ground.everybody
        if people == everybody:
            return "everybody"
        if people.bit_count() <= MOST_NAMED:
            return listed([self._person(each) for each in bits(people)])
        return described(people, everybody, self._atoms, _STYLE)

    def _person(self, place: int) -> str:
        identifier = self.ground.people[place].id
        user = self.names.directory.users[identifier]
        return user.display_name or user.principal_name or identifier

    @cached_property
    def _atoms(self) -> Sequence[Atom]:
        widest = sorted(self.ground.by_tag.items(), key=lambda each: -each[1].bit_count())
        return [Atom(some, self._tag_name(tag)) for tag, some in widest[:_FEW]]

    def _tag_name(self, tag: str) -> str:
        table = next(e for e in self.ground.policies.tables if e.condition.name == "users")
        return str(table.tagger.name(tag))


def _readable(name: str) -> tuple[bool, str]:
    """Put names before ids."""
    return name[:8].isalnum() and name.count("-") == 4, name.casefold()


def required_of(policies: Ground, person: str, app: str) -> Iterator[Kind]:
    """Tell what is required of one person for one resource, as the matrix has it."""
    place = next(n for n, each in enumerate(policies.people) if each.id == person)
    for column in policies.columns:
        if app in column.apps:
            yield from (kind for kind, some in column.kinds.items() if some >> place & 1)
