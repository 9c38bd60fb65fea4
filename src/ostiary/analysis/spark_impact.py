"""The same plan on Apache Spark, for logs that outgrow one machine.

Spark reads a Parquet data set in the fast form and hands each of its tasks batches of rows; a task
counts them exactly as a single machine does and gives back what it counted, which is then added up.
"""

from __future__ import annotations

import io
import pickle
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from ostiary.analysis.impact import Impact, summed_up
from ostiary.analysis.impact_pseudonyms import Pseudonyms
from ostiary.analysis.impact_rows import Counter
from ostiary.analysis.impact_shares import Share, absorb, samples_of, share_of
from ostiary.analysis.impact_sides import sides
from ostiary.analysis.impact_tally import Tally
from ostiary.analysis.impact_work import NOTHING, Work
from ostiary.analysis.log_arrow import RecordBatch, arrow
from ostiary.engine.policyset import PolicySet
from ostiary.model.directory import Directory
from ostiary.model.errors import InputError
from ostiary.model.policy import Policy

if TYPE_CHECKING:
    Session = Any

_ROWS_AT_ONCE = 1 << 17


def impact_on_spark(
    policies: PolicySet,
    log: Iterable[str | Path] | str | Path,
    *,
    draft: Sequence[Policy] | None = None,
    assume: Mapping[str, str] = NOTHING,
    refused: Sequence[Mapping[str, Any]] = (),
    pseudonymise: bool = False,
    session: Session | None = None,
) -> Impact:
    """Decide every sign-in of a Parquet data set in the fast form, on Spark.

    `session` is a Spark session; without one the session of this process is taken or a local one
    made. The counts are those of `impact`, to the row; samples are others of the same kinds.
    Raises InputError where Spark cannot read the data set or is not installed.
    """
    work = Work(sides(policies, draft), assume=assume)
    paths = [str(each) for each in ([log] if isinstance(log, str | Path) else log)]
    task = _Task(
        _packed((policies.policies, policies.directory, draft, dict(assume))), work.plan.columns
    )
    shares = _counted(session or _session(), paths, task)
    tally = Tally(work.sides.words)
    for share in shares:
        absorb(work, tally, share)
    if not tally.rows:
        raise InputError("expected sign-ins, came a data set without any")
    found = summed_up(work, tally, samples_of(shares), refused)
    return Pseudonyms().of_impact(found) if pseudonymise else found


class _Task:
    """What a task of Spark does with its rows: counts them, and gives one share."""

    def __init__(self, packed: bytes, columns: tuple[str, ...]) -> None:
        self.packed = packed
        self.columns = columns

    def __call__(self, batches: Iterator[RecordBatch]) -> Iterator[RecordBatch]:
        policies, directory, draft, assume = cast(
            "tuple[tuple[Policy, ...], Directory, Sequence[Policy] | None, dict[str, str]]",
            pickle.loads(self.packed),  # noqa: S301  # made by `_packed` of this very run
        )
        work = Work(sides(PolicySet(policies, directory), draft), assume=assume)
        counter, row = Counter(work), 0
        for batch in batches:
            counter.count(batch, row)
            row += batch.num_rows
        told = pickle.dumps(share_of(work, counter.tally))
        yield arrow.RecordBatch.from_pydict({"share": arrow.array([told], arrow.binary())})


def _counted(session: Session, paths: list[str], task: _Task) -> list[Share]:
    try:
        frame = session.read.parquet(*paths)
        missing = [name for name in task.columns if name not in frame.columns]
        if missing:
            raise InputError(
                f"{paths[0]}: expected the fast form, it has no column `{missing[0]}`",
                hint="convert the log with `ostiary log convert`",
            )
        counted: Callable[[Iterator[RecordBatch]], Iterator[RecordBatch]] = task
        rows = frame.select(*task.columns).mapInArrow(counted, "share binary").collect()
    except InputError:
        raise
    except Exception as error:  # whatever Spark or the Java behind it says
        reason = str(error).strip().splitlines()[0][:300]
        raise InputError(f"{paths[0]}: Spark could not read it: {reason}") from error
    return [pickle.loads(bytes(row["share"])) for row in rows]  # noqa: S301  # made by our tasks


class _Packer(pickle.Pickler):
    """Pickles directories: their mappings are views that refuse it."""

    def reducer_override(self, obj: object) -> Any:
        """Write a view as the dictionary behind it."""
        if isinstance(obj, MappingProxyType):
            return _view, (dict(cast("Mapping[Any, Any]", obj)),)
        return NotImplemented


def _view(held: dict[Any, Any]) -> Mapping[Any, Any]:
    """Make a view again; pickle cannot name the class itself."""
    return MappingProxyType(held)


def _packed(value: object) -> bytes:
    held = io.BytesIO()
    _Packer(held).dump(value)
    return held.getvalue()


def _session() -> Session:
    try:
        from pyspark.sql import SparkSession  # pyright: ignore
    except ImportError as error:
        raise InputError(
            "expected the package `pyspark`, it is not installed", hint="install ostiary[spark]"
        ) from error
    builder: Any = cast("Any", SparkSession).builder
    try:
        session = (
            builder.appName("ostiary impact")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.execution.arrow.maxRecordsPerBatch", str(_ROWS_AT_ONCE))
            .config("spark.ui.enabled", "false")
            .getOrCreate()
        )
        if str(session.sparkContext.master).startswith("local"):
            # tasks on this machine run in this very environment
            session.sparkContext.pythonExec = sys.executable
    except Exception as error:  # no Java, or none that Spark can use
        reason = str(error).strip().splitlines()[0][:300]
        raise InputError(f"Spark does not start: {reason}", hint="install Java 17") from error
    return session
