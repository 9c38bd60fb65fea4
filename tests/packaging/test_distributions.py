"""What is published holds what the project holds, and installs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

import ostiary
from tests.packaging.building import ROOT, Built, built_wheel

NOT_PUBLISHED = (".ci/", ".gitignore")
NAME = f"ostiary-{ostiary.__version__}"


def files_below(folder: Path) -> set[str]:
    """The files of a folder, without what Python leaves there."""
    found = (each for each in folder.rglob("*") if each.is_file())
    return {
        each.relative_to(folder).as_posix() for each in found if "__pycache__" not in each.parts
    }


def names_in(wheel: Path) -> set[str]:
    """What a wheel holds."""
    with zipfile.ZipFile(wheel) as opened:
        return set(opened.namelist())


def metadata_of(wheel: Path) -> Message:
    """What a wheel says of itself."""
    with zipfile.ZipFile(wheel) as opened:
        return Parser().parsestr(opened.read(f"{NAME}.dist-info/METADATA").decode())


def test_the_wheel_holds_every_file_of_the_package_and_no_other(distributions: Built) -> None:
    own = {each for each in names_in(distributions.wheel) if not each.startswith(f"{NAME}.")}
    assert own == {f"ostiary/{each}" for each in files_below(ROOT / "src" / "ostiary")}


def test_the_wheel_names_its_licences_extras_and_interpreters(distributions: Built) -> None:
    told = metadata_of(distributions.wheel)
    assert (told["License-Expression"], told["Requires-Python"]) == ("Apache-2.0", "<3.14,>=3.11")
    assert told.get_all("License-File") == ["LICENSE", "THIRD-PARTY-NOTICES.md"]
    assert set(told.get_all("Provides-Extra") or []) >= {"analysis", "demo", "postgres", "server"}


def test_the_sources_hold_what_a_clone_holds(distributions: Built) -> None:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("this is no clone")
    asked = [git, "ls-files", "--cached", "--others", "--exclude-standard"]
    told = subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603
    clone = {each for each in told.stdout.splitlines() if (ROOT / each).is_file()}
    with tarfile.open(distributions.sources) as opened:
        held = {each.name.partition("/")[2] for each in opened.getmembers() if each.isfile()}
    assert {each for each in clone - held if not each.startswith(NOT_PUBLISHED)} == set()
    assert held - clone == {"PKG-INFO"}


def test_the_sources_build_the_same_wheel(distributions: Built, tmp_path: Path) -> None:
    with tarfile.open(distributions.sources) as opened:
        opened.extractall(tmp_path, filter="data")
    again = built_wheel(tmp_path / NAME, tmp_path / "again")
    assert again.read_bytes() == distributions.wheel.read_bytes()


def test_the_wheel_installs_and_its_command_finds_its_files(
    distributions: Built, tmp_path: Path
) -> None:
    target = tmp_path / "installed"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--no-index"]
    options = ["--no-deps", "--no-compile", "--quiet", "--target", str(target)]
    subprocess.run([*pip, *options, str(distributions.wheel)], check=True)  # noqa: S603  # our own
    assert names_in(distributions.wheel) - files_below(target) == set()
    environment = {**os.environ, "PYTHONPATH": str(target)}
    ran = subprocess.run(  # noqa: S603  # what was just installed
        [target / "bin" / "ostiary", "validate", ROOT / "examples" / "fjordvik"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "4 policies" in ran.stdout
