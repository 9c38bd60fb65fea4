"""The fast form comes back as it was written, and is written whole or not at all."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet
import pytest

from ostiary.analysis.log_fast_form import is_fast_form, write_fast_form
from ostiary.analysis.log_reading import read_logs
from ostiary.analysis.log_schema import SCHEMA, VERSION_KEY
from ostiary.analysis.output import OutputError
from ostiary.model.errors import InputError
from tests.analysis.log_shapes import graph, read

parquet: Any = pyarrow.parquet


def _log(folder: Path, rows: int = 5) -> Path:
    path = folder / "log.json"
    records = (graph(userId=f"user-{n}", userType="guest") for n in range(rows))
    path.write_text("\n".join(map(json.dumps, records)))
    return path


def test_what_was_read_comes_back(tmp_path: Path) -> None:
    log, out = _log(tmp_path), tmp_path / "out.parquet"
    assert write_fast_form(read_logs(log), out) == 5
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []
    rows, _ = read(log)
    again, source = read(out)
    assert again == rows
    assert dict(source.by_category) == {"interactiveUser": 5}


def test_the_schema_is_kept_and_other_engines_read_it(tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    write_fast_form(read_logs(_log(tmp_path)), out)
    assert parquet.read_schema(out).equals(SCHEMA)
    with duckdb.connect() as database:
        query = "SELECT DISTINCT user_type, methods[1] FROM read_parquet(?)"
        found = database.execute(query, [str(out)]).fetchall()
    assert found == [("guest", "password")]


def test_only_the_fast_form_of_this_version_is_taken_as_such(tmp_path: Path) -> None:
    other, older = tmp_path / "other.parquet", tmp_path / "older.parquet"
    parquet.write_table(pa.Table.from_pylist([graph()]), other)
    write_fast_form(read_logs(_log(tmp_path)), older)
    table = parquet.read_table(older)
    parquet.write_table(table.replace_schema_metadata({VERSION_KEY: b"0"}), older)
    assert not any(map(is_fast_form, (other, older, _log(tmp_path))))
    with pytest.raises(InputError, match="in version 1"):
        list(read_logs(older))


def test_a_page_that_changed_on_disk_is_damage(tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    write_fast_form(read_logs(_log(tmp_path, rows=500)), out)
    content = bytearray(out.read_bytes())
    group = parquet.read_metadata(out).row_group(0)
    (place,) = (
        group.column(n).data_page_offset + group.column(n).total_compressed_size // 2
        for n in range(group.num_columns)
        if group.column(n).path_in_schema == "user_id"
    )
    content[place] ^= 0xFF
    out.write_bytes(content)
    with pytest.raises(InputError, match="damaged or cut off"):
        list(read_logs(out))


def test_a_log_that_breaks_off_leaves_no_file(tmp_path: Path) -> None:
    def broken() -> Iterator[Any]:
        yield next(iter(read_logs(_log(tmp_path))))
        raise InputError("cut off")

    out = tmp_path / "out.parquet"
    out.write_text("what was there")
    with pytest.raises(InputError, match="cut off"):
        write_fast_form(broken(), out)
    assert out.read_text() == "what was there"
    assert {each.name for each in tmp_path.iterdir()} == {"log.json", "out.parquet"}


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="nothing was written"):
        write_fast_form(read_logs(_log(tmp_path)), tmp_path / "no" / "such" / "folder.parquet")


_FULL = """
import resource, sys
from ostiary.analysis.log_fast_form import write_fast_form
from ostiary.analysis.output import OutputError
from ostiary.analysis.log_generate import generated
from ostiary.model.directory import Directory
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
try:
    write_fast_form(generated(Directory(), 20_000, 1, 1), sys.argv[1])
except OutputError as error:
    print(error.message)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on the size of files there")
def test_a_disk_that_fills_up_leaves_no_file(tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    ran = subprocess.run(  # noqa: S603  # our own interpreter and a fixed script
        [sys.executable, "-c", _FULL, str(out)], capture_output=True, text=True, check=True
    )
    assert "nothing was written" in ran.stdout
    assert list(tmp_path.iterdir()) == []
