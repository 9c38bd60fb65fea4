"""A full disk ends `ostiary impact` and `ostiary log` with a sentence, exit code 2 and no file."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from ostiary.analysis.log_fast_form import write_fast_form
from tests.analysis.full_disk import needs_mount, on_small_disk, ran
from tests.analysis.impact_cases import batch_of
from tests.analysis.impact_tenant import ROWS, written

_RUN = "import sys; from ostiary.cli.main import main; sys.exit(main(sys.argv[1:]))"
_NUMBERS = Random(1)  # noqa: S311  # texts that nothing compresses
MANY = [row | {"request_id": f"{_NUMBERS.getrandbits(128):032x}"} for row in ROWS * 4_000]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Tenant, draft and a log of which 12,000 sign-ins are affected."""
    written(tmp_path)
    write_fast_form([batch_of(MANY)], tmp_path / "log.parquet")
    (tmp_path / "small").mkdir()
    return tmp_path


def _asked(folder: Path, *more: str) -> tuple[str, ...]:
    tenant, draft = f"{folder}/tenant.json", f"{folder}/draft.json"
    named = ("--tenant", tenant, "--draft", draft, f"{folder}/log.parquet")
    return ("-c", _RUN, "impact", *named, *more)


@needs_mount
@pytest.mark.parametrize(
    ("option", "name", "kilobytes"), [("--out", "a.parquet", 32), ("--html", "r.html", 12)]
)
def test_a_report_that_does_not_fit_is_not_written(
    folder: Path, option: str, name: str, kilobytes: int
) -> None:
    small = folder / "small"
    done = on_small_disk(
        small, *_asked(folder, option, f"{small}/{name}", "--json"), kilobytes=kilobytes
    )
    # of standard output only the list of the folder is left, and that is empty
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    sentence = f"ostiary: {small}/{name}: the disk is full; nothing was written"
    assert done.stderr.splitlines()[-1].startswith(sentence)
    assert "Traceback" not in done.stderr


@needs_mount
def test_a_report_that_fits_is_written(folder: Path) -> None:
    small = folder / "small"
    asked = _asked(folder, "--out", f"{small}/a.parquet", "--html", f"{small}/r.html", "--json")
    done = on_small_disk(small, *asked, kilobytes=8_192)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1:] == ["a.parquet", "r.html"]


@needs_mount
@pytest.mark.parametrize("command", ["convert", "generate"])
def test_a_log_that_does_not_fit_is_not_written(folder: Path, command: str) -> None:
    small = folder / "small"
    asked = {
        "convert": (f"{folder}/log.parquet",),
        "generate": ("--tenant", f"{folder}/tenant.json", "--rows", "50000", "--seed", "1"),
    }[command]
    out = ("--out", f"{small}/log.parquet")
    done = on_small_disk(small, "-c", _RUN, "log", command, *asked, *out, kilobytes=32)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert "the disk is full; nothing was written" in done.stderr


@needs_mount
def test_what_was_there_stays_where_the_new_does_not_fit(folder: Path) -> None:
    small = folder / "small"
    before = "import pathlib, sys; pathlib.Path(sys.argv.pop()).write_text('before');" + _RUN
    asked = _asked(folder, "--out", f"{small}/a.parquet", f"{small}/a.parquet")
    done = on_small_disk(small, "-c", before, *asked[2:], kilobytes=32)
    assert (done.returncode, done.stdout) == (2, "a.parquet\n"), done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_an_answer_that_cannot_be_printed_is_told(folder: Path) -> None:
    into_full = "import sys; sys.stdout = open('/dev/full', 'w');" + _RUN
    done = ran("-c", into_full, *_asked(folder, "--json")[2:])
    assert done.returncode == 2
    assert "cannot read or write: no space left on device" in done.stderr
