"""The contenders of the impact benchmark: the same counts, each in its own way."""

# The rivals declare tables loosely; what comes back is compared with our own counts.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportOptionalMemberAccess=false
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportCallIssue=false

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb as duck
import numpy as np
import polars
import pyarrow

from ostiary.analysis.impact import Impact, impact
from ostiary.analysis.impact_parts import Log, RowGroup, open_log
from ostiary.analysis.impact_rows import Counter
from ostiary.analysis.impact_sides import sides
from ostiary.analysis.impact_standings import Standings
from ostiary.analysis.impact_work import PERSON, WAY, Work
from ostiary.engine.policyset import PolicySet
from ostiary.model.policy import Policy, PolicyState
from ostiary.tenant.tenant import load_tenant

pa: Any = pyarrow  # the stubs of both leave most types unknown
pl: Any = polars
THREADS = 2
DUCKDB_MEMORY = "12GB"
ASSUMED = {"insider_risk": "none", "service_principal_risk": "none"}
Answer = dict[str, list[int]]
"""Policy -> sign-ins it applied to, of these failing and waiting, distinct identities."""


@dataclass(frozen=True)
class Prepared:
    """The tenant compiled, a draft that switches report-only policies on, and the log opened."""

    policies: PolicySet
    draft: tuple[Policy, ...]
    log: Log
    path: Path

    @staticmethod
    def load(tenant: Path, log: Path) -> "Prepared":
        compiled = load_tenant(tenant).compiled
        on = tuple(
            replace(p, state=PolicyState.ENABLED) if p.state is PolicyState.REPORT_ONLY else p
            for p in compiled.policies
        )
        return Prepared(compiled, on, open_log(log), log)

    def work(self) -> Work:
        return Work(sides(self.policies, None), assume=ASSUMED)


def scan(prepared: Prepared) -> None:
    """Read the columns that the analysis reads, and nothing else."""
    columns = prepared.work().plan.columns

    def read(group: RowGroup) -> int:
        return sum(batch.num_rows for batch in group.batches(columns))

    with ThreadPoolExecutor(THREADS) as pool:
        if sum(pool.map(read, prepared.log.groups)) != prepared.log.rows:
            raise ValueError(prepared.path)


def ours(prepared: Prepared) -> Answer:
    return _answer(impact(prepared.policies, prepared.log, assume=ASSUMED, workers=THREADS))


def ours_with_draft(prepared: Prepared) -> Answer:
    found = impact(
        prepared.policies,
        prepared.log,
        draft=prepared.draft,
        assume=ASSUMED,
        workers=THREADS,
    )
    return _answer(found)


def _answer(found: Impact) -> Answer:
    told: Answer = {}
    for each in found.policies:
        one = each.results
        absent = one.not_applied + one.report_only_not_applied
        fails, waits = one.failure + one.report_only_failure, one.interrupted
        told[each.policy.id] = [
            one.total - absent,
            fails,
            waits + one.report_only_interrupted,
            each.users,
        ]
    return told


@dataclass(frozen=True)
class Classes:
    """Tables from facts to masks, and the standings; worked out before the clock starts."""

    tables: dict[str, Any]
    standings: Standings
    policies: tuple[Policy, ...]
    words: int


_COLUMNS = {
    "person": ("user_id", "service_principal_id", "external_user_type", "home_tenant_id"),
    "target": ("resource_id", "audiences"),
    "place": ("ip", "country"),
}


def classes(prepared: Prepared) -> Classes:
    """Resolve every distinct combination of facts of the log."""
    work = prepared.work()
    counter = Counter(work)
    for group in prepared.log.groups:
        row = group.first
        for batch in group.batches(work.plan.columns):
            counter.count(batch, row)
            row += batch.num_rows
    tables = {name: _class_table(work, n) for n, name in enumerate(("person", "target"))}
    tables["place"] = _place_table(prepared, work)
    tables["way"] = _class_table(work, WAY)
    tables["pair"] = _pair_table(work)
    return Classes(tables, work.book.arrays, work.sides.union.policies, work.sides.words)


