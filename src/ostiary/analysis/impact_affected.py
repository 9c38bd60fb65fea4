"""The sign-ins that policies or a draft affect, as a Parquet file, written whole or not at all."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ostiary.analysis.compare import AFFECTED, CHANGES, REPORT_RESULTS, RESULTS
from ostiary.analysis.impact_kernels import Words
from ostiary.analysis.impact_pseudonyms import Pseudonyms
from ostiary.analysis.impact_work import Work
from ostiary.analysis.log_arrow import RecordBatch, arrow, compute, parquet
from ostiary.analysis.log_schema import SCHEMA
from ostiary.analysis.output import closed_after, replacing

COLUMNS = (
    "created",
    "request_id",
    "category",
    "user_id",
    "user_name",
    "service_principal_id",
    "client_app_id",
    "client_app_name",
    "resource_id",
    "resource_name",
    "ip",
    "country",
    "city",
    "client_app_type",
    "platform",
    "browser",
    "device_id",
    "device_state",
    "sign_in_risk",
    "user_risk",
    "authentication_flow",
    "grant",
    "mfa_satisfied",
)
"""Columns of the log that are written for each affected sign-in; the answers follow them."""
_TEXT = arrow.dictionary(arrow.int32(), arrow.string())
_NAMES = arrow.list_(arrow.string())
_ANSWERS = (
    ("kind", _TEXT),
    ("before", _TEXT),
    ("result", _TEXT),
    ("report_only_result", _TEXT),
    ("rests_on_missing_facts", arrow.bool_()),
    ("policy_ids", _NAMES),
    ("policy_names", _NAMES),
)
_LOGGED: Any = SCHEMA
_SCHEMA: Any = arrow.schema(
    [*(_LOGGED.field(name) for name in COLUMNS), *(arrow.field(*each) for each in _ANSWERS)]
)


@dataclass(frozen=True, slots=True)
class Hits:
    """Affected rows of a batch: the kind of each, its code, and the policies that cause it."""

    batch: RecordBatch
    kinds: npt.NDArray[np.uint8]
    codes: npt.NDArray[np.uint16]
    causes: Words


@contextmanager
def affected_writer(out: Path, work: Work, names: Pseudonyms | None) -> Generator[AffectedWriter]:
    """Open a file for affected sign-ins; it appears when all went well.

    Raises OutputError where it cannot be written.
    """
    with (
        replacing(out) as partial,
        closed_after(parquet.ParquetWriter(partial, _SCHEMA, compression="zstd")) as writer,
    ):
        yield AffectedWriter(writer, work, names)


class AffectedWriter:
    """Writes affected sign-ins to an open Parquet file (`affected_writer`)."""

    def __init__(self, writer: Any, work: Work, names: Pseudonyms | None) -> None:
        """Remember where to."""
        self._writer = writer
        self._work = work
        self._names = names
        self._drafted = work.sides.draft is not None
        self._policies: dict[bytes, tuple[list[str], list[str]]] = {}

    def write(self, hits: Hits) -> None:
        """Write some rows."""
        if not hits.batch.num_rows:
            return
        held = [self._log_column(hits.batch, name) for name in COLUMNS]
        answers = self._answers(hits)
        columns = [
            array.cast(field.type) for array, field in zip([*held, *answers], _SCHEMA, strict=True)
        ]
        self._writer.write_table(arrow.Table.from_arrays(columns, schema=_SCHEMA))

    def _log_column(self, batch: RecordBatch, name: str) -> Any:
        at = batch.schema.get_field_index(name)
        if at < 0:
            return arrow.nulls(batch.num_rows, arrow.string())
        held: Any = batch
        column = held.column(at)
        return column if self._names is None else self._names.of_column(name, column)

    def _answers(self, hits: Hits) -> list[Any]:
        kinds = CHANGES if self._drafted else AFFECTED
        codes = hits.codes.astype(np.int64)
        before = _worded(codes >> 4 & 3, RESULTS)
        policies = [self._named(line.tobytes()) for line in hits.causes]
        return [
            _worded(hits.kinds.astype(np.int64), kinds),
            before if self._drafted else arrow.nulls(len(codes), arrow.string()),
            _worded(codes & 3, RESULTS),
            _worded(codes >> 2 & 3, REPORT_RESULTS),
            arrow.array((codes >> 6 & 1).astype(bool)),
            arrow.array([each[0] for each in policies], _NAMES),
            arrow.array([each[1] for each in policies], _NAMES),
        ]

    def _named(self, line: bytes) -> tuple[list[str], list[str]]:
        known = self._policies.get(line)
        if known is None:
            mask = int.from_bytes(line, "little")
            chosen = [p for n, p in enumerate(self._work.sides.union.policies) if mask >> n & 1]
            known = ([p.id for p in chosen], [p.display_name for p in chosen])
            self._policies[line] = known
        return known


def _worded(numbers: npt.NDArray[np.int64], words: tuple[str, ...]) -> Any:
    codes = arrow.array(numbers.astype(np.int32))
    return compute.cast(
        arrow.DictionaryArray.from_arrays(codes, arrow.array(words)), arrow.string()
    )
