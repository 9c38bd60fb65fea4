"""CC05: `ostiary backup` and `ostiary restore` on a server's data."""

from __future__ import annotations

from pathlib import Path

from tests.cli.running import run
from tests.web.serving import POLICY


def test_CC05_a_backup_is_made_checked_and_restored(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "server.backup"
    made = run("backup", file, "--data", data)
    assert (made.code, "was written and checked" in made.out) == (0, True)
    checked = run("backup", file, "--verify", "--data", data, "--json")
    assert checked.answers[0]["rows"] > 10
    run("policy", "set-state", POLICY, "on", "--data", data)
    assert run("restore", file, "--data", data).code == 2
    restored = run("restore", file, "--data", data, "--replace", "--json")
    assert restored.code == 0
    assert Path(restored.answers[0]["putAside"]).is_dir()
    policies = run("policy", "list", "--data", data, "--json").answers[0]["policies"]
    assert {each["state"] for each in policies} == {"disabled"}
    assert run("audit", "verify", "--data", data).code == 0


def test_CC05_a_passphrase_restores_on_another_host(data: Path, tmp_path: Path) -> None:
    file, words, other = tmp_path / "b", tmp_path / "words", tmp_path / "other"
    words.write_text("four herrings in a boat\n")
    sealed = ("--passphrase-file", words)
    assert run("backup", file, *sealed, "--data", data).code == 0
    assert run("restore", file, *sealed, "--data", other).code == 0
    assert run("policy", "list", "--data", other).code == 0
    words.write_text("short")
    assert "at least 15 characters" in run("backup", file, *sealed, "--data", data).err


def test_what_is_no_backup_is_told(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "b"
    file.write_bytes(b"something else")
    ran = run("restore", file, "--data", tmp_path / "x")
    assert ran.code == 2
    ran = run("backup", file, "--verify", "--data", data)
    assert "expected a file of `ostiary backup`" in ran.err


def test_where_there_is_no_data_the_folder_is_named_and_not_a_key(tmp_path: Path) -> None:
    ran = run("backup", "--data", tmp_path / "none", tmp_path / "kept.backup")
    assert (ran.code, ran.out) == (2, "")
    assert "expected the data of a server in" in ran.err
    assert "`ostiary init`" in ran.err
