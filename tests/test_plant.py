"""Planting a bug, and what is made of the findings."""

from pathlib import Path

import pytest

from tests.plant import Finding, rotten_bugs, table, verdict
from tests.planted import BUGS
from tests.planted.bug import Bug, Rotten


def bug(
    old: str = "<", new: str = "<=", file: str = "edges.py", tests: tuple[str, ...] = ()
) -> Bug:
    return Bug(file, "an edge is outside", old, new, tests)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    package = tmp_path / "ostiary"
    package.mkdir()
    (package / "edges.py").write_text("inside = first < address and address > 0\n")
    return tmp_path


def test_a_bug_takes_the_place_of_what_is_right(source: Path) -> None:
    assert bug().text(source) == "inside = first <= address and address > 0\n"


@pytest.mark.parametrize(
    ("planted", "why"),
    [
        (bug(old="=="), "expected once, came 0 times: '=='"),
        (bug(old="address"), "expected once, came 2 times: 'address'"),
        (bug(file="gone.py"), "gone.py is gone"),
    ],
)
def test_a_bug_that_has_lost_its_place_says_so(planted: Bug, why: str, source: Path) -> None:
    with pytest.raises(Rotten) as raised:
        planted.text(source)
    assert str(raised.value) == why


def test_bugs_without_place_or_tests_are_told() -> None:
    nowhere = bug(file="gone.py", tests=("tests/test_gone.py::test_x",))
    assert list(rotten_bugs([nowhere])) == [
        "cannot be planted any more: gone.py, an edge is outside: gone.py is gone",
        "has lost its tests: gone.py, an edge is outside: tests/test_gone.py::test_x",
    ]


CAUGHT = Finding(bug(), "case G001 of golden.json", "")
SURVIVED = Finding(bug(), "", "")
UNUSABLE = Finding(bug(), "", "it is no Python")


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ([CAUGHT, CAUGHT], 0),
        ([CAUGHT, SURVIVED], 1),
        ([], 1),
        ([CAUGHT, SURVIVED, UNUSABLE], 2),
    ],
)
def test_the_exit_code(found: list[Finding], code: int) -> None:
    assert verdict(found) == code


def test_the_table_names_what_caught_each_bug() -> None:
    assert list(table([CAUGHT, SURVIVED, UNUSABLE])) == [
        "file      bug                 caught by",
        "edges.py  an edge is outside  case G001 of golden.json",
        "edges.py  an edge is outside  SURVIVED",
        "edges.py  an edge is outside  unusable: it is no Python",
        "",
        "1 of 3 bugs caught",
        "survived: edges.py: an edge is outside",
    ]


def test_every_bug_is_another_one() -> None:
    assert len({(each.file, each.old, each.new) for each in BUGS}) == len(BUGS)
    assert len({(each.file, each.says) for each in BUGS}) == len(BUGS)
    assert all(each.old != each.new for each in BUGS)


def test_every_bug_can_still_be_planted() -> None:
    assert list(rotten_bugs(BUGS)) == []
