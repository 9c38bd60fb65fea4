"""The distinct sign-ins of a log, as witnesses of proofs: somebody did just this.

What a sign-in showed does not count here, nor when it was: a witness shows what a gap asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ostiary.analysis.log_arrow import Array, RecordBatch, Table, arrow, compute
from ostiary.analysis.log_facts import sign_in_of
from ostiary.analysis.log_reading import LogSource
from ostiary.model.directory import Directory
from ostiary.model.signin import SignIn

_TOLD = (
    "category",
    "user_id",
    "service_principal_id",
    "client_app_id",
    "resource_id",
    "ip",
    "country",
    "client_app_type",
    "platform",
    "device_state",
    "device_id",
    "device_compliant",
    "device_trust_type",
    "sign_in_risk",
    "user_risk",
    "authentication_flow",
    "original_transfer_method",
    "grant",
    "home_tenant_id",
    "external_user_type",
)
"""Columns that say who, what and under which circumstances."""
MOST_SEEN = 50_000
"""Distinct sign-ins that are kept."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Distinct sign-ins of a log. `left_out`: further ones, beyond `MOST_SEEN`."""

    sign_ins: tuple[SignIn, ...]
    rows: int
    left_out: int

    @property
    def notes(self) -> tuple[str, ...]:
        """Say what was not looked at."""
        if not self.left_out:
            return ()
        return (
            f"witnesses come from {len(self.sign_ins):,} distinct sign-ins of the log;"
            f" {self.left_out:,} further ones were left out",
        )


def seen_in(log: LogSource, directory: Directory, *, most: int = MOST_SEEN) -> Seen:
    """Read a log whole and keep its distinct sign-ins; raises InputError as `read_logs` says."""
    found: Table | None = None
    left_out = 0
    for batch in log:
        more = _distinct(_columns(batch))
        found = more if found is None else _distinct(arrow.concat_tables([found, more]))
        if found.num_rows > most:
            left_out += found.num_rows - most
            found = found.slice(0, most)
    sign_ins = () if found is None else tuple(_sign_ins(found, directory))
    return Seen(sign_ins, log.rows_read, left_out)


def _columns(batch: RecordBatch) -> Table:
    columns = {name: _plain(batch, name) for name in _TOLD}
    # Lists cannot be told apart in groups, texts can; no application id has a space.
    columns["audiences"] = compute.binary_join(batch.column("audiences"), " ")
    return arrow.table(columns)


def _plain(batch: RecordBatch, name: str) -> Array:
    column: Array = batch.column(name)  # pyright: ignore[reportUnknownVariableType]  # stubs
    numbered = arrow.types.is_dictionary(column.type)
    return compute.cast(column, arrow.string()) if numbered else column


def _distinct(table: Table) -> Table:
    names = [*_TOLD, "audiences"]
    grouped: Table = arrow.TableGroupBy(table, names, use_threads=False).aggregate([])
    return grouped


def _sign_ins(table: Table, directory: Directory) -> Iterator[SignIn]:
    rows: list[dict[str, object]] = table.to_pylist()
    for row in rows:
        joined = row["audiences"]
        row["audiences"] = joined.split() if isinstance(joined, str) and joined else None
        yield sign_in_of(row, directory)
