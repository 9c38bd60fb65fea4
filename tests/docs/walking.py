"""Walks through a page as its reader does: writes its files, types its commands, compares.

A block whose info string has a title (```` ```json title="draft.json" ````) is a file. A `console`
block is typed: a line that begins with `$ ` is a command, lines after one that ends in a backslash
go on with it, and all others are what it says, on both outputs together. `…` stands for any text in
a line, and alone on a line for any lines. A command ends with 0, unless `$ echo $?` comes next.
Other blocks are for reading. `<!-- by hand: WORD -->` is where the reader does something that no
command does; the test says what.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
_SECONDS: Final = 240
_BLOCK: Final = re.compile(
    r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$|^<!-- by hand: (?P<hand>[\w -]+) -->$",
    re.MULTILINE | re.DOTALL,
)
_TITLE: Final = re.compile(r'title="([^"]+)"')
_MARK: Final = "\x1e"
_STATUS: Final = "echo $?"


@dataclass(frozen=True, slots=True)
class Typed:
    """A command, and the lines that the page says it prints."""

    command: str
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A file that the reader writes."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class ByHand:
    """What no command does."""

    what: str


Step = Typed | Written | ByHand


@dataclass(frozen=True, slots=True)
class Walked:
    """What a command printed, and its exit code."""

    typed: Typed
    printed: tuple[str, ...]
    code: int


def steps(text: str) -> list[Step]:
    """Give what a page has its reader do, in its order."""
    found: list[Step] = []
    for block in _BLOCK.finditer(text):
        title = _TITLE.search(block["info"] or "")
        if block["hand"]:
            found.append(ByHand(block["hand"]))
        elif title:
            found.append(Written(title[1], block["text"]))
        elif (block["info"] or "").split()[:1] == ["console"]:
            found.extend(_typed(block["text"].splitlines()))
    return found


def _typed(lines: list[str]) -> Iterator[Typed]:
    command, says = list[str](), list[str]()
    for line in lines:
        if line.startswith("$ "):
            if command:
                yield Typed("\n".join(command), tuple(says))
            command, says = [line.removeprefix("$ ")], []
        elif command and not says and command[-1].endswith("\\"):
            command.append(line)
        else:
            says.append(line)
    yield Typed("\n".join(command), tuple(says))


def walk(
    found: list[Step],
    folder: Path,
    *,
    hands: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> list[Walked]:
    """Take every step in one shell that begins in a folder; `hands` gives a command for each."""
    # What was started in the background ends with the page.
    script = ["exec </dev/null", "trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT"]
    typed = list[Typed]()
    for number, step in enumerate(found):
        if isinstance(step, Written):
            kept = folder / f".step-{number}"
            kept.write_text(step.text, encoding="utf-8")
            script.append(f"cp {kept} '{step.name}'")
            continue
        each = step if isinstance(step, Typed) else Typed((hands or {})[step.what], ("…",))
        typed.append(each)
        script.append(f"{each.command}\nlast=$?; printf '{_MARK}%s{_MARK}' $last; (exit $last)")
    file = folder / ".walk.sh"
    file.write_text("\n".join(script), encoding="utf-8")
    with (folder / ".printed").open("w+", encoding="utf-8") as printed:
        with subprocess.Popen(  # noqa: S603  # the pages are ours
            ["/bin/bash", str(file)],
            cwd=folder,
            env=_environment(folder, environment or {}),
            stdout=printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as shell:
            try:
                shell.wait(_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(shell.pid, signal.SIGKILL)
        printed.seek(0)
        parts = printed.read().split(_MARK)
    outputs, codes = parts[0::2], parts[1::2]
    return [
        Walked(each, tuple(output.splitlines()), int(code))
        for each, output, code in zip(typed, outputs, codes, strict=False)
    ]


def _environment(folder: Path, more: Mapping[str, str]) -> dict[str, str]:
    """Give an environment with an empty home, and `ostiary` on its path."""
    programs = folder / ".bin"
    programs.mkdir(exist_ok=True)
    interpreter = f"#!/bin/sh\nexec {shlex.quote(sys.executable)}"
    ours = "-c 'import sys; from ostiary.cli.main import main; sys.exit(main())'"
    for name, does in (("python", ""), ("ostiary", ours)):
        (programs / name).write_text(f'{interpreter} {does} "$@"\n', encoding="utf-8")
        (programs / name).chmod(0o755)
    home = folder / ".home"
    home.mkdir(exist_ok=True)
    return {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PATH": os.pathsep.join([str(programs), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "COLUMNS": "100",
        "PYTHONUNBUFFERED": "1",
        **more,
    }


def wrong(found: list[Step], walked: list[Walked]) -> list[str]:
    """Tell every command that did not do as the page says, with what it printed."""
    complaints: list[str] = []
    for each, after in zip(walked, [*walked[1:], None], strict=False):
        told = after is not None and after.typed.command == _STATUS
        if each.code and not told and each.typed.command != _STATUS:
            complaints.append(_shown(each, f"ended with {each.code}"))
        elif not _matches(each.typed.says, each.printed):
            complaints.append(_shown(each, "says something else than the page"))
    commands = sum(not isinstance(each, Written) for each in found)
    if len(walked) < commands:
        complaints.append(f"only {len(walked)} of {commands} commands were typed")
    return complaints


def _shown(each: Walked, how: str) -> str:
    return "\n".join([f"`{each.typed.command}` {how}:", *each.printed, f"(exit {each.code})"])


def _matches(says: tuple[str, ...], printed: tuple[str, ...]) -> bool:
    pattern = "".join(
        r"(?:.*\n)*" if line.strip() == "…" else _any(line) + "\n" for line in _stripped(says)
    )
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in _stripped(printed))) is not None


def _any(line: str) -> str:
    return ".*".join(re.escape(part) for part in line.split("…"))


def _stripped(lines: tuple[str, ...]) -> list[str]:
    """Leave out what nobody sees: spaces at the end of lines, and empty lines around."""
    found = "\n".join(line.rstrip() for line in lines).strip("\n")
    return found.split("\n") if found else []
