"""CS06: a line of the log is one event, whatever stands in it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Generator
from typing import Any

import pytest

from ostiary.secrecy.secret import Secret
from ostiary.serving.logs import logger, set_up_logs
from ostiary.serving.settings import Log
from tests.secrecy.seeded import clock_at_start

FORGED = 'x\r\n2026-01-01 error "forged" \x1b[31m\u2028\u202e=HYPERLINK("http://x")'


@pytest.fixture(autouse=True)
def _as_before() -> Generator[None]:
    root, level = logging.getLogger(), logging.getLogger().level
    handlers = list(root.handlers)
    quiet = {each: logging.getLogger(each).level for each in ("uvicorn", "alembic")}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in quiet.items():
        logging.getLogger(name).setLevel(before)


def stream(form: str, level: str = "info") -> io.StringIO:
    made = io.StringIO()
    set_up_logs(Log(format=form, level=level), clock_at_start(), made)
    return made


def lines(made: io.StringIO) -> list[str]:
    return made.getvalue().split("\n")[:-1]


def test_json_has_one_object_a_line() -> None:
    made = stream("json")
    logger("ostiary.requests").info("request", status=200, client=None)
    (line,) = lines(made)
    assert json.loads(line) == {
        "at": "2026-11-22T08:00:00.000+00:00",
        "level": "info",
        "event": "request",
        "logger": "ostiary.requests",
        "status": 200,
        "client": None,
    }


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize("where", ["event", "value", "library"])
def test_CS06_no_text_forges_a_line_or_steers_a_terminal(form: str, where: str) -> None:
    made = stream(form)
    if where == "event":
        logger("a").warning(FORGED)
    elif where == "value":
        logger("a").warning("told", name=FORGED)
    else:
        logging.getLogger("uvicorn.error").warning("%s", FORGED)
    (line,) = lines(made)
    assert line.isprintable()
    assert line.isascii()
    assert len(line.splitlines()) == 1


def test_CS06_a_traceback_is_indented_below_its_line() -> None:
    made = stream("console")
    try:
        raise ValueError(FORGED)
    except ValueError:
        logger("a").exception("request failed")
    first, *rest = lines(made)
    assert first.startswith("2026-11-22T08:00:00.000+00:00 error request failed")
    assert rest
    assert all(line.startswith("    ") and line.isprintable() for line in rest)


def test_a_line_for_people() -> None:
    made = stream("console")
    logger("ostiary.requests").info("request", route="/{tenant}/x", words="two words", status=200)
    assert lines(made) == [
        '2026-11-22T08:00:00.000+00:00 info request route=/{tenant}/x words="two words" status=200 '
        "logger=ostiary.requests"
    ]


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_secret_is_not_written(form: str) -> None:
    made = stream(form)
    logger("a").error("told", password=Secret("hunter2"))
    assert "redacted" in made.getvalue()
    assert "hunter2" not in made.getvalue()


def test_what_weighs_too_little_is_left_out_and_long_values_are_cut() -> None:
    made = stream("json", level="warning")
    logger("a").info("too little")
    logger("a").warning("enough", name="x" * 100_000)
    (line,) = lines(made)
    found: dict[str, Any] = json.loads(line)
    assert len(found["name"]) == 2_000


def test_auto_means_json_where_nobody_looks() -> None:
    made = stream("auto")
    logger("a").error("told")
    assert json.loads(lines(made)[0])["event"] == "told"
