"""From a tenant to a folder of policies as code, with names wherever a name says it exactly.

A name is written only where it is read back as the same id; the rest stays an id. So a plan of the
folder against the same tenant has nothing to change.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from ostiary.analysis.policy_members import STRENGTH, TERMS, references_of
from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import Shape, canonical_word
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_object, as_strings
from ostiary.model.lookup import Lookup
from ostiary.policycode.changes import Kind
from ostiary.policycode.documents import TYPE, written
from ostiary.policycode.folder import FOLDERS
from ostiary.policycode.target import Target
from ostiary.schema.location_rules import range_text
from ostiary.schema.materialise import normal_form
from ostiary.tenant.documents import SETTINGS
from ostiary.tenant.name_books import Book, is_placeholder

_EXPORTED: Final = (Kind.NAMED_LOCATION, Kind.STRENGTH, Kind.CONTEXT, Kind.POLICY)
"""Groups are only where they are asked for: they belong to whoever keeps the directory."""
_OF_GROUP: Final = ("displayName", "description", "membershipRule", "isAssignableToRole")
_LONGEST_NAME: Final = 100
_FORBIDDEN: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_DEVICES: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
"""Names that Windows keeps for itself, with any ending."""


class Form(Enum):
    """How the files of a folder are written."""

    YAML = "yaml"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """One file: its path below the folder, with `/`, and its text."""

    path: str
    text: str


def export(
    target: Target, form: Form = Form.YAML, *, groups: bool = False
) -> tuple[ExportedFile, ...]:
    """Write a tenant's policies, locations, strengths and contexts, and its `ostiary.yaml`.

    `groups`: also those that policies name, so that another tenant can be given them. Raises
    InputError where YAML is asked for and PyYAML is not installed.
    """
    write = _writer(form)
    files: list[ExportedFile] = []
    for kind in (*((Kind.GROUP,) if groups else ()), *_EXPORTED):
        taken: set[str] = set()
        for document in _documents(target, kind):
            stem = _stem(str(document.get("displayName") or document.get("id")), taken)
            path = f"{FOLDERS[kind]}/{stem}.{form.value}"
            files.append(ExportedFile(path, write(document)))
    configuration = _configuration(target)
    files.append(ExportedFile(f"ostiary.{form.value}", write(configuration)))
    return tuple(files)


def _documents(target: Target, kind: Kind) -> Iterator[dict[str, Any]]:
    known = _named_groups(target) if kind is Kind.GROUP else target.of(kind)
    names = Counter(str(e.get("displayName")).strip().casefold() for e in known.values())
    for identifier, body in known.items():
        said = (
            _with_names(written(kind, body), target) if kind is Kind.POLICY else _short(kind, body)
        )
        if kind is Kind.CONTEXT or names[str(body.get("displayName")).strip().casefold()] > 1:
            yield {"id": identifier, **said}
        else:
            yield said


def _named_groups(target: Target) -> Mapping[str, JsonObject]:
    """Give the groups that policies refer to, as far as the target has them."""
    named = {
        identifier.casefold()
        for policy in target.of(Kind.POLICY).values()
        for what, identifier in references_of(normal_form(policy, "beta"))
        if what == Lookup.GROUP.value
    }
    return {key: body for key, body in target.of(Kind.GROUP).items() if key in named}


def _short(kind: Kind, body: JsonObject) -> dict[str, Any]:
    """Write an object as people would: without what its other members tell already."""
    said = written(kind, body)
    if kind is Kind.GROUP:
        return {name: each for name, each in said.items() if name in _OF_GROUP}
    if kind is Kind.CONTEXT:
        said.pop("id", None)
    if kind is not Kind.NAMED_LOCATION or not ("ipRanges" in said or "countriesAndRegions" in said):
        return said
    said.pop(TYPE, None)
    if "ipRanges" in said:
        said["ipRanges"] = [range_text(each) for each in said["ipRanges"]]
    return said


def _with_names(policy: dict[str, Any], target: Target) -> dict[str, Any]:
    conditions = dict(as_object(policy.get("conditions")))
    for condition in CONDITIONS:
        body = conditions.get(condition.key)
        for field in condition.fields:
            words = as_strings(as_object(body).get(field.name))
            if field.lookup is None or not words or field.shape is not Shape.WORDS:
                continue
            book = target.books.by_lookup[field.lookup]
            told = [
                each
                if canonical_word(field.words, each) in field.words
                else _name(book, each, target, field.words)
                for each in words
            ]
            body = conditions[condition.key] = {**as_object(body), field.name: told}
    grant = dict(as_object(policy.get("grantControls")))
    if as_object(grant.get(STRENGTH)).get("id"):
        identifier = str(grant[STRENGTH]["id"])
        name = _name(target.books.strengths, identifier, target)
        grant[STRENGTH] = {"id" if name == identifier else "displayName": name}
    if grant.get(TERMS):
        books = target.books.terms_of_use
        grant[TERMS] = [_name(books, each, target) for each in as_strings(grant[TERMS])]
    changed = {"conditions": conditions, "grantControls": grant}
    return {name: changed.get(name, each) for name, each in policy.items()}


def _name(
    book: Book, identifier: str, target: Target, literals: Mapping[str, str] | None = None
) -> str:
    """Give the name of a thing where it is read back as the same thing, else its id."""
    name = book.name_of(identifier)
    if name is None or name != name.strip() or is_placeholder(name):
        return identifier
    folded = name.casefold()
    words = {each.casefold() for pair in (literals or {}).items() for each in pair}
    if folded in words or folded in _given(target):
        return identifier
    plain = book.identified(name) is None and not book.looks_like_id(name)
    return name if plain and book.called(name) == (identifier.casefold(),) else identifier


def _given(target: Target) -> set[str]:
    """Give the names that the target's own settings map to something else."""
    found: set[str] = set()
    for item in target.raw.items(SETTINGS):
        found.update(str(name).casefold() for name in as_object(as_object(item.value).get("names")))
    return found


