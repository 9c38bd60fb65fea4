"""The same sign-in means the same in every shape that logs come in."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

from tests.analysis.log_shapes import (
    ROW,
    USER,
    Write,
    as_csv,
    graph,
    monitor,
    old_table_row,
    read,
    table_row,
)

parquet: Any = pyarrow.parquet
MOMENT = datetime(2026, 3, 4, 9, 15, 30, 123456, UTC)


def _texts(*rows: dict[str, Any]) -> Any:
    """Rows as a table whose structures are JSON texts."""
    return pa.Table.from_pylist(
        [{k: v if isinstance(v, str) else json.dumps(v) for k, v in row.items()} for row in rows]
    )


def _write_parquet(table: Any) -> Write:
    return lambda path: parquet.write_table(table, path)


def _write(text: str, encoding: str = "utf-8") -> Write:
    return lambda path: path.write_bytes(text.encode(encoding))


def _write_gzip(text: str) -> Write:
    return lambda path: path.write_bytes(gzip.compress(text.encode()))


LINES = "\n".join(json.dumps(graph()) for _ in range(3))
PAGE = {"@odata.context": "https://graph.example/v1.0/$metadata", "value": [graph()] * 3}
FLAT = [graph()] * 3
SHAPES: dict[str, Write] = {
    "lines": _write(LINES),
    "lines with blank ones between": _write(LINES.replace("\n", "\r\n\r\n") + "\n"),
    "compressed lines": _write_gzip(LINES),
    "a list": _write(json.dumps(FLAT)),
    "a list over many lines": _write(json.dumps(FLAT, indent=2)),
    "a collection": _write(json.dumps(PAGE)),
    "a collection over many lines": _write(json.dumps(PAGE, indent=4)),
    "a page a line": _write("\n".join(json.dumps({"value": [graph()]}) for _ in range(3))),
    "objects after one another": _write("\n".join(json.dumps(graph(), indent=1) for _ in range(3))),
    "an event hub's records": _write(json.dumps({"records": [monitor()] * 3})),
    "UTF-16, as PowerShell writes it": _write(json.dumps(PAGE, indent=2), "utf-16"),
    "UTF-8 with a mark": _write(LINES, "utf-8-sig"),
    "Azure Monitor lines": _write("\n".join([json.dumps(monitor())] * 3)),
    "Azure Monitor lines, packed": _write(
        "\n".join([json.dumps(monitor() | {"properties": json.dumps(graph())})] * 3)
    ),
    "Parquet of structures": _write_parquet(pa.Table.from_pylist(FLAT)),
    "Parquet of texts": _write_parquet(_texts(*FLAT)),
    "Parquet of Azure Monitor records": _write_parquet(pa.Table.from_pylist([monitor()] * 3)),
    "Parquet of packed records": _write_parquet(_texts(*[monitor()] * 3)),
}
TABLES: dict[str, Write] = {
    "CSV": _write(as_csv(*[table_row()] * 3)),
    "CSV with a mark": _write(as_csv(*[table_row()] * 3), "utf-8-sig"),
    "CSV of the older columns": _write(as_csv(*[old_table_row()] * 3)),
    "compressed CSV": _write_gzip(as_csv(*[table_row()] * 3)),
    "Parquet of table rows": _write_parquet(_texts(*[table_row()] * 3)),
}


@pytest.mark.parametrize("write", SHAPES.values(), ids=SHAPES.keys())
def test_every_shape_of_graph_records_means_the_same(write: Write, tmp_path: Path) -> None:
    write(tmp_path / "log")
    rows, source = read(tmp_path / "log")
    assert rows == [{**ROW, "created": MOMENT}] * 3
    assert (source.rows_read, source.unreadable_rows, source.notes) == (3, 0, ())


@pytest.mark.parametrize("write", TABLES.values(), ids=TABLES.keys())
def test_every_shape_of_table_rows_means_the_same(write: Write, tmp_path: Path) -> None:
    write(tmp_path / "log")
    rows, source = read(tmp_path / "log")
    assert rows == [{**ROW, "created": MOMENT.replace(microsecond=123000)}] * 3
    assert (source.rows_read, source.unreadable_rows, source.notes) == (3, 0, ())


def test_table_rows_may_be_json_lines(tmp_path: Path) -> None:
    row = table_row()
    row["TimeGenerated"] = "2026-03-04T09:15:30.1234567Z"
    del row["CreatedDateTime [UTC]"]
    (tmp_path / "log.json").write_text("\n".join([json.dumps(row)] * 2))
    rows, _ = read(tmp_path / "log.json")
    assert rows == [{**ROW, "created": MOMENT}] * 2


def test_the_envelope_fills_what_the_record_lacks(tmp_path: Path) -> None:
    record = graph()
    for member in ("createdDateTime", "ipAddress", "location", "status", "signInEventTypes"):
        del record[member]
    line = monitor(record, category="NonInteractiveUserSignInLogs", resultType="50076")
    lower = {key.casefold(): value for key, value in line.items()}
    (tmp_path / "log.json").write_text(f"{json.dumps(line)}\n{json.dumps(lower)}\n")
    rows, _ = read(
        tmp_path / "log.json", columns=("created", "ip", "country", "error_code", "category")
    )
    expected = {
        "created": datetime(2026, 3, 4, 9, 16, tzinfo=UTC),
        "ip": "198.51.100.1",
        "country": "DE",
        "error_code": 50076,
        "category": "nonInteractiveUser",
    }
    assert rows == [expected, expected]


@pytest.mark.parametrize(
    ("log", "category"),
    [
        ("SignInLogs", "interactiveUser"),
        ("NonInteractiveUserSignInLogs", "nonInteractiveUser"),
        ("ServicePrincipalSignInLogs", "servicePrincipal"),
        ("ManagedIdentitySignInLogs", "managedIdentity"),
    ],
)
def test_the_four_logs_of_azure_monitor_are_kept_apart(
    log: str, category: str, tmp_path: Path
) -> None:
    record = graph(servicePrincipalId="AAAA", servicePrincipalName="runner", isInteractive=False)
    del record["signInEventTypes"]
    (tmp_path / "log.json").write_text(json.dumps(monitor(record, category=log)))
    rows, source = read(tmp_path / "log.json")
    assert dict(source.by_category) == {category: 1}
    workload = category in {"servicePrincipal", "managedIdentity"}
    assert (rows[0]["user_id"] is None, rows[0]["service_principal_id"]) == (
        workload,
        "aaaa" if workload else None,
    )
    assert rows[0]["user_name"] == ("runner" if workload else "adele@contoso.example")


def test_parquet_may_hold_times_and_numbers_as_such(tmp_path: Path) -> None:
    row = {
        "CreatedDateTime": MOMENT,
        "UserId": USER,
        "AppId": "a1",
        "ResultType": 50076,
        "IsInteractive": False,
        "DeviceDetail": {"deviceId": "", "operatingSystem": "Windows"},
    }
    parquet.write_table(pa.Table.from_pylist([row]), tmp_path / "log.parquet")
    rows, _ = read(
        tmp_path / "log.parquet",
        columns=("created", "error_code", "category", "device_state", "platform"),
    )
    assert rows == [
        {
            "created": MOMENT,
            "error_code": 50076,
            "category": "nonInteractiveUser",
            "device_state": "",
            "platform": "windows",
        }
    ]


def test_a_missing_member_is_a_missing_fact(tmp_path: Path) -> None:
    sparse = {
        "createdDateTime": "2026-03-04T09:15:30Z",
        "userId": "u1",
        "appId": "a1",
    }
    (tmp_path / "log.json").write_text(json.dumps(sparse))
    rows, source = read(tmp_path / "log.json")
    known = {name for name, value in rows[0].items() if value is not None}
    assert known == {"created", "category", "user_id", "client_app_id"}
    assert set(source.missing_columns) == {
        *("resource_id", "ip", "country", "client_app_type", "platform", "device_state"),
        *("sign_in_risk", "user_risk", "authentication_flow", "grant", "methods", "mfa_satisfied"),
    }


def test_a_log_without_ids_goes_by_names(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(
        "TimeGenerated,UserPrincipalName,AppDisplayName,ResultType\n"
        "2026-03-04T09:15:30Z,Adele@Contoso.example,Outlook,0\n"
    )
    rows, _ = read(tmp_path / "log.csv", columns=("user_id", "client_app_name", "error_code"))
    assert rows == [
        {"user_id": "adele@contoso.example", "client_app_name": "Outlook", "error_code": 0}
    ]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_spreadsheets_use_other_delimiters(delimiter: str, tmp_path: Path) -> None:
    text = "UserId,AppId,IPAddress,ResultType\nu1,a1,192.0.2.1,0\n"
    (tmp_path / "log.csv").write_text(text.replace(",", delimiter))
    rows, _ = read(tmp_path / "log.csv", columns=("user_id", "ip"))
    assert rows == [{"user_id": "u1", "ip": "192.0.2.1"}]
