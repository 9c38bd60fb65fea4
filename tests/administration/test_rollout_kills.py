"""A rollout whose process is killed between any two changes of a step is never half done."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def test_CC02_no_step_of_a_rollout_is_half_done_wherever_it_is_killed(tmp_path: Path) -> None:
    paths = os.pathsep.join((str(ROOT), str(ROOT / "src")))
    answer = subprocess.run(  # noqa: S603  # our own interpreter and module
        [sys.executable, "-m", "tests.administration.killing_rollouts", str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths},
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    found: dict[str, Any] = json.loads(answer.stdout)
    assert found["wrong"] == []
    assert found["as_before"]
    # Each step changes several tables, and is killed before each of them and before it is kept.
    assert len(found["kills"]) == 8
    assert min(found["kills"]) >= 4