def _configuration(target: Target) -> dict[str, Any]:
    """Write the emergency access accounts: names of users, else of groups, else ids."""
    directory = target.parts.directory
    named: list[str] = []
    for each in sorted(directory.settings.emergency_access):
        kind = "user" if each in directory.users else "group"
        named.append(target.named(kind, each))
    return {"emergencyAccess": named}


def _stem(name: str, taken: set[str]) -> str:
    """Give a file name that every operating system takes, each once in any case."""
    plain = _FORBIDDEN.sub("-", name).strip(" .-")[:_LONGEST_NAME].rstrip(" .") or "unnamed"
    plain = f"_{plain}" if _DEVICES.fullmatch(plain) or plain.startswith(".") else plain
    found, number = plain, 1
    while found.casefold() in taken:
        number += 1
        found = f"{plain} ({number})"
    taken.add(found.casefold())
    return found


def _writer(form: Form) -> Callable[[Mapping[str, Any]], str]:
    if form is Form.JSON:
        return lambda document: json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    try:
        import yaml
    except ModuleNotFoundError:
        raise InputError(
            "expected the package PyYAML to write YAML, it is not installed",
            hint="install ostiary[analysis], or ask for --format json",
        ) from None

    class Plain(yaml.SafeDumper):
        """Writes the same list twice rather than a reference to the first, and indents lists."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
            return super().increase_indent(flow, False)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # stubs

    def write(document: Mapping[str, Any]) -> str:
        text: str = yaml.dump(
            dict(document), Dumper=Plain, sort_keys=False, allow_unicode=True, width=100
        )
        return text

    return write


def described_files(files: Sequence[ExportedFile]) -> dict[str, int]:
    """Count the files of each sub-folder, in their order."""
    return dict(Counter(each.path.partition("/")[0] for each in files if "/" in each.path))
