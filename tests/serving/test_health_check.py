"""The health check of the container asks a served tenant."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.serving.processes import ROOT, addresses, running


def asked(data: Path, ports: Sequence[int], *path: str) -> tuple[int, str]:
    """Run the check as the image does: exit code and what it says."""
    command = [sys.executable, str(ROOT / "deploy" / "healthy.py"), *path]
    environment = {**os.environ, **addresses(ports), "OSTIARY_DATA": str(data)}
    ran = subprocess.run(  # noqa: S603  # our own interpreter and script
        command, capture_output=True, text=True, env=environment, check=False
    )
    return ran.returncode, (ran.stdout + ran.stderr).strip()


def test_a_server_is_healthy_while_it_runs(data: Path) -> None:
    with running(data) as served:
        assert asked(data, served.ports) == (0, "/healthz: 200")
        assert asked(data, served.ports, "/readyz") == (0, "/readyz: 200")
        assert asked(data, served.ports, "/nothing-here") == (1, "/nothing-here: 404")
        served.stop()
        code, said = asked(data, served.ports)
    assert (code, said.startswith("not healthy: ")) == (1, True)


def test_a_folder_without_a_server_is_not_healthy(tmp_path: Path) -> None:
    assert asked(tmp_path, [1, 2, 3])[0] == 1
