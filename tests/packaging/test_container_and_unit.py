"""The container image and the systemd unit, as far as they can be checked without either."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.packaging.building import ROOT, Built, built_wheel

CONTAINERFILE = (ROOT / "Containerfile").read_text(encoding="utf-8")
UNIT = (ROOT / "deploy" / "ostiary.service").read_text(encoding="utf-8")
MOST_EXPOSED = 20
"""Tenths, as `systemd-analyze security` counts; 100 is a service without any limit."""


def tool(name: str) -> str:
    """Where a checker is; without it the test is skipped."""
    own = ROOT / ".venv-packaging" / "bin" / name
    found = str(own) if own.exists() else shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not here")
    return found


def instructions(name: str) -> list[str]:
    """What follows an instruction of the Containerfile, each time it stands there."""
    joined = re.sub(r"\\\n\s*", "", CONTAINERFILE)
    return re.findall(rf"^{name}\s+(.+)$", joined, flags=re.MULTILINE)


def copied() -> list[str]:
    """What the image takes from the project."""
    found = (each.split()[:-1] for each in instructions("COPY") if not each.startswith("--from"))
    return [name for each in found for name in each]


def test_the_containerfile_is_well_made() -> None:
    file = str(ROOT / "Containerfile")
    ran = subprocess.run([tool("hadolint"), file], capture_output=True, text=True, check=False)  # noqa: S603
    assert (ran.returncode, ran.stdout) == (0, "")


def test_the_image_serves_as_nobody_in_a_volume_and_tells_its_health() -> None:
    assert instructions("USER") == ["10001:10001"]
    assert instructions("VOLUME") == ["/var/lib/ostiary"]
    (health,) = instructions("HEALTHCHECK")
    assert health.endswith('CMD ["python", "/opt/ostiary/healthy.py"]')
    assert (instructions("ENTRYPOINT"), instructions("CMD")) == (['["ostiary"]'], ['["serve"]'])


def test_what_the_image_takes_is_there_and_let_in() -> None:
    let_in = (ROOT / ".containerignore").read_text(encoding="utf-8").splitlines()
    for name in copied():
        assert (ROOT / name).exists()
        assert f"!{name}" in let_in
    assert "*" in let_in


def test_what_the_image_takes_builds_the_wheel(distributions: Built, tmp_path: Path) -> None:
    project = tmp_path / "build"
    for name in copied():
        target = project / name
        target.parent.mkdir(parents=True, exist_ok=True)
        here = ROOT / name
        if here.is_dir():
            shutil.copytree(here, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(here, target)
    wheel = built_wheel(project, tmp_path / "dist")
    assert wheel.read_bytes() == distributions.wheel.read_bytes()


def test_the_image_has_an_interpreter_that_the_package_allows() -> None:
    images = {each.split()[0] for each in instructions("FROM")}
    assert images == {"docker.io/library/python:3.13-slim-bookworm"}


def test_the_unit_is_understood_and_little_exposed(tmp_path: Path) -> None:
    analyze = tool("systemd-analyze")
    unit = tmp_path / "ostiary.service"
    # The command is not installed here; whether a unit is good is asked with one that is.
    unit.write_text(UNIT.replace("/opt/ostiary/bin/ostiary", "/bin/true"), encoding="utf-8")
    environment = {**os.environ, "SYSTEMD_LOG_LEVEL": "warning"}
    for asked in (
        ["verify", str(unit)],
        ["security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(unit)],
    ):
        ran = subprocess.run(  # noqa: S603  # our own unit
            [analyze, *asked], capture_output=True, text=True, env=environment, check=False
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "ostiary.service" not in ran.stderr
