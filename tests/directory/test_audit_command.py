"""`ostiary audit verify`: what it prints and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from ostiary.cli.main import main
from ostiary.directory.checkpoints import checkpoint_line, make_checkpoint
from tests.directory.stores import ADMIN, made


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with four changes in it, and a checkpoint kept elsewhere."""
    folder = tmp_path / "data"
    folder.mkdir()
    store = made(str(folder)).store
    for number in range(3):
        store.policies.create({"displayName": f"Policy {number}"}, by=ADMIN)
    checkpoint = make_checkpoint(store)
    assert checkpoint is not None
    (tmp_path / "kept.jsonl").write_text(checkpoint_line(checkpoint), encoding="ascii")
    store.close()
    return folder


def execute(data: Path, *statements: str) -> None:
    """Change the database behind the server's back."""
    store = made(str(data)).store
    with store.database.writing() as connection:
        for each in statements:
            connection.execute(text(each))
    store.close()


def test_a_sound_log_ends_with_0(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = data.parent / "kept.jsonl"
    assert main(["audit", "verify", "--data", str(data), "--checkpoints", str(kept)]) == 0
    told = capsys.readouterr().out
    assert told.startswith("4 rows and 2 checkpoints: nothing was changed; the last row is ")


def test_a_changed_log_ends_with_1(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    execute(
        data,
        "DROP TRIGGER audit_keeps_UPDATE",
        "UPDATE audit SET row = replace(row, 'Astrid', 'Henrik') WHERE seq = 2",
    )
    assert main(["audit", "verify", "--data", str(data)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "row 2: the row is not the one that was written here",
        "4 rows and 1 checkpoints: the log is not as it was written",
    ]
    assert main(["audit", "verify", "--data", str(data), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["holds"], found["rows"], found["checkpoints"]) == (False, 4, 1)
    assert found["findings"] == [{"seq": 2, "what": "the row is not the one that was written here"}]


def test_a_checkpoint_of_another_key_is_refused(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "verify", "--data", str(data), "--key", "00" * 32]) == 1
    assert "a checkpoint has no valid signature" in capsys.readouterr().out


def test_a_folder_without_a_store_ends_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "verify", "--data", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        f"ostiary: expected a database in `{tmp_path}/ostiary.sqlite`, which is not there; start "
        "the server once, or name the right folder with --data\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_holds_no_checkpoints_ends_with_2(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data.parent / "kept.jsonl").write_text("{}", encoding="ascii")
    kept = str(data.parent / "kept.jsonl")
    assert main(["audit", "verify", "--data", str(data), "--checkpoints", kept]) == 2
    assert "line 1: expected a checkpoint, came something else" in capsys.readouterr().err
