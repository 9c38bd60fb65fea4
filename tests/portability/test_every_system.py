"""Library, analysis and rules run on Linux, macOS and Windows; what cannot be tried here is read.

Nothing here was run on Windows: a process without what only POSIX has stands for it, and input as
editors there write it.
"""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.cli.running import run
from tests.portability.pretending import MODULES_OF_POSIX
from tests.test_architecture import PACKAGE, ROOT, relative

ONLY_POSIX = frozenset(
    {"EX_OK", "O_ASYNC", "O_CLOEXEC", "O_DIRECTORY", "O_DSYNC", "O_NOCTTY", "O_NOFOLLOW"}
    | {"O_NONBLOCK", "O_SYNC", "O_TMPFILE", "WNOHANG", "chown", "chroot", "confstr", "fchdir"}
    | {"fchmod", "fchown", "fdatasync", "fork", "forkpty", "fpathconf", "fstatvfs", "getegid"}
    | {"geteuid", "getgid", "getgroups", "getloadavg", "getpgid", "getpgrp", "getpriority"}
    | {"getresgid", "getresuid", "getsid", "getuid", "initgroups", "killpg", "lchown", "lockf"}
    | {"mkfifo", "mknod", "nice", "openpty", "pathconf", "pipe2", "posix_fallocate", "pread"}
    | {"posix_spawn", "preadv", "pwrite", "pwritev", "readv", "sendfile", "setegid", "seteuid"}
    | {"setgid", "setgroups", "setpgid", "setpriority", "setsid", "setuid", "statvfs", "sync"}
    | {"sysconf", "tcgetpgrp", "tcsetpgrp", "ttyname", "uname", "wait", "wait3", "wait4"}
    | {"waitid", "writev", "SIGALRM", "SIGCHLD", "SIGCONT", "SIGHUP", "SIGKILL", "SIGPIPE"}
    | {"SIGQUIT", "SIGSTOP", "SIGTSTP", "SIGUSR1", "SIGUSR2", "alarm", "pause", "pthread_kill"}
    | {"pthread_sigmask", "setitimer", "sigwait", "add_signal_handler", "remove_signal_handler"}
    | {"AF_UNIX", "SO_REUSEPORT", "socketpair_unix", "tzset", "clock_gettime"}
)
"""Names in `os`, `signal`, `socket`, `time` and event loops that Windows lacks."""
ONLY_LINUX = frozenset(
    {"O_DIRECT", "O_TMPFILE", "copy_file_range", "epoll", "eventfd", "getrandom", "inotify_init"}
    | {"memfd_create", "pidfd_open", "posix_fadvise", "prctl", "pthread_getcpuclockid"}
    | {"sched_getaffinity", "sched_setaffinity", "splice", "unshare"}
)
"""Names that macOS lacks too."""
SYSTEM = frozenset({"os", "signal", "socket", "time", "loop", "select"})

OF_THE_SERVER = {
    "src/ostiary/serving/data_lock.py": {"fcntl", "O_CLOEXEC", "pread", "pwrite"},
    # behind a question for the system, or for the name itself
    # Windows has another lock, which it takes there.
    "src/ostiary/policycode/journal.py": {"fcntl"},
    "src/ostiary/serving/host.py": {"getuid"},
    "src/ostiary/serving/listeners.py": {
        *("uvloop", "add_signal_handler", "remove_signal_handler"),
    },
}
"""Servers run on Linux and macOS."""


@cache
def source_files() -> tuple[tuple[str, ast.Module], ...]:
    """Every file of the package that has to do with the system, or writes."""
    modules = "|".join(sorted(SYSTEM | MODULES_OF_POSIX))
    about = re.compile(rf"\b(?:import|from) (?:{modules})\b|\bloop\.|write_text\(|open\(")
    texts = {each: each.read_text(encoding="utf-8") for each in sorted(PACKAGE.rglob("*.py"))}
    return tuple((relative(each), ast.parse(t)) for each, t in texts.items() if about.search(t))


def used(tree: ast.AST) -> Iterator[str]:
    """Names the modules and the members of system modules that a file uses."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (each.name.partition(".")[0] for each in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield module.partition(".")[0]
                yield from (each.name for each in names if module in SYSTEM)
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in SYSTEM:
                yield attribute
            case _:
                pass


def test_only_the_server_uses_what_only_posix_has() -> None:
    found = {
        name: set(used(tree)) & (ONLY_POSIX | MODULES_OF_POSIX) for name, tree in source_files()
    }
    assert {name: names for name, names in found.items() if names} == OF_THE_SERVER


def test_nothing_needs_linux() -> None:
    found = {name: set(used(tree)) & ONLY_LINUX for name, tree in source_files()}
    assert {name for name, names in found.items() if names} == set()


def writes_lines_of_the_system(tree: ast.AST) -> Iterator[int]:
    """Lines where text is written, and the system would choose how its lines end."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            given = {each.arg for each in node.keywords}
            if "newline" not in given and (_is_write_text(node, name) or _opens(node, name)):
                yield node.lineno


def _is_write_text(call: ast.Call, name: str) -> bool:
    return name == "write_text" and isinstance(call.func, ast.Attribute)


