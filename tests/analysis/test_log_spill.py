"""What DuckDB cannot hold in memory goes to a folder of ours, and goes away with it."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import pytest

from ostiary.analysis.log_database import database
from tests.analysis.full_disk import needs_mount, on_small_disk, ran

MORE_THAN_FITS = """
    SELECT range AS number, repeat(CAST(range AS VARCHAR), 8) AS text
    FROM range(3_000_000)
    ORDER BY hash(range)
"""
"""Some 300 MB to be sorted."""
MEMORY = "100MB"

SPILLING = f'''
import os, signal, sys, tempfile
from ostiary.analysis.log_database import NoRoomError, database
os.chdir(sys.argv[1])
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell in the background ignores it
try:
    with database(memory="{MEMORY}") as opened:
        rows = opened.sql("""{MORE_THAN_FITS}""").to_arrow_table().num_rows
        (folder,) = os.listdir(tempfile.gettempdir())
        print(rows, len(os.listdir(os.path.join(tempfile.gettempdir(), folder))) > 0)
        {{}}
except NoRoomError as error:
    print(error)
except KeyboardInterrupt:
    print("interrupted")
'''


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    """A folder to stand in, and one for temporary files."""
    here, temporary = tmp_path / "here", tmp_path / "temporary"
    here.mkdir()
    temporary.mkdir()
    return here, temporary


def _no_room(temporary: Path) -> str:
    return f"no room left in memory ({MEMORY}) and for temporary files ({temporary})"


@pytest.mark.parametrize(
    ("then", "told"),
    [
        ("pass", ""),
        ("signal.raise_signal(signal.SIGINT)", "interrupted"),
        ("raise NoRoomError('some error')", "some error"),
    ],
)
def test_temporary_files_are_gone_at_the_end(
    places: tuple[Path, Path], then: str, told: str
) -> None:
    here, temporary = places
    done = ran("-c", SPILLING.format(then), str(here), temporary=temporary)
    assert done.stdout.split("\n") == ["3000000 True", *([told] if told else []), ""], done.stderr
    assert list(here.iterdir()) == []
    assert list(temporary.iterdir()) == []


@needs_mount
def test_a_disk_that_is_full_while_spilling_is_told(places: tuple[Path, Path]) -> None:
    here, temporary = places
    asked = ("-c", SPILLING.format("pass"), str(here))
    done = on_small_disk(temporary, *asked, kilobytes=4_096, temporary=temporary)
    assert done.returncode == 0, done.stderr
    # nothing is listed behind the sentence: the folder is empty again
    assert done.stdout.startswith(f"{_no_room(temporary)}: Out of Memory")
    assert done.stdout.endswith("in the environment variable TMPDIR\n"), done.stdout
    assert list(here.iterdir()) == []


_LIMITED = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))\n"


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on the size of files there")
def test_a_file_that_may_not_grow_while_spilling_is_told(places: tuple[Path, Path]) -> None:
    here, temporary = places
    done = ran("-c", _LIMITED + SPILLING.format("pass"), str(here), temporary=temporary)
    assert done.stdout.startswith(f"{_no_room(temporary)}: IO Error")
    assert list(here.iterdir()) == list(temporary.iterdir()) == []


def test_the_database_opens_nothing_that_a_log_names(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    with database() as opened, pytest.raises(duckdb.PermissionException):
        opened.execute("SELECT * FROM read_csv(?)", [str(secret)]).fetchall()


def test_no_other_module_opens_duckdb() -> None:
    source = Path(__file__).parents[2] / "src" / "ostiary"
    opening = [p.name for p in source.rglob("*.py") if "duckdb.connect" in p.read_text("utf-8")]
    assert opening == ["log_database.py"]


def test_no_progress_of_duckdb_gets_into_an_answer() -> None:
    with database() as opened:
        setting = "SELECT current_setting('enable_progress_bar')"
        assert opened.execute(setting).fetchone() == (False,)
