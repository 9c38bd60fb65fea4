"""`ostiary log`: logs into the fast form, and invented ones."""

import json
from pathlib import Path

import pytest

from tests.analysis.log_shapes import graph
from tests.cli.running import run, tenant, written


def _log(path: Path, *lines: str) -> Path:
    path.write_text("\n".join([json.dumps(graph()), *lines]))
    return path


def test_convert_tells_what_it_read_and_what_it_could_not(tmp_path: Path) -> None:
    log, out = _log(tmp_path / "log.json", "{", json.dumps(graph())), tmp_path / "out.parquet"
    (tmp_path / "notes.txt").write_text("nothing")
    ran = run("log", "convert", tmp_path, "--out", out)
    assert ran.code == 0
    assert ran.out.splitlines() == [
        f"2 sign-ins written to {out} (2 interactiveUser)",
        "1 records could not be read",
    ]
    assert f"unreadable: {log}:2: no JSON" in ran.err
    assert f"{tmp_path / 'notes.txt'}: left out: no column tells" in ran.err
    again = run("log", "convert", out, "--out", tmp_path / "again.parquet", "--json")
    assert again.answers == [
        {
            "out": str(tmp_path / "again.parquet"),
            "rows": {"read": 2, "unreadable": 0, "byCategory": {"interactiveUser": 2}},
            "unreadable": [],
            "skippedFiles": [],
            "otherRecords": {},
            "missingColumns": [],
            "notUnderstood": [],
        }
    ]


def test_convert_as_json_holds_every_count(tmp_path: Path) -> None:
    odd = json.dumps(graph(clientAppUsed="Telepathy"))
    log = _log(tmp_path / "log.json", "{", odd, '{"activityDisplayName": "Add user"}')
    ran = run("log", "convert", log, "--out", tmp_path / "out.parquet", "--json")
    (answer,) = ran.answers
    assert answer["rows"]["unreadable"] == 1
    assert answer["unreadable"] == [{"path": str(log), "line": 2, "why": "no JSON"}]
    assert answer["otherRecords"] == {str(log): 1}
    assert answer["notUnderstood"] == [
        {"column": "client_app_type", "text": "Telepathy", "rows": 1}
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("query.csv", "StartTime [UTC],IPAddress\n2026,192.0.2.1\n"),
        ("cut.parquet", "PAR1 and no more"),
        ("other.json", '{"eventName": "ConsoleLogin"}'),
        ("cut.json", '{"value": [{"userId": "u"'),
    ],
)
def test_what_is_no_log_is_bad_input_and_writes_nothing(
    name: str, content: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(content)
    ran = run("log", "convert", tmp_path / name, "--out", tmp_path / "out.parquet")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"ostiary: {tmp_path / name}")
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_a_folder_that_does_not_exist_is_bad_input(tmp_path: Path) -> None:
    ran = run("log", "convert", tmp_path / "nothing", "--out", tmp_path / "out.parquet")
    assert (ran.code, ran.err) == (
        2,
        f"ostiary: {tmp_path / 'nothing'}: no such file or folder; check the name\n",
    )


def test_generate_writes_a_log_that_convert_reads(tmp_path: Path) -> None:
    out, named = tmp_path / "log.parquet", written(tmp_path / "tenant.json", tenant())
    arguments = ("log", "generate", "--tenant", named, "--rows", "500", "--seed", "3")
    ran = run(*arguments, "--until", "2026-02-01", "--days", "3", "--out", out, "--json")
    assert ran.answers == [{"out": str(out), "rows": 500, "seed": 3, "days": 3}]
    read = run("log", "convert", out, "--out", tmp_path / "again.parquet", "--json")
    assert read.answers[0]["rows"]["read"] == 500
    assert run(*arguments, "--out", out).out == f"500 sign-ins written to {out}\n"


def test_generate_refuses_numbers_that_make_no_log(tmp_path: Path) -> None:
    named = written(tmp_path / "tenant.json", tenant())
    ran = run(
        *("log", "generate", "--tenant", named, "--rows", "0", "--seed", "1"),
        *("--out", tmp_path / "log.parquet"),
    )
    assert ran.code == 2
    assert "--rows" in ran.err
