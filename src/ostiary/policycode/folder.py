"""A folder of policies as code: its objects, its assertions, what it says of itself.

Everything in it is read as an export is (`ostiary.tenant.reading`), in JSON or YAML; names may
stand wherever Graph wants an id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from ostiary.analysis.assertions import Assertion
from ostiary.model.errors import InputError
from ostiary.model.json_types import Json, as_strings, is_object
from ostiary.policycode.changes import Kind
from ostiary.policycode.configuration import Configuration, read_configuration
from ostiary.tenant.assertion_file import load_assertions
from ostiary.tenant.documents import POLICIES, Gathering, Item, RawTenant
from ostiary.tenant.json_text import decoded, parse_json, read_bytes
from ostiary.tenant.reading import files_below, take_file
from ostiary.tenant.yaml_text import parse_yaml

KEYS: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.NAMED_LOCATION: "namedLocations",
        Kind.GROUP: "groups",
        Kind.STRENGTH: "authenticationStrengthPolicies",
        Kind.CONTEXT: "authenticationContextClassReferences",
        Kind.POLICY: POLICIES,
    }
)
"""The member of a tenant document that holds each kind."""
FOLDERS: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.NAMED_LOCATION: "locations",
        Kind.GROUP: "groups",
        Kind.STRENGTH: "strengths",
        Kind.CONTEXT: "contexts",
        Kind.POLICY: "policies",
    }
)
"""The sub-folder of each kind; the member's own name is taken as well."""
TESTS: Final = "tests"
CONFIGURATION: Final = ("ostiary.yaml", "ostiary.yml", "ostiary.json")
NO_LONGER_EXCLUDED: Final = "@ostiary.noLongerExcluded"
"""The member of a policy that names whom or what it may stop to exclude."""
FORMERLY: Final = "@ostiary.formerly"
"""The member of a policy that tells what it was called before it got its name."""
_ENDINGS: Final = (".json", ".yaml", ".yml")
_MEANT: Final = {short: KEYS[kind] for kind, short in FOLDERS.items()}
_ADVICE: Final = "see docs/policy-as-code.md; `ostiary export` makes a folder of a tenant"


@dataclass(frozen=True, slots=True)
class CodeFolder:
    """What a folder asks for. `raw` has its objects, by the keys of `KEYS` only.

    `released` maps the place of a policy to what it no longer excludes, by name or id, `formerly`
    to the name that it had before.
    """

    path: str
    configuration: Configuration
    raw: RawTenant
    released: Mapping[str, tuple[str, ...]]
    formerly: Mapping[str, str]
    assertions: tuple[Assertion, ...] = ()


def load_folder(path: str | Path) -> CodeFolder:
    """Read a folder; raises InputError for whatever in it cannot be read, all files at once."""
    root = Path(path)
    if not root.is_dir():
        came = "a file" if root.exists() else "nothing of that name"
        raise InputError(f"{root}: expected a folder of policies, came {came}", hint=_ADVICE)
    configuration = load_configuration(root)
    gathering, wrong = Gathering(), list[InputError]()
    for file in _object_files(root):
        try:
            take_file(gathering, _place(root, file), Item(_value(file), str(file)), None)
        except InputError as error:
            wrong.append(error)
    assertions, unread = _assertions(root)
    _refuse([*wrong, *unread])
    if gathering.empty and configuration is None:
        raise InputError(f"{root}: expected policies, came none", hint=_ADVICE)
    raw = gathering.finish()
    managed = RawTenant(
        parts={key: raw.part(key) for key in KEYS.values() if raw.has(key)},
        broken=raw.broken,
        skipped=raw.skipped,
        warnings=raw.warnings,
    )
    return CodeFolder(
        str(root),
        configuration or Configuration(),
        managed,
        _released(managed),
        _formerly(managed),
        assertions,
    )


def load_configuration(root: Path) -> Configuration | None:
    """Read `ostiary.yaml` of a folder alone, None where there is none. Raises InputError."""
    found = [root / name for name in CONFIGURATION if (root / name).is_file()]
    if len(found) > 1:
        raise InputError(
            f"{root}: expected one of {', '.join(CONFIGURATION)}, came {len(found)}",
            hint="keep one of them",
        )
    return read_configuration(_value(found[0]), str(found[0])) if found else None


def _object_files(root: Path) -> Iterator[Path]:
    for file in files_below(root, _ENDINGS):
        place = file.relative_to(root).parts
        if place[0] != TESTS and not (len(place) == 1 and place[0] in CONFIGURATION):
            yield file


def _place(root: Path, file: Path) -> Path:
    """Give the path below the folder, its first part as the reader of exports knows it."""
    first, *rest = file.relative_to(root).parts
    name = first if rest else first.removesuffix(file.suffix)
    meant = _MEANT.get(name.casefold())
    if meant is None:
        return file.relative_to(root)
    return Path(meant, *rest) if rest else Path(f"{meant}{file.suffix}")


def _value(file: Path) -> Json:
    data = read_bytes(file)
    if file.suffix.casefold() == ".json":
        return parse_json(data, str(file))
    found: Json = parse_yaml(decoded(data, str(file)), str(file))
    return found


def _assertions(root: Path) -> tuple[tuple[Assertion, ...], list[InputError]]:
    found: list[Assertion] = []
    wrong: list[InputError] = []
    for file in files_below(root / TESTS, _ENDINGS):
        try:
            found.extend(load_assertions(file))
        except InputError as error:
            wrong.append(error)
    return tuple(found), wrong


def _refuse(wrong: list[InputError]) -> None:
    if len(wrong) == 1:
        raise wrong[0]
    if wrong:
        told = "; ".join(each.message for each in wrong)
        raise InputError(f"{len(wrong)} files cannot be read: {told}", hint=wrong[0].hint)


def _released(raw: RawTenant) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for item in raw.items(POLICIES):
        words = item.value.get(NO_LONGER_EXCLUDED) if is_object(item.value) else None
        if words is None:
            continue
        named = (words,) if isinstance(words, str) else as_strings(words)
        if not named:
            raise InputError(
                f"{item.source}: expected names in `{NO_LONGER_EXCLUDED}`, came `{words!r:.40}`",
                hint="name each user, group or location that may be excluded no longer",
            )
        found[item.source] = named
    return MappingProxyType(found)


def _formerly(raw: RawTenant) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for item in raw.items(POLICIES):
        name = item.value.get(FORMERLY) if is_object(item.value) else None
        if name is None:
            continue
        if not isinstance(name, str) or not name.strip():
            raise InputError(
                f"{item.source}: expected a name in `{FORMERLY}`, came `{name!r:.40}`",
                hint="give the one name that the policy had before",
            )
        found[item.source] = name
    return MappingProxyType(found)
