"""From texts, one column a fact, to batches in the fixed schema.

Logs repeat themselves: each column is numbered first, and every distinct text is understood once.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ostiary.analysis import log_words as words
from ostiary.analysis.log_arrow import Array, RecordBatch, arrow, compute
from ostiary.analysis.log_arrow import Table as ArrowTable
from ostiary.analysis.log_evidence import Kind, Step, asked, category, shown
from ostiary.analysis.log_schema import NAMES, SCHEMA, WORD, Category
from ostiary.analysis.log_words import NotUnderstood

_SCHEMA: Any = SCHEMA
_WORD: Any = WORD
Reader: TypeAlias = Callable[[str], Any]  # what a text means; the column's own type
_MOST_REMEMBERED = 200_000


@dataclass
class Understanding:
    """What texts mean, each distinct one worked out once; counts those that mean nothing.

    `not_understood` counts rows by column and text.
    """

    not_understood: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    _known: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])

    def meanings(self, column: str, texts: Sequence[str], read: Reader) -> list[Any]:
        """Give the meaning of each text; what cannot be understood is MISSING, that is None."""
        known = self._known.setdefault(column, {})
        if len(known) > _MOST_REMEMBERED:
            known.clear()
        for text in texts:
            if text not in known:
                known[text] = _meaning(read, text)
        return [known[text] for text in texts]


class _Unclear:
    """The meaning of a text that has none in its column."""


_UNCLEAR = _Unclear()


def _meaning(read: Reader, text: str) -> Any:
    try:
        return read(text)
    except NotUnderstood:
        return _UNCLEAR


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A column of texts: the distinct ones, and the number of each row's."""

    texts: list[str]
    numbers: Array

    @classmethod
    def of(cls, column: Array) -> _Numbered:
        encoded = compute.dictionary_encode(column).combine_chunks()
        return cls(encoded.dictionary.to_pylist(), encoded.indices)


class Columns:
    """One chunk of facts as text, turned into a batch of the fixed schema."""

    def __init__(self, table: ArrowTable, understanding: Understanding) -> None:
        """Keep the chunk (as `log_sql.facts` gives it) and what is understood already."""
        self._table: Any = table
        self._understanding = understanding
        self._made: dict[str, Any] = {}

    def batch(self) -> RecordBatch:
        """Give the sign-ins of the chunk."""
        self._kinds()
        self._identities()
        self._plain()
        self._evidence()
        self._visits()
        return arrow.RecordBatch.from_arrays([self._made[each] for each in NAMES], schema=_SCHEMA)

    def _kinds(self) -> None:
        """Make category, grant and flows."""
        numbered = _Numbered.of(self._table.column("kind"))
        found = self._understanding.meanings("kind", numbered.texts, _kind)
        for place, name in enumerate(_OF_KIND):
            self._made[name] = _words(numbered, [each[place] for each in found])
        unclear = {n: each[-1] for n, each in enumerate(found) if each[-1] is not None}
        self._count("grant", numbered, unclear)

    def _identities(self) -> None:
        """Make ids and names: where a log tells no id, the user's or the application's name."""
        workload = compute.is_in(self._made["category"].cast(arrow.string()), value_set=_WORKLOADS)
        for source, read in _OF_IDENTITY:
            self._read(f"_{source}", source, read)
        user_id, user_name, principal_id, principal_name, app_id = (
            self._made.pop(f"_{source}").cast(arrow.string()) for source, _ in _OF_IDENTITY
        )
        none = arrow.scalar(None, arrow.string())
        person = compute.coalesce(user_id, user_name)
        principal = compute.coalesce(principal_id, app_id)
        made = {
            "user_id": compute.if_else(workload, none, person),
            "service_principal_id": compute.if_else(workload, principal, none),
            "user_name": compute.if_else(workload, principal_name, user_name),
        }
        self._made |= {name: each.dictionary_encode() for name, each in made.items()}

    def _plain(self) -> None:
        self._made["created"] = _whole(self._table.column("created")).cast(_SCHEMA.field(0).type)
        self._made["request_id"] = _whole(self._table.column("request_id"))
        for name, source, read in _PLAIN:
            self._read(name, source, read)
        bad_times = self._table.column("bad_time").drop_null()
        self._understanding.not_understood.update(
            ("created", str(text)) for text in bad_times.to_pylist()
        )

    def _evidence(self) -> None:
        numbered = _Numbered.of(self._table.column("evidence"))
        found = self._understanding.meanings("evidence", numbered.texts, _shown)
        self._made["methods"] = _lists(numbered, [each.methods for each in found])
        self._made["mfa_satisfied"] = _typed(numbered, [each.mfa for each in found], arrow.bool_())

    def _visits(self) -> None:
        numbered = _Numbered.of(self._table.column("visit"))
        found = self._understanding.meanings("visit", numbered.texts, _visitor)
        self._made["external_user_type"] = _words(numbered, found)

    def _read(self, name: str, source: str, read: Reader) -> None:
        """Make one column out of another by understanding its distinct texts."""
        numbered = _Numbered.of(self._table.column(source))
        found = self._understanding.meanings(source, numbered.texts, read)
        texts = numbered.texts
        self._count(
            name, numbered, {n: texts[n] for n, each in enumerate(found) if each is _UNCLEAR}
        )
        clear = [None if each is _UNCLEAR else each for each in found]
        kind: Any = _SCHEMA.field(name).type if name in NAMES else _WORD
        if kind == _WORD:
            self._made[name] = _words(numbered, clear)
        elif arrow.types.is_list(kind):
            self._made[name] = _lists(numbered, clear)
        else:
            self._made[name] = _typed(numbered, clear, kind)

    def _count(self, name: str, numbered: _Numbered, unclear: dict[int, str]) -> None:
        """Count the rows of texts, by their number, that mean nothing in this column."""
        if not unclear:
            return
        for each in compute.value_counts(numbered.numbers).to_pylist():
            text = unclear.get(each["values"])
            if text is not None:
                self._understanding.not_understood[name, text] += int(each["counts"])