def _class_table(work: Work, number: int) -> Any:
    group = work.groups[number]
    names = [column.name for column in group.columns if column.name != "category" or number == WAY]
    rows = [group.row(n) for n in range(len(group.combinations))]
    columns: dict[str, Any] = {name: _array([row[name] for row in rows]) for name in names}
    return _with_masks(columns, work, number, np.arange(len(rows)))


def _array(values: list[Any]) -> Any:
    lists = any(isinstance(value, tuple) for value in values)
    kind = pa.list_(pa.string()) if lists else None
    if not lists and all(value is None for value in values):
        kind = pa.string()
    return pa.array(values, kind)


def _with_masks(columns: dict[str, Any], work: Work, number: int, rows: Any) -> Any:
    masks = work.groups[number].masks
    lines = masks.accepted[masks.classes[rows]]
    for word in range(work.sides.words):
        columns[f"{'ptlw'[number]}{word}"] = pa.array(np.ascontiguousarray(lines[:, word]))
    if number == PERSON:
        columns["visitor"] = pa.array(masks.marks[1][rows])
    if number == WAY:
        columns["evidence"] = pa.array(masks.marks[1][rows])
    return pa.table(columns)


def _place_table(prepared: Prepared, work: Work) -> Any:
    """Give every address of the log with its country; the analysis keeps pieces only."""
    query = "SELECT DISTINCT ip, country FROM read_parquet(?)"
    with _duckdb() as database:
        met: Any = database.sql(query, params=[str(prepared.path)]).to_arrow_table()
    columns = {"ip": work.vocabularies["ip"], "country": work.vocabularies["country"]}
    batch = pa.RecordBatch.from_arrays(
        [met.column(n).combine_chunks().dictionary_encode() for n in columns], names=list(columns)
    )
    coded = work.columns_of(batch, tuple(columns))
    rows = work.groups[2].find([coded[name] for name in columns])
    held: dict[str, Any] = {name: met.column(name).combine_chunks() for name in columns}
    return _with_masks(held, work, 2, rows)


def _pair_table(work: Work) -> Any:
    pairs = work.book.arrays.by_pair
    ways, visitors = np.nonzero(pairs >= 0)
    return pa.table(
        {
            "evidence": ways.astype(np.int32),
            "visitor": visitors.astype(np.int32),
            "standing": pairs[ways, visitors],
        }
    )


@contextmanager
def _duckdb() -> Generator[Any]:
    """Open DuckDB with as many threads as all others; it spills to a folder of ours."""
    with TemporaryDirectory(prefix="ostiary-bench-") as folder:
        config = {"threads": THREADS, "memory_limit": DUCKDB_MEMORY, "temp_directory": folder}
        with closing(duck.connect(config=config)) as database:
            yield database


def in_duckdb(prepared: Prepared, known: Classes) -> Answer:
    """Join the classes, AND the masks, group by mask and standing; group by identity for users."""
    with _duckdb() as database:
        counts, people = _queried(database, prepared, known)
    return _expanded(known, counts, people)


def _queried(database: Any, prepared: Prepared, known: Classes) -> tuple[Any, Any]:
    for name, table in known.tables.items():
        database.register(name, table)
    joins = [_join(name, known.tables[name]) for name in ("person", "target", "place", "way")]
    words = range(known.words)
    masks = ", ".join(f"p{n} & t{n} & l{n} & w{n} AS m{n}" for n in words)
    named = ", ".join(f"m{n}" for n in words)
    ors = ", ".join(f"bit_or(m{n}) AS m{n}" for n in words)
    database.execute(
        f"CREATE TEMP TABLE grouped AS SELECT who, {named}, standing, count(*) AS rows FROM ("  # noqa: S608  # names of ours
        f"SELECT coalesce(log.user_id, log.service_principal_id) AS who, {masks}, standing"
        f" FROM read_parquet('{prepared.path}') AS log {' '.join(joins)}"
        " JOIN pair USING (evidence, visitor)) GROUP BY ALL"
    )
    people = database.sql(f"SELECT {ors} FROM grouped GROUP BY who")  # noqa: S608
    counts = database.sql(
        f"SELECT {named}, standing, sum(rows)::BIGINT AS rows FROM grouped GROUP BY ALL"  # noqa: S608
    )
    return counts.to_arrow_table(), people.to_arrow_table()


