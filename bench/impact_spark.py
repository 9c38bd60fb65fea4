"""`python -m bench.impact_spark FOLDER`: Spark and one machine on the log of `bench.impact`.

    python -m bench.impact --folder FOLDER
    python -m bench.impact_spark FOLDER

Prints the time of each; 1 where a single number differs.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any, cast

from bench.impact import FULL_ROWS
from bench.impact_rivals import ASSUMED, Prepared
from ostiary.analysis.impact import Impact, impact
from ostiary.analysis.spark_impact import impact_on_spark


def main(folder: Path) -> int:
    """Count on both, without and with a draft."""
    log = folder / f"log-{FULL_ROWS}.parquet"
    prepared = Prepared.load(folder / "tenant.json", log)
    same = True
    for what, draft in (("policies as they are", None), ("with a draft", prepared.draft)):
        began = time.perf_counter()
        one = impact(prepared.policies, log, draft=draft, assume=ASSUMED)
        between = time.perf_counter()
        other = impact_on_spark(prepared.policies, log, draft=draft, assume=ASSUMED)
        ended = time.perf_counter()
        equal = numbers(one) == numbers(other)
        same = same and equal
        print(
            f"{what}: one machine {between - began:.1f} s, Spark {ended - between:.1f} s;"
            f" {one.rows:,} and {other.rows:,} rows; numbers {'equal' if equal else 'DIFFER'}"
        )
    return 0 if same else 1


def numbers(found: Impact) -> dict[str, Any]:
    """Give all counts; samples are others of the same kinds, and equals stand in any order."""
    told = found.to_json()
    del told["samples"]
    ordered: dict[str, Any] = json.loads(json.dumps(told), object_hook=_sorted)
    return ordered


def _sorted(held: dict[str, Any]) -> dict[str, Any]:
    for name, value in held.items():
        if isinstance(value, list):
            held[name] = sorted(cast("list[Any]", value), key=json.dumps)
    return held


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
