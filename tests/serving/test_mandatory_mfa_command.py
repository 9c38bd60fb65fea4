"""`ostiary policy mandatory-mfa` on a server's data."""

from __future__ import annotations

from pathlib import Path

from ostiary.secrecy.randomness import SystemRandomness
from ostiary.serving.host import opened_store
from tests.cli.running import run

COMMAND = ("policy", "mandatory-mfa")


def _required(data: Path, *more: str) -> bool:
    shown = run(*COMMAND, *more, "--data", data, "--json")
    assert shown.code == 0, shown.err
    return shown.answers[0]["isRequiredForResourceChanges"]


def test_it_is_told_and_switched_and_audited(data: Path) -> None:
    assert _required(data) is False
    assert _required(data, "on") is True
    assert _required(data) is True
    assert "not required" in run(*COMMAND, "off", "--data", data).out
    assert _required(data) is False
    with opened_store(str(data), {}, randomness=SystemRandomness()) as store:
        rows = [each.row for each in store.audit.newest(limit=2)]
    assert [each["activity"] for each in rows] == ["Update tenant settings", "Add tenant settings"]
    assert {each["actor"]["kind"] for each in rows} == {"host"}


def test_other_words_are_refused(data: Path) -> None:
    assert run(*COMMAND, "maybe", "--data", data).code == 2
