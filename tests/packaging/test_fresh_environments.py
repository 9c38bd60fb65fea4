"""Wheel and sources, installed as people install them, with a home that holds nothing.

`make test-install` runs these tests: an installer fetches what the package needs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

import ostiary
from tests.packaging.building import ROOT, Built

TOOLS = ROOT / ".venv-packaging" / "bin"
EXAMPLES = ROOT / "examples"
SERVER = "[server,analysis,demo,postgres]"
Install = Callable[["Home", Path, str], Path]
OWN = ("OSTIARY", "PYTHON", "VIRTUAL_ENV", "XDG_")
"""Beginnings of variables that would tell an installed command of this checkout."""


@dataclass(frozen=True, slots=True)
class Home:
    """An empty home, and what is run in it."""

    folder: Path

    def run(self, *command: str | Path, code: int = 0) -> str:
        """Run a command; gives what it printed."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(OWN)}
        environment = {**clean, "HOME": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"}
        ran = subprocess.run(  # noqa: S603  # installers of ours, and what they installed
            [str(each) for each in command],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == code, ran.stdout + ran.stderr
        return ran.stdout + ran.stderr


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Give an empty home, where the tests are asked for and can run."""
    if os.environ.get("OSTIARY_TEST_INSTALL") != "1":
        pytest.skip("installers fetch what the package needs: `make test-install` runs these")
    return Home(tmp_path)


def by_pip(home: Home, file: Path, extras: str) -> Path:
    """Install into a new environment."""
    environment = home.folder / "environment"
    home.run(sys.executable, "-m", "venv", environment)
    home.run(environment / "bin" / "pip", "install", "--quiet", f"{file}{extras}")
    return environment / "bin" / "ostiary"


def by_pipx(home: Home, file: Path, extras: str) -> Path:
    """Install as a command of one's own."""
    home.run(TOOLS / "pipx", "install", "--python", sys.executable, f"{file}{extras}")
    return home.folder / ".local" / "bin" / "ostiary"


def by_uv(home: Home, file: Path, extras: str) -> Path:
    """Install as a tool of uv."""
    package = f"ostiary{extras} @ {file.as_uri()}"
    home.run(TOOLS / "uv", "tool", "install", "--quiet", "--python", sys.executable, package)
    return home.folder / ".local" / "bin" / "ostiary"


@pytest.mark.parametrize("install", [by_pip, by_pipx, by_uv])
def test_a_wheel_installs_and_answers(home: Home, distributions: Built, install: Install) -> None:
    command = install(home, distributions.wheel, "")
    assert home.run(command, "version").split() == ["ostiary", ostiary.__version__]
    home.run(command, "validate", EXAMPLES / "fjordvik")
    found = home.run(command, "prove", "lockout", "--tenant", EXAMPLES / "fjordvik", "--json")
    assert json.loads(found.splitlines()[-1])
    told = home.run(command, "serve", code=2)
    assert "install ostiary[server]" in told


def test_the_sources_install_and_answer(home: Home, distributions: Built) -> None:
    command = by_pip(home, distributions.sources, "")
    home.run(command, "validate", EXAMPLES / "fjordvik")


@pytest.mark.parametrize("install", [by_pip, by_uv])
def test_the_server_installs_makes_a_tenant_and_tells_the_story(
    home: Home, distributions: Built, install: Install
) -> None:
    command = install(home, distributions.wheel, SERVER)
    init = ["init", "--data", "d", "--domain", "fjordvik.example", "--admin", "astrid"]
    home.run(command, *init, "--emergency-account", "one", "--emergency-account", "two")
    home.run(command, "config", "check", "--data", "d")
    told = home.run(command, "demo", "--exit", "--json", "--data", "demo")
    lines: Sequence[str] = [each for each in told.splitlines() if each.startswith("{")]
    assert json.loads(lines[-1])["held"] is True
