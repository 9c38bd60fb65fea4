"""What only a process of its own can show: start-up, broken pipes, Ctrl-C, closed streams."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import Json, founding_policy, sign_in, tenant, written

HEAVY = ("rich", "pydantic", "pydantic_core", "importlib.metadata", "ostiary.engine")
MAIN = "import sys; from ostiary.cli.main import main; sys.exit(main())"
OSTIARY = [sys.executable, "-c", MAIN]


def modules_of(*arguments: str) -> set[str]:
    """The heavy modules that a command loads."""
    script = (
        "import sys\nfrom ostiary.cli.main import main\n"
        f"main({list(arguments)!r})\n"
        f"print(*(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)"
    )
    ran = subprocess.run(  # noqa: S603  # our own interpreter and a fixed script
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(ran.stderr.splitlines()[-1].split())


def test_version_and_help_load_nothing_heavy() -> None:
    assert modules_of("version") == set()
    assert modules_of("--help") == set()


def test_an_answer_in_json_does_not_load_what_draws_tables(tmp_path: Path) -> None:
    files = [written(tmp_path / "t.json", tenant()), written(tmp_path / "r.json", sign_in())]
    arguments = ("decide", "--tenant", str(files[0]), str(files[1]), "--json")
    assert "rich" not in modules_of(*arguments)


def test_wrong_usage_is_not_told_on_standard_output_where_there_is_no_other(
    tmp_path: Path,
) -> None:
    ran = closed("2>&-", "nonsense")
    assert (ran.returncode, ran.stdout) == (2, b"")


def closed(redirection: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command with one of its streams closed."""
    command = f"{shlex.join([*OSTIARY, *arguments])} {redirection}"
    return subprocess.run(["sh", "-c", command], capture_output=True, check=False)  # noqa: S603, S607  # our own words


def test_closed_streams_are_no_reason_to_crash(tmp_path: Path) -> None:
    path = str(written(tmp_path / "t.json", tenant()))
    assert closed(">&-", "version").returncode == 0
    ran = closed("<&-", "decide", "--tenant", path, "-")
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert ran.stderr == b"ostiary: standard input is closed; give a file instead of `-`\n"


@pytest.mark.parametrize("flags", [[], ["--json"]])
@pytest.mark.parametrize("command", ["decide", "whatif", "validate"])
def test_a_reader_that_went_away_is_no_error(
    tmp_path: Path, command: str, flags: list[str]
) -> None:
    path, asked = written(tmp_path / "t.json", tenant()), written(tmp_path / "r.json", sign_in())
    inputs = {"validate": [str(path)]}
    arguments = inputs.get(command, ["--tenant", str(path), str(asked)])
    reader, writer = os.pipe()
    os.close(reader)
    ran = subprocess.run(  # noqa: S603  # our own interpreter and a fixed script
        [*OSTIARY, command, *arguments, *flags], stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert (ran.returncode, ran.stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_told() -> None:
    with open("/dev/full", "wb") as full:
        ran = subprocess.run(  # noqa: S603  # our own interpreter and a fixed script
            [*OSTIARY, "version"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert ran.returncode == 2
    assert ran.stderr == b"ostiary: cannot read or write: no space left on device\n"


def test_ctrl_c_ends_a_command_without_a_traceback(tmp_path: Path) -> None:
    # The engine that is asked interrupts whoever asked it, so that no time is waited for.
    engine = "import os, signal, sys; sys.stdin.readline(); os.kill(os.getppid(), signal.SIGINT)"
    command = shlex.join([sys.executable, "-c", f"{engine}; sys.stdin.read()"])
    case: Json = {"id": "A", "kind": "decide", "expect": {}}
    path = written(tmp_path / "s.json", {"fixtures": {}, "cases": [case]})
    # A shell that starts something in the background lets it ignore Ctrl-C, and its children too.
    program = f"import signal; signal.signal(signal.SIGINT, signal.default_int_handler); {MAIN}"
    ran = subprocess.run(  # noqa: S603  # our own interpreter and a fixed script
        [sys.executable, "-c", program, "conformance", str(path), "--engine", command],
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 130
    assert b"Traceback" not in ran.stderr


def test_an_output_that_takes_ascii_only_gets_json_and_tables(tmp_path: Path) -> None:
    whole = tenant()
    whole["conditionalAccessPolicies"][0]["displayName"] = "Zürich"
    path, asked = written(tmp_path / "t.json", whole), written(tmp_path / "r.json", sign_in())
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    arguments = [*OSTIARY, "decide", "--tenant", str(path), str(asked)]
    for flags, shown in ([], rb"Z\xfcrich"), (["--json"], rb"Z\u00fcrich"):
        ran = subprocess.run(  # noqa: S603  # our own interpreter and a fixed script
            [*arguments, *flags], capture_output=True, env=environment, check=True
        )
        assert shown in ran.stdout


def test_an_answer_does_not_depend_on_the_seed_of_hashes(tmp_path: Path) -> None:
    unknown = [f"9e000000-0000-4000-8000-{number:012d}" for number in range(8)]
    users = {"includeUsers": ["All"], "excludeGroups": unknown}
    policy = founding_policy()
    policy["conditions"]["users"] = users
    # Without users and groups every membership is unknown, and the sentence names one of eight.
    path = written(tmp_path / "t.json", {"conditionalAccessPolicies": [policy]})
    asked = written(tmp_path / "r.json", sign_in())
    arguments = [*OSTIARY, "whatif", "--tenant", str(path), str(asked), "--json"]
    answers = {
        subprocess.run(  # noqa: S603  # our own interpreter and a fixed script
            arguments,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            check=True,
        ).stdout
        for seed in range(3)
    }
    assert len(answers) == 1
