"""Plans in files: read as strictly as everything that is acted on."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, is_list, is_object
from ostiary.policycode.changes import FORMAT, Action, Base, Change, Kind, Plan, Rests
from ostiary.tenant.json_text import parse_json, read_bytes

_Word = TypeVar("_Word", bound=Enum)


def load_plan(path: str | Path) -> Plan:
    """Read a file that `ostiary plan --out` wrote. Raises InputError for anything else."""
    file = Path(path)
    return read_plan(parse_json(read_bytes(file), str(file)), str(file))


def read_plan(document: object, source: str) -> Plan:
    """Read a plan's JSON form; raises InputError that names the place in `source`."""
    body = _object(document, source)
    if body.get("format") != FORMAT:
        raise InputError(
            f"{source}: expected a plan of format {FORMAT}, came `{body.get('format')!r:.20}`",
            hint="make the plan anew with `ostiary plan --out`",
        )
    return Plan(
        target=_text(body, "target", source),
        tenant_id=_text(body, "tenantId", source),
        made=_text(body, "made", source),
        changes=tuple(
            _change(each, f"{source}#/changes/{number}")
            for number, each in enumerate(_listed(body, "changes", source))
        ),
        base=tuple(
            _base(each, f"{source}#/base/{number}")
            for number, each in enumerate(_listed(body, "base", source))
        ),
    )


def _change(value: object, source: str) -> Change:
    body = _object(value, source)
    action = _word(Action, body, "action", source)
    before, after = (_document(body, name, source) for name in ("before", "after"))
    if (before is None) != (action is Action.CREATE) or (after is None) != (
        action is Action.DELETE
    ):
        raise InputError(
            f"{source}: expected `before` unless something is created and `after` unless it is"
            f" deleted, came other documents for `{action.value}`",
            hint="make the plan anew with `ostiary plan --out`",
        )
    return Change(
        action=action,
        kind=_word(Kind, body, "kind", source),
        name=_text(body, "name", source),
        id=_text(body, "id", source),
        before=before,
        after=after,
    )


def _base(value: object, source: str) -> Base:
    body = _object(value, source)
    return Base(
        kind=_word(Kind, body, "kind", source),
        id=_text(body, "id", source),
        name=_text(body, "name", source),
        rests=_word(Rests, body, "rests", source),
        fingerprint=_text(body, "fingerprint", source),
    )


def _object(value: object, source: str) -> JsonObject:
    if is_object(value):
        return value
    raise InputError(f"{source}: expected an object of a plan, came `{value!r:.40}`")


def _listed(body: JsonObject, name: str, source: str) -> list[Any]:
    value = body.get(name)
    if is_list(value):
        return list(value)
    raise InputError(f"{source}: expected a list in `{name}`, came `{value!r:.40}`")


def _text(body: JsonObject, name: str, source: str) -> str:
    value = body.get(name)
    if isinstance(value, str):
        return value
    raise InputError(f"{source}: expected text in `{name}`, came `{value!r:.40}`")


def _document(body: JsonObject, name: str, source: str) -> JsonObject | None:
    value = body.get(name)
    return None if value is None else _object(value, f"{source}/{name}")


def _word(words: type[_Word], body: JsonObject, name: str, source: str) -> _Word:
    written = _text(body, name, source)
    found = next((each for each in words if each.value == written), None)
    if found is None:
        expected = ", ".join(f"`{each.value}`" for each in words)
        raise InputError(f"{source}: expected one of {expected} in `{name}`, came `{written:.40}`")
    return found
