"""The commands and the code of the README run as they stand there, on the sample tenant."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

import ostiary
from tests.cli.running import run

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ \.venv/bin/ostiary (.+)$", README, re.MULTILINE)


def blocks(language: str) -> list[str]:
    """The code blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand where a reader of the README stands."""
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme_runs(command: str) -> None:
    ran = run(*shlex.split(command))
    assert (ran.code, ran.err) == (0, "")


def test_the_readme_shows_the_commands_that_are_asked_things() -> None:
    assert {each.split()[0] for each in COMMANDS} >= {"validate", "whatif", "decide"}


def test_the_sign_in_of_the_readme_is_the_one_of_the_examples() -> None:
    (shown,) = blocks("json")
    assert json.loads(shown) == json.loads(Path("examples/sign-in.json").read_text())


def test_the_code_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = blocks("python")
    exec(compile(code, "README.md", "exec"), {})  # noqa: S102  # our own page
    first, *policies = capsys.readouterr().out.splitlines()
    assert first.startswith("Outcome.INTERRUPT 50076 Require multifactor authentication")
    assert [line.rpartition(" [")[0] for line in policies] == [
        "Block legacy authentication notApplied",
        "Require MFA for Azure management failure",
        "Block device code flow notApplied",
        "Require a compliant device for Finance reportOnlyNotApplied",
    ]


def test_nothing_of_the_sample_tenant_is_doubtful() -> None:
    parts = ostiary.load_tenant("examples/fjordvik").parts
    assert (parts.refused, parts.warnings, parts.skipped_files) == ((), (), ())
    assert parts.loaded == 4
