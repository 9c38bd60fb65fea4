"""The commands of docs/serve.md run as they stand there, in their order."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.cli.running import run

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "serve.md").read_text(encoding="utf-8")
LOG = ("log", "log", "log", "policy", "impact", "audit")
NOT_HERE = ("serve", "impact")
"""One does not end; the other needs sign-ins, which nobody made here."""


def commands() -> list[list[str]]:
    """Every command of ours in the page's blocks, lines that go on joined."""
    blocks = "\n".join(re.findall(r"^```\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
    found = re.findall(r'^(?:eval "\$\()?ostiary (.+?)(?:\)")?$', blocks.replace("\\\n", ""), re.M)
    return [shlex.split(each.partition(" > ")[0]) for each in found]


def test_the_page_shows_the_way_from_a_tenant_to_its_log() -> None:
    shown = [each[0] for each in commands()]
    assert shown == ["init", "config", "serve", "env", "policy", "policy", *LOG]


def test_the_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OSTIARY_DATA", str(tmp_path / "ostiary-data"))
    for command in commands():
        if command[0] not in NOT_HERE:
            ran = run(*command)
            said = [line for line in ran.err.splitlines() if "is not excluded from" not in line]
            assert (ran.code, said) == (0, []), command


def test_the_settings_that_the_page_names_exist() -> None:
    settings = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for name in ("password_grant_port", "trusted_proxies", "networks"):
        assert f"| `{name}` |" in settings
        assert name in PAGE
