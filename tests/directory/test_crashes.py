"""What survives when the process is killed: everything that was acknowledged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from ostiary.directory.audit_verify import verify
from ostiary.directory.tables import METADATA
from tests.directory.stores import TestClock, opened

ROOT = Path(__file__).resolve().parents[2]


def run(what: str, place: str, rounds: int) -> dict[str, Any]:
    """Run the killer in a process without threads."""
    paths = os.pathsep.join((str(ROOT), str(ROOT / "src")))
    answer = subprocess.run(  # noqa: S603  # our own interpreter and module
        [sys.executable, "-m", "tests.directory.killing", what, place, str(rounds)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths},
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stderr == ""
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def test_CC02_nothing_that_was_acknowledged_is_lost_in_40_kills(place: str) -> None:
    found = run("write", place, 40)
    assert found["acknowledged"] >= 40
    assert (found["lost"], found["lost_tokens"]) == ([], [])
    assert (found["findings"], found["integrity"]) == ([], [])
    # AU01: as many rows as changes, whatever was under way
    assert found["audit_rows"] == found["changes"]


def test_CC06_whoever_is_killed_in_a_migration_leaves_a_store_that_can_be_made(
    empty_place: str,
) -> None:
    # Four processes at once come after the kills: one migrates, the others find it done.
    assert run("migrate", empty_place, 12) == {"codes": [0, 0, 0, 0]}
    store = opened(empty_place, TestClock())
    with store.database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        assert verify(connection).holds
    assert store.revision() == 1
    store.close()