_WORKLOADS: Array = arrow.array(
    [Category.SERVICE_PRINCIPAL.value, Category.MANAGED_IDENTITY.value], arrow.string()
)
_OF_IDENTITY: tuple[tuple[str, Reader], ...] = (
    ("user_id", words.identifier),
    ("user_name", words.principal_name),
    ("principal_id", words.identifier),
    ("principal_name", words.name),
    ("app_id", words.identifier),
)
_OF_KIND = ("category", "grant", "authentication_flow", "original_transfer_method")


def _kind(text: str) -> tuple[str, str | None, str | None, str | None, str | None]:
    """Give what _OF_KIND names, and last the protocol where it is not understood."""
    named, events, interactive, managed, user, principal, protocol, original = json.loads(text)
    each = category(Kind(named, events, interactive, managed, bool(user), bool(principal)))
    try:
        began = words.transfer_method(original) if original is not None else None
        how = asked(each, protocol, began)
    except NotUnderstood as error:
        return (each.value, None, None, None, str(error))
    return (each.value, how.grant, how.flow, how.original, None)


def _shown(text: str) -> Any:
    read = json.loads(text)
    try:
        error = words.error_code(read["e"] or "")
    except NotUnderstood:
        error = None
    steps = None if read["s"] is None else [_step(each) for each in read["s"] if each]
    return shown(read["r"] or "", error, read["d"] or "", steps)


def _step(each: dict[str, str | None]) -> Step:
    def folded(member: str) -> str:
        return (each.get(member) or "").casefold()

    return Step(
        folded("authenticationMethod"),
        folded("succeeded") in {"true", "succeeded"},
        folded("authenticationStepRequirement"),
        folded("authenticationStepResultDetail"),
    )


def _visitor(text: str) -> str | None:
    crossing, kind, home, here = json.loads(text)
    return words.external_type(crossing, kind, same_tenant=home == here if home and here else None)


def _audiences(text: str) -> tuple[str, ...] | None:
    """Read `conditionalAccessAudiences`: a list of ids, or of objects that hold one."""
    try:
        read = json.loads(text)
    except ValueError as error:
        raise NotUnderstood(text) from error
    if not isinstance(read, list):
        raise NotUnderstood(text)
    found = map(_audience, read)  # pyright: ignore[reportUnknownArgumentType]  # JSON
    return tuple(dict.fromkeys(each.casefold() for each in found if isinstance(each, str)))


def _audience(each: Any) -> Any:  # JSON
    if not isinstance(each, dict):
        return each
    held: dict[str, Any] = each  # pyright: ignore[reportUnknownVariableType]  # JSON
    return held.get("applicationId")


_PLAIN: tuple[tuple[str, str, Reader], ...] = (
    ("client_app_id", "app_id", words.identifier),
    ("client_app_name", "app_name", words.name),
    ("resource_id", "resource_id", words.resource),
    ("resource_name", "resource_name", words.name),
    ("audiences", "audiences", _audiences),
    ("ip", "ip", words.address),
    ("country", "country", words.country),
    ("city", "city", words.name),
    ("client_app_type", "client", words.client_app),
    ("platform", "platform", words.platform),
    ("device_state", "device_state", str),
    ("device_id", "device_id", str.casefold),
    ("device_compliant", "compliance", words.compliance),
    ("device_trust_type", "trust", words.trust_type),
    ("device_name", "device_name", str),
    ("operating_system", "operating_system", words.name),
    ("browser", "browser", words.name),
    ("sign_in_risk", "sign_in_risk", words.risk),
    ("user_risk", "user_risk", words.risk),
    ("error_code", "error_text", words.error_code),
    ("ca_status", "ca_status", words.ca_status),
    ("user_type", "user_type", words.user_type),
    ("home_tenant_id", "home_tenant", words.identifier),
)


def _whole(column: Array) -> Array:
    return column.combine_chunks()


def _words(numbered: _Numbered, values: Sequence[str | None]) -> Array:
    """Number the meanings themselves: several texts may mean the same."""
    distinct = list(dict.fromkeys(each for each in values if each is not None))
    place = {each: number for number, each in enumerate(distinct)}
    moved = arrow.array([None if each is None else place[each] for each in values], arrow.int32())
    return arrow.DictionaryArray.from_arrays(
        moved.take(numbered.numbers), arrow.array(distinct, arrow.string())
    )


def _typed(numbered: _Numbered, values: Sequence[Any], kind: Any) -> Array:
    return arrow.array(values, kind).take(numbered.numbers)


def _lists(numbered: _Numbered, values: Sequence[Sequence[str] | None]) -> Array:
    return _typed(numbered, values, arrow.list_(arrow.string()))


__all__ = ["Columns", "Understanding"]
