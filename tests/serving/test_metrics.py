"""Numbers of several processes are added up, whichever of them is asked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import sys
from pathlib import Path
from ostiary.directory.sign_in_events import SignInEvent
from ostiary.serving.metrics import Metrics
from datetime import datetime, UTC
metrics = Metrics()
for number in range(int(sys.argv[1])):
    metrics.signed_in(SignInEvent(id="x", created=datetime(2026, 1, 1, tzinfo=UTC), category="a"))
metrics.note(revision=int(sys.argv[1]), read_at=1.0, store_busy=2, waiting=0)
metrics.note(revision=int(sys.argv[1]), read_at=2.0, store_busy=5, waiting=0)
print(metrics.page()[0].decode())
"""
BEGIN = """
import os, subprocess, sys
from pathlib import Path
from ostiary.serving.metrics import share_between_processes
share_between_processes(Path(sys.argv[1]))
for number in ("3", "4"):
    command = [sys.executable, "-c", sys.argv[2], number]
    page = subprocess.run(command, capture_output=True, check=True)
print(page.stdout.decode())
"""


def ran(*arguments: str) -> list[str]:
    """Run Python in a process of its own, where nothing was imported yet."""
    command = [sys.executable, "-c", *arguments]
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=path)  # noqa: S603
    return done.stdout.splitlines()


def test_several_processes_count_together_and_begin_from_nothing(tmp_path: Path) -> None:
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "counter_1.db").write_bytes(b"of a server before")
    page = ran(BEGIN, str(tmp_path / "metrics"), SCRIPT)
    assert 'ostiary_sign_ins_total{category="a",error_code="0"} 7.0' in page
    assert 'ostiary_conditional_access_decisions_total{status="notApplied"} 7.0' in page
    assert "ostiary_store_busy_total 10.0" in page


def test_one_process_counts_alone(tmp_path: Path) -> None:
    page = ran(SCRIPT, "3")
    assert 'ostiary_sign_ins_total{category="a",error_code="0"} 3.0' in page
    assert "ostiary_store_busy_total 5.0" in page
    assert "ostiary_snapshot_revision 3.0" in page
