"""Apache Arrow, as the log modules call it: the published stubs leave most types unknown.

Columns travel as `Array`, which is Any; tables and batches keep their real types.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import pyarrow
import pyarrow.compute
import pyarrow.parquet

arrow: Final[Any] = pyarrow
compute: Final[Any] = pyarrow.compute
parquet: Final[Any] = pyarrow.parquet

Array: TypeAlias = Any
RecordBatch: TypeAlias = pyarrow.RecordBatch
Table: TypeAlias = pyarrow.Table

UNREADABLE: Final[tuple[type[Exception], ...]] = (pyarrow.ArrowException, OSError)
"""What reading a damaged file raises."""

__all__ = ["UNREADABLE", "Array", "RecordBatch", "Table", "arrow", "compute", "parquet"]