def _join(name: str, table: Any) -> str:
    facts = [column for column in table.column_names if _is_fact(column)]
    same = " AND ".join(f"log.{fact} IS NOT DISTINCT FROM {name}.{fact}" for fact in facts)
    return f"JOIN {name} ON {same}"


def _is_fact(column: str) -> bool:
    return not column[1:].isdigit() and column not in {"visitor", "evidence"}


def in_polars(prepared: Prepared, known: Classes) -> Answer:
    """The same in Polars' streaming engine."""
    log = pl.scan_parquet(prepared.path)
    for name in ("person", "target", "place", "way"):
        table = known.tables[name]
        facts = [column for column in table.column_names if _is_fact(column)]
        lists = [fact for fact in facts if pa.types.is_list(table.schema.field(fact).type)]
        flat = [pl.col(fact).list.join(",").alias(f"{fact}_{name}") for fact in lists]
        keys = [f"{fact}_{name}" if fact in lists else fact for fact in facts]
        others = [fact for fact in facts if fact not in lists]
        right = pl.from_arrow(table).lazy().with_columns(flat).drop(lists)
        log = log.with_columns(*(_text(fact, table) for fact in others), *flat)
        log = log.join(right, on=keys, how="inner", nulls_equal=True)
    log = log.join(pl.from_arrow(known.tables["pair"]).lazy(), on=["evidence", "visitor"])
    words = range(known.words)
    masks = [
        (pl.col(f"p{n}") & pl.col(f"t{n}") & pl.col(f"l{n}") & pl.col(f"w{n}")).alias(f"m{n}")
        for n in words
    ]
    who = pl.coalesce("user_id", "service_principal_id").alias("who")
    named = [f"m{n}" for n in words]
    grouped = (
        log.select(who, *masks, "standing")
        .group_by("who", *named, "standing")
        .agg(pl.len().cast(pl.Int64).alias("rows"))
        .collect(engine="streaming")
    )
    people = grouped.group_by("who").agg([pl.col(name).bitwise_or() for name in named])
    counts = grouped.group_by(*named, "standing").agg(pl.col("rows").sum())
    return _expanded(known, counts.to_arrow(), people.to_arrow())


def _text(fact: str, table: Any) -> Any:
    if pa.types.is_boolean(table.schema.field(fact).type):
        return pl.col(fact)
    return pl.col(fact).cast(pl.String)


def _expanded(known: Classes, counts: Any, people: Any) -> Answer:
    """Unpack grouped masks into counts by policy."""
    masks = np.stack([counts.column(f"m{n}").to_numpy() for n in range(known.words)], axis=1)
    rows = counts.column("rows").to_numpy()
    standing = counts.column("standing").to_numpy()
    applied = _sums(masks, rows)
    fails = _sums(masks & known.standings.fails[standing], rows)
    waits = _sums(masks & known.standings.waits[standing], rows)
    seen = np.stack([people.column(f"m{n}").to_numpy() for n in range(known.words)], axis=1)
    users = _sums(seen, np.ones(len(seen), dtype=np.int64))
    return {
        policy.id: [int(each[n]) for each in (applied, fails, waits, users)]
        for n, policy in enumerate(known.policies)
    }


def _sums(masks: Any, rows: Any) -> Any:
    total = np.zeros(64 * masks.shape[1], dtype=np.int64)
    for start in range(0, len(masks), 65_536):
        part = np.ascontiguousarray(masks[start : start + 65_536]).astype("<u8", copy=False)
        bits = np.unpackbits(part.view(np.uint8), axis=1, bitorder="little")
        total += rows[start : start + 65_536] @ bits.astype(np.int64)
    return total
