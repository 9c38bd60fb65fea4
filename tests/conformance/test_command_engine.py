"""An engine that is a program: one question a line, one answer a line."""

import json
import shlex
import sys
from pathlib import Path

import pytest

from ostiary.conformance import load_suite, run_suites, suite_files
from ostiary.conformance.command import CommandEngine
from ostiary.conformance.runner import CaseResult
from ostiary.conformance.suite import Suite
from ostiary.model.errors import InputError
from tests.conformance.engines import call_case, case, suite

OURS = """
import json, sys
from dataclasses import asdict
from ostiary.conformance.implementation import Call
from ostiary.conformance.ours import OurEngine

engine = OurEngine()
for line in sys.stdin:
    asked = json.loads(line)
    try:
        if asked["kind"] == "decide":
            answer = engine.decide(asked["tenant"], asked["signIn"])
        elif asked["kind"] == "whatif":
            answer = engine.what_if(asked["tenant"], asked["signIn"])
        else:
            calls = [Call(**each) for each in asked["calls"]]
            given = engine.call(asked["fixtures"], asked["given"], calls)
            answer = [asdict(each) for each in given]
        print(json.dumps({"answer": answer}), flush=True)
    except Exception as error:
        print(json.dumps({"error": str(error)}), flush=True)
"""


def program(folder: Path, text: str) -> str:
    """The command that runs a Python program."""
    path = folder / "engine.py"
    path.write_text(text, encoding="utf-8")
    return shlex.join([sys.executable, str(path)])


def run(what: Suite, command: str) -> tuple[CaseResult, ...]:
    with CommandEngine(command) as engine:
        return next(run_suites([what], engine)).results


def test_an_engine_behind_a_pipe_passes_like_the_same_engine_without(tmp_path: Path) -> None:
    golden = next(path for path in suite_files() if path.name == "golden.json")
    results = run(load_suite(golden), program(tmp_path, OURS))
    assert [each.case.id for each in results if not each.passed] == []


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        ('{"error": "no idea"}', "no idea"),
        ('{"error": "not here", "notSupported": true}', "not here"),
        ("{}", "neither `answer` nor `error` came"),
        ("", "the engine ended before it answered"),
        (
            "nonsense",
            "answer of the engine:1:1: expected a value, came `n`; write null where there is none",
        ),
    ],
)
def test_what_is_no_answer_fails_the_case(tmp_path: Path, reply: str, error: str) -> None:
    text = f"import sys\nsys.stdin.readline()\nprint({reply!r}, end={reply and chr(10)!r})"
    results = run(suite(case("A")), program(tmp_path, text))
    assert [each.error for each in results] == [error]


def test_an_engine_that_is_gone_fails_every_case(tmp_path: Path) -> None:
    results = run(suite(case("A"), case("B")), program(tmp_path, "raise SystemExit(3)"))
    said = "the engine ended before it answered"
    assert [each.error for each in results] == [said, said]


def test_a_policy_api_answers_with_a_list(tmp_path: Path) -> None:
    answers = json.dumps({"answer": [{"status": 200, "body": None}, {"status": "201"}]})
    text = f"import sys\nsys.stdin.readline()\nprint({answers!r})"
    results = run(suite(calls=[call_case("A")]), program(tmp_path, text))
    assert results[0].error == "expected a list of answers with `status`, came something else"


@pytest.mark.parametrize("command", ["", "/no/such/engine", "'unbalanced"])
def test_an_engine_that_cannot_be_started_is_told(command: str) -> None:
    with pytest.raises(InputError, match=r"^expected an engine to run, `.*` cannot be started"):
        CommandEngine(command)