def _opens(call: ast.Call, name: str) -> bool:
    words = [*call.args, *(each.value for each in call.keywords if each.arg == "mode")]
    modes = {each.value for each in words if isinstance(each, ast.Constant)}
    return name in {"open", "fdopen"} and bool(modes & {"w", "x", "a", "w+", "r+"})


def test_text_is_written_alike_on_every_system() -> None:
    found = {name: list(writes_lines_of_the_system(tree)) for name, tree in source_files()}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_text_is_read_and_written_as_utf_8() -> None:
    ruff = [sys.executable, "-m", "ruff", "check", "--preview", "--select", "PLW1514", "--quiet"]
    folders = [str(ROOT / each) for each in ("src", "deploy", "docs", "bench")]
    subprocess.run([*ruff, *folders], check=True)  # noqa: S603  # our own checker


ASSERTIONS = """\
assertions:
  - name: everybody needs MFA for Azure management
    users: All
    except: [emergencyAccess]
    resources: [Windows Azure Service Management API]
    requires: mfa
"""
TENANT = ("--tenant", "tenant")
COMMANDS = (
    ("validate", "tenant", "--json"),
    ("decide", *TENANT, "sign-in.json", "--json"),
    ("whatif", *TENANT, "sign-in.json", "--json"),
    ("lint", *TENANT, "--sarif", "lint.sarif", "--as-of", "2026-01-31", "--json"),
    ("prove", "lockout", *TENANT, "--json"),
    ("prove", "gaps", *TENANT, "--resource", "Windows Azure Service Management API", "--json"),
    ("prove", *TENANT, "--assert", "assertions.yaml", "--junit", "junit.xml", "--json"),
    ("log", "generate", *TENANT, "--rows", "300", "--seed", "1", "--out", "log.parquet", "--json"),
    ("impact", *TENANT, "--draft", "draft.json", "log.parquet", "--json"),
    ("export", *TENANT, "--out", "exported", "--json"),
    ("plan", "code", *TENANT, "--json"),
    ("drift", "code", *TENANT, "--json"),
    ("plan", "changed", *TENANT, "--out", "saved.json", "--markdown", "plan.md", "--json"),
)
WRITTEN = ("lint.sarif", "junit.xml", "saved.json", "plan.md", "exported")


def written_as_on_windows(folder: Path) -> None:
    """Give every file of a folder a byte order mark and the line ends of Windows."""
    for path in folder.rglob("*"):
        if path.is_file():
            text = path.read_bytes().replace(b"\n", b"\r\n")
            path.write_bytes(b"\xef\xbb\xbf" + text)


def inputs(folder: Path) -> Path:
    """Write what the commands read."""
    shutil.copytree(ROOT / "examples" / "fjordvik", folder / "tenant")
    shutil.copy(ROOT / "examples" / "sign-in.json", folder)
    policies = json.loads((folder / "tenant/conditionalAccessPolicies.json").read_text("utf-8"))
    draft = json.dumps({**policies["value"][1], "state": "disabled"}, indent=1)
    (folder / "draft.json").write_text(draft, encoding="utf-8")
    (folder / "assertions.yaml").write_text(ASSERTIONS, encoding="utf-8")
    run("export", "--tenant", folder / "tenant", "--out", folder / "code")
    shutil.copytree(folder / "code", folder / "changed")
    for path in (folder / "changed" / "policies").iterdir():
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("state: enabled\n", "state: disabled\n"), encoding="utf-8")
    return folder


def contents(path: Path) -> dict[str, str]:
    """What lies in a file or a folder."""
    files = [path, *path.rglob("*")]
    found = {str(each.relative_to(path)): each for each in files if each.is_file()}
    return {name: undated(each.read_bytes().decode()) for name, each in found.items()}


def undated(text: str) -> str:
    """Leave out when a plan was made, and the digest that depends on it."""
    return re.sub(r'("made": ?)"[^"]+"|\b[0-9a-f]{64}\b', r"\1", text)


def test_without_posix_and_with_files_of_windows_answers_are_the_same_and_nobody_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = inputs(tmp_path / "here"), inputs(tmp_path / "there")
    written_as_on_windows(there)
    monkeypatch.chdir(here)
    expected = [run(*each) for each in COMMANDS]
    monkeypatch.chdir(there)
    answers = tmp_path / "answers.json"
    subprocess.run(  # noqa: S603  # our own interpreter and module
        [*pretending(), str(answers)],
        input=json.dumps([*COMMANDS, ("serve",)]).encode(),
        check=True,
    )
    told = json.loads(answers.read_text(encoding="utf-8"))
    *ran, served = told["answers"]
    assert told["connections"] == []
    assert [[code, undated(out), err] for code, out, err in ran] == [
        [each.code, undated(each.out), each.err] for each in expected
    ]
    assert [each.code for each in expected] == [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 2]
    for name in WRITTEN:
        assert contents(there / name) == contents(here / name) != {}
    assert (served[0], "Linux or macOS" in served[2]) == (2, True)


def pretending() -> list[str]:
    """What begins a process that believes it runs on Windows, wherever it stands."""
    begin = f"import sys, runpy; sys.path.insert(0, {str(ROOT)!r})"
    name = "tests.portability.pretending"
    again = f"{begin}; runpy.run_module({name!r}, run_name='__main__', alter_sys=True)"
    return [sys.executable, "-X", "warn_default_encoding", "-c", again]
