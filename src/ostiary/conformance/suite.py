"""A conformance suite as read from its file: one tenant, and cases that each stand alone.

Format: `_about.format` of `cases/golden.json`, explained in `README.md` beside this file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from importlib import resources
from pathlib import Path
from typing import Any

from ostiary.conformance.containment import is_list, is_object
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_object
from ostiary.schema.merging import merged
from ostiary.tenant.json_text import parse_json, read_bytes

_LISTS = ("cases", "validationCases")


class Kind(Enum):
    """What a case asks: a decision, a What If evaluation, calls to the policy API."""

    DECIDE = "decide"
    WHAT_IF = "whatif"
    VALIDATE = "validate"


_KINDS = {kind.value: kind for kind in Kind}


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its id and kind, and the whole document for everything else."""

    id: str
    kind: Kind
    document: JsonObject

    @property
    def name(self) -> str:
        """What the case shows, for people."""
        return str(self.document.get("name", ""))

    @property
    def sources(self) -> tuple[str, ...]:
        """The pages that the case rests on, for people."""
        found = self.document.get("source")
        return tuple(map(str, found)) if is_list(found) else ()

    @property
    def expected(self) -> JsonObject:
        """The expected members of the answer."""
        return as_object(self.document.get("expect"))

    @property
    def ours_alone(self) -> bool:
        """Whether it is about an operation that Graph does not have; others may skip it."""
        return self.document.get("ostiary") is True


@dataclass(frozen=True, slots=True)
class Suite:
    """The cases of one file, and the tenant that all of them start from."""

    file: str
    title: str
    fixtures: JsonObject
    cases: tuple[Case, ...]


def suite_files() -> tuple[Path, ...]:
    """Give the suite that ships with this package: every file, by name."""
    folder = resources.files("ostiary.conformance") / "cases"
    return tuple(
        sorted(Path(str(each)) for each in folder.iterdir() if each.name.endswith(".json"))
    )


def load_suite(path: str | Path) -> Suite:
    """Read a suite from a file. Raises InputError naming the file and the place in it."""
    return read_suite(parse_json(read_bytes(Path(path)), str(path)), str(path))


def read_suite(document: object, file: str) -> Suite:
    """Read a suite; `file` names it in errors. Raises InputError where the format is not kept."""
    if not is_object(document):
        raise InputError(f"{file}: expected a conformance suite, a JSON object", hint=_HINT)
    if not any(key in document for key in _LISTS):
        raise InputError(f"{file}: expected `cases` or `validationCases`, came neither", hint=_HINT)
    fixtures = document.get("fixtures", {})
    if not is_object(fixtures):
        raise InputError(f"{file}: expected an object in `fixtures`, the tenant", hint=_HINT)
    title = as_object(document.get("_about")).get("title")
    named = title if isinstance(title, str) else ""
    return Suite(file, named, fixtures, tuple(_cases(document, file)))


def tenant_of(case: Case, fixtures: JsonObject) -> dict[str, Any]:
    """Give the tenant document of one case: overrides merged over the fixtures, its policies.

    Nothing in it is shared with the suite or with another case.
    """
    tenant: dict[str, Any] = merged(fixtures, as_object(case.document.get("tenant")))
    tenant.pop("policies", None)
    policies = case.document.get("policies")
    tenant["conditionalAccessPolicies"] = merged(None, policies if is_list(policies) else [])
    return tenant


_HINT = "the format is described in README.md of the package `ostiary.conformance`"


def _cases(document: JsonObject, file: str) -> Iterator[Case]:
    for key in _LISTS:
        values = document.get(key, [])
        if not is_list(values):
            raise InputError(f"{file}: expected a list in `{key}`", hint=_HINT)
        for number, value in enumerate(values):
            yield _case(value, f"{file}: `{key}[{number}]`")


def _case(value: object, place: str) -> Case:
    if not is_object(value):
        raise InputError(f"{place}: expected a case, a JSON object", hint=_HINT)
    name = value.get("id")
    if not isinstance(name, str) or not name:
        raise InputError(f"{place}: expected a text in `id`", hint=_HINT)
    kind = value.get("kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        known = ", ".join(f"`{each}`" for each in _KINDS)
        raise InputError(f"{place} ({name}): expected one of {known} in `kind`", hint=_HINT)
    _check_expected(value, f"{place} ({name})")
    return Case(name, _KINDS[kind], value)


def _check_expected(case: JsonObject, place: str) -> None:
    expected = case.get("expect")
    if not is_object(expected):
        raise InputError(f"{place}: expected an object in `expect`", hint=_HINT)
    policies = expected.get("policies")
    whole = policies is None or (
        is_list(policies) and all("policyId" in as_object(each) for each in policies)
    )
    if not whole:
        raise InputError(f"{place}: expected objects with `policyId` in `expect.policies`")
    for member in ("absentPolicies", "conditionalAccessAudiences", "then"):
        if expected.get(member) is not None and not is_list(expected[member]):
            raise InputError(f"{place}: expected a list in `expect.{member}`")
    for number, call in enumerate(expected.get("then") or ()):
        _check_expected(as_object(call), f"{place}: `expect.then[{number}]`")
