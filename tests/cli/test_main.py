"""The group of commands: help, usage errors, version, mistakes of our own, terminal safety."""

import json
import sys
from pathlib import Path

import pytest

from ostiary import __version__
from ostiary.cli.main import COMMANDS
from ostiary.cli.output import notes, printable
from tests.cli.running import founding_policy, run, tenant, written


def test_the_help_page_names_every_command_and_the_exit_codes() -> None:
    ran = run("--help")
    assert ran.code == 0
    listed = ran.out.partition("Commands:")[2].splitlines()
    assert [line.split()[0] for line in listed if line.startswith("  ")] == [*COMMANDS, "Exit"]
    assert "0 done or holds, 1 the answer is no, 2 bad input or usage" in ran.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_json(command: str) -> None:
    ran = run(command, "--help")
    assert ran.code == 0
    assert "--json" in ran.out


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["--nonsense"],
        ["decide"],
        ["decide", "request.json"],
        ["decide", "--tenant"],
        ["decide", "--tenant", "t.json"],
        ["whatif", "--json"],
        ["validate"],
        ["validate", "a", "b"],
        ["version", "extra"],
        ["demo", "--strict"],
        [],
    ],
)
def test_wrong_usage_exits_with_2_and_says_so_on_standard_error(arguments: list[str]) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(("Usage: ostiary", "Error: "))


def test_version() -> None:
    assert run("version").out == run("--version").out == f"ostiary {__version__}\n"
    assert run("version", "--json").answers == [{"version": __version__}]


def test_a_mistake_of_ours_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    # A module that is not there stands for any mistake: nothing we know of raises.
    monkeypatch.setitem(sys.modules, "ostiary.cli.version", None)
    ran = run("version", OSTIARY_DEBUG=None)
    assert (ran.code, ran.out) == (2, "")
    (line,) = ran.err.splitlines()
    assert line.startswith("ostiary: internal error (ModuleNotFoundError: ")
    assert line.endswith(
        "please report it, with the output of the same command run with OSTIARY_DEBUG=1"
    )


def test_developers_see_the_traceback_of_a_mistake_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "ostiary.cli.version", None)
    with pytest.raises(ModuleNotFoundError):
        run("version", OSTIARY_DEBUG="1")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zürich 東京 🙂", "Zürich 東京 🙂"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\nb\rc\td", r"a\nb\rc\td"),
        ("\x9b31m", r"\x9b31m"),
        ("abc\u202edef", r"abc\u202edef"),
        ("a\u2028b", r"a\u2028b"),
        # joiners are part of words and of pictures, and steer nothing
        ("क्\u200dष 👩\u200d🔬", "क्\u200dष 👩\u200d🔬"),
        ("", ""),
    ],
)
def test_foreign_text_cannot_steer_a_terminal(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize("columns", ["60", "140"])
def test_names_are_shown_as_they_are_and_cannot_steer(
    tmp_path: Path, request_file: Path, columns: str
) -> None:
    name = "[bold]x[/bold] :smile: \x1b]0;pwned\x07\nGRANT"
    path = written(tmp_path / "t.json", tenant(founding_policy(displayName=name)))
    ran = run("decide", "--tenant", path, request_file, COLUMNS=columns)
    shown = "".join(ran.out.split())
    assert "[bold]x[/bold]:smile:" in shown
    assert "\x1b" not in ran.out
    assert "GRANT" not in ran.out.splitlines()


def test_colour_is_for_terminals_only(tenant_file: Path, request_file: Path) -> None:
    asked = ("decide", "--tenant", tenant_file, request_file)
    assert "\x1b[" not in run(*asked).out
    assert "\x1b[" in run(*asked, FORCE_COLOR="1", NO_COLOR=None, TERM="xterm").out
    coloured = run(*asked, FORCE_COLOR="1", NO_COLOR="1", TERM="xterm").out
    assert "\x1b[1;33m" not in coloured


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_answers_for_people_keep_to_the_width(
    tenant_file: Path, request_file: Path, columns: int
) -> None:
    for command in ("decide", "whatif"):
        ran = run(command, "--tenant", tenant_file, request_file, COLUMNS=str(columns))
        assert max(map(len, ran.out.splitlines())) <= columns


def test_json_may_hold_any_character(tmp_path: Path, request_file: Path) -> None:
    name = "Zürich 東京 \x1b \u2028"
    path = written(tmp_path / "t.json", tenant(founding_policy(displayName=name)))
    (line,) = run("decide", "--tenant", path, request_file, "--json").out.split("\n")[:-1]
    assert json.loads(line)["policies"][0]["displayName"] == name
    assert "Zürich" in line


def test_many_notes_are_cut_short(capsys: pytest.CaptureFixture[str]) -> None:
    notes(f"note {number}" for number in range(25))
    lines = capsys.readouterr().err.splitlines()
    assert lines[-2:] == ["note 19", "… and 5 more; `ostiary validate --json` lists all"]
    assert len(lines) == 21


def test_a_command_that_is_not_there_is_told_with_the_one_that_was_meant() -> None:
    ran = run("polici")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith("Error: there is no command `polici`; did you mean `policy`?\n")
    assert run("xyzzy").err.endswith("no command `xyzzy`; `ostiary --help` lists them\n")
