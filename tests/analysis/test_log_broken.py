"""What cannot be read is counted and told; what is no log is named; damage is an error."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

from ostiary.analysis.log_reading import Skipped, Unreadable, read_logs
from ostiary.model.errors import InputError
from tests.analysis.log_shapes import as_csv, graph, monitor, read, table_row

parquet: Any = pyarrow.parquet


def _refusal(path: Path | str) -> str:
    with pytest.raises(InputError) as caught:
        list(read_logs(path))
    return caught.value.message


def test_records_that_cannot_be_read_are_told_with_their_line(tmp_path: Path) -> None:
    lines = [
        json.dumps(graph()),
        '{"userId": "cut off',
        "[1, 2]",
        json.dumps(graph()),
        json.dumps(monitor({"userPrincipalName": ""}, category="SignInLogs")),
        json.dumps(monitor() | {"properties": '{"userId": '}),
        json.dumps({**graph(), "userId": "no text \udcff"}, ensure_ascii=True),
    ]
    path = tmp_path / "log.json"
    path.write_bytes("\n".join(lines).encode() + b'\n{"userId": "\xff\xfe"}\n')
    rows, source = read(path)
    assert len(rows) == source.rows_read
    assert [(each.line, each.why) for each in sorted(source.unreadable, key=lambda e: e.line)] == [
        (2, "no JSON"),
        (3, "expected a JSON object"),
        (5, "no sign-in: names nobody who signs in"),
        (6, "no JSON"),
        (7, "no JSON"),  # half a surrogate pair is no text (RFC 8259 section 8.2)
        (8, "expected text in UTF-8, came other bytes"),
    ]
    assert source.unreadable_rows == 6
    assert str(source.unreadable[0]).startswith(f"{path}:")


def test_broken_records_of_a_list_have_lines_too(tmp_path: Path) -> None:
    text = json.dumps([graph(), graph()], indent=1).replace(
        '"appDisplayName": "Outlook Mobile"', '"appDisplayName": Outlook', 1
    )
    (tmp_path / "log.json").write_text(f"{text[:-1]}, 17]")
    _, source = read(tmp_path / "log.json")
    last = text.count("\n") + 1
    assert source.rows_read == 1
    assert {each.line for each in source.unreadable} == {2, last}


def test_rows_of_csv_with_other_than_all_cells_are_unreadable(tmp_path: Path) -> None:
    text = as_csv(table_row(), table_row(), table_row())
    first = next(iter(re.finditer(r"\r\n66ea", text))).end()
    lines_of_header = 1
    broken = f"{text[: first - 4]}only,three,cells\r\n{text[first - 4 :]}"
    (tmp_path / "log.csv").write_text(broken, newline="")
    rows, source = read(tmp_path / "log.csv")
    width = len(table_row())
    assert len(rows) == 3
    assert source.unreadable == [
        Unreadable(
            str(tmp_path / "log.csv"), lines_of_header + 1, f"expected {width} cells, came 3"
        )
    ]


def test_the_line_of_a_csv_row_counts_the_lines_in_its_cells(tmp_path: Path) -> None:
    text = as_csv(table_row(), table_row()) + "too,few\r\n"
    (tmp_path / "log.csv").write_text(text, newline="")
    _, source = read(tmp_path / "log.csv")
    assert [each.line for each in source.unreadable] == [text.count("\n")]


def test_only_the_first_samples_are_kept_and_all_are_counted(tmp_path: Path) -> None:
    (tmp_path / "log.json").write_text(json.dumps(graph()) + "\n" + "{\n" * 100)
    _, source = read(tmp_path / "log.json")
    assert (source.unreadable_rows, len(source.unreadable)) == (100, 20)


def test_texts_that_are_no_words_of_their_column_are_counted_as_missing(tmp_path: Path) -> None:
    odd = graph(
        ipAddress="not an address",
        clientAppUsed="Telepathy",
        riskLevelDuringSignIn="purple",
        createdDateTime="yesterday",
        authenticationProtocol="carrierPigeon",
        location={"countryOrRegion": "Utopia"},
    )
    (tmp_path / "log.json").write_text("\n".join([json.dumps(odd)] * 2))
    rows, source = read(tmp_path / "log.json")
    told = {"ip", "client_app_type", "sign_in_risk", "created", "grant", "country"}
    assert {column for column, _ in source.not_understood} == told
    assert set(source.not_understood.values()) == {2}
    assert {rows[0][column] for column in told} == {None}
    assert "`Telepathy` in client_app_type is not understood (2 rows)" in " ".join(source.notes)


@pytest.mark.parametrize("moment", ["99999-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "25:00"])
def test_moments_that_no_log_can_hold_are_missing(moment: str, tmp_path: Path) -> None:
    (tmp_path / "log.json").write_text(json.dumps(graph(createdDateTime=moment)))
    rows, source = read(tmp_path / "log.json", columns=["created"])
    assert rows == [{"created": None}]
    assert dict(source.not_understood) == {("created", moment): 1}


def test_records_of_other_logs_are_counted_apart(tmp_path: Path) -> None:
    audit = monitor({"userId": "u", "appId": "a"}, category="AuditLogs")
    other = {"activityDisplayName": "Add user"}
    path = tmp_path / "log.json"
    path.write_text("\n".join(map(json.dumps, (monitor(), audit, other))))
    _, source = read(path)
    assert (source.rows_read, source.unreadable_rows) == (1, 0)
    assert dict(source.foreign) == {str(path): 2}


OTHERS: dict[str, str] = {
    "another product.json": json.dumps(
        {"eventName": "ConsoleLogin", "userIdentity": {"arn": "arn:aws:iam::1:user/a"}}
    ),
    "users.json": json.dumps({"value": [{"id": "u", "userPrincipalName": "a@b.example"}]}),
    "query.csv": "StartTime [UTC],IPAddress,Type\n2026,192.0.2.1,SigninLogs\n",
    "notes.txt": "nothing but words",
    "open quote.csv": 'UserId,"AppId\nu,a\n',
    "nameless columns.csv": ",,\n1,2,3\n",
    "empty.json": "",
    "empty list.json": "[]",
    "policies.json": json.dumps({"displayName": "p", "conditions": {}}),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_file_that_is_no_log_is_an_error_alone_and_left_out_of_a_folder(
    name: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(OTHERS[name])
    assert _refusal(tmp_path / name).startswith(f"{tmp_path / name}: no sign-in log: ")
    (tmp_path / "sign-ins.json").write_text(json.dumps(graph()))
    for among in (tmp_path, tmp_path / "*"):
        _, source = read(among)
        assert (source.rows_read, [Path(each.path).name for each in source.skipped]) == (1, [name])
        assert source.notes[0].startswith(f"{tmp_path / name}: left out: ")


def test_a_binary_file_is_no_log(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(bytes(range(256)))
    assert _refusal(tmp_path / "log").endswith("expected JSON, CSV or Parquet, came other bytes")


def test_a_csv_that_lacks_what_every_sign_in_has_says_which_columns(tmp_path: Path) -> None:
    row = {key: value for key, value in table_row().items() if not key.startswith("User")}
    (tmp_path / "log.csv").write_text(as_csv(row))
    assert _refusal(tmp_path / "log.csv").startswith(
        f"{tmp_path / 'log.csv'}: no sign-in log: no column tells who signs in "
        "(`UserId`, `UserPrincipalName` or `ServicePrincipalId`); it has `Id`, `AppId`,"
    )


def test_a_parquet_file_of_something_else_is_no_log(tmp_path: Path) -> None:
    table = pa.Table.from_pylist([{"city": "Haifa", "rain": 1}])
    parquet.write_table(table, tmp_path / "log.parquet")
    assert "no column tells who signs in" in _refusal(tmp_path / "log.parquet")


def test_files_that_are_cut_off_are_errors_also_in_a_folder(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    parquet.write_table(pa.Table.from_pylist([graph()] * 50), whole)
    compressed = gzip.compress("\n".join([json.dumps(graph())] * 500).encode())
    cut = {
        "a.parquet": (whole.read_bytes()[:-200], "expected a Parquet file"),
        "b.parquet": (whole.read_bytes()[:100], "expected a Parquet file"),
        "c.json.gz": (compressed[: len(compressed) // 2], "the compressed file is damaged"),
        "d.json": (json.dumps([graph()] * 3).encode()[:-30], "came the end of the file"),
        "e.json": (json.dumps({"value": [graph()]}).encode()[:-2], "came the end of the file"),
        "f.json": (json.dumps({"value": [graph()]}).encode()[:-1], "came the end of the file"),
    }
    whole.unlink()
    for name, (content, expected) in cut.items():
        folder = tmp_path / name.partition(".")[0]
        folder.mkdir()
        (folder / name).write_bytes(content)
        (folder / "z.json").write_text(json.dumps(graph()))
        assert expected in _refusal(folder)
        assert _refusal(folder).startswith(str(folder / name))


def test_columns_without_a_name_are_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(",UserId,AppId,IPAddress,\nx,u,a,192.0.2.1,y\n")
    rows, _ = read(tmp_path / "log.csv", columns=("user_id", "category"))
    assert rows == [{"user_id": "u", "category": "interactiveUser"}]


def test_records_nested_deeper_than_any_stack_are_told(tmp_path: Path) -> None:
    deep = "[" * 100_000
    lines = [json.dumps(graph()), deep, f'{{"userId": {deep}{"]" * 100_000}}}']
    (tmp_path / "log.json").write_text("\n".join(lines))
    _, source = read(tmp_path / "log.json")
    assert (source.rows_read, source.unreadable_rows) == (1, 2)


def test_a_broken_first_line_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "log.json").write_text(f'{{"userId": "cut\n{json.dumps(graph())}\n')
    _, source = read(tmp_path / "log.json")
    assert (source.rows_read, [each.line for each in source.unreadable]) == (1, [1])


def test_pages_that_others_follow_are_told(tmp_path: Path) -> None:
    page = {"@odata.nextLink": "https://graph.example/next", "value": [graph()]}
    behind = {"value": [graph()], "@odata.nextLink": "https://graph.example/next"}
    for number, each in enumerate((page, behind)):
        (tmp_path / f"{number}.json").write_text(json.dumps(each, indent=1))
    _, source = read(tmp_path)
    assert [Path(each).name for each in source.more_pages] == ["0.json", "1.json"]


@pytest.mark.parametrize("name", ["nothing.json", "nothing/*.json", "empty"])
def test_names_that_lead_to_nothing_are_errors(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError):
        read_logs(tmp_path / name)


def test_hidden_files_of_a_folder_are_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / ".DS_Store").write_bytes(b"\0\0")
    (tmp_path / "log.json").write_text(json.dumps(graph()))
    _, source = read(tmp_path)
    assert source.skipped == list[Skipped]()


def test_progress_is_told_up_to_the_end(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text("\n".join([json.dumps(graph())] * 10))
    told: list[tuple[int, int, int]] = []

    def tell(done: int, total: int, rows: int) -> None:
        told.append((done, total, rows))

    list(read_logs(tmp_path, progress=tell))
    total = sum(each.stat().st_size for each in tmp_path.iterdir())
    assert told[-1] == (total, total, 20)
    assert all(done <= total for done, total, _ in told)
