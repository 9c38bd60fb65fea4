"""Makes docs/demo.svg out of a real run of `ostiary demo --exit`: `python -m docs.recording`.

The command runs in a terminal of its own; a terminal emulator (pyte) reads what it prints, and each
line comes into the picture with the time at which it came. The picture plays that, faster where
nothing happened, and then stands still with all of it; without animation it is whole at once.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

import pyte

PICTURE: Final = Path(__file__).parent / "demo.svg"
COMMAND: Final = "ostiary demo --exit"
COLUMNS: Final = 112
_ROWS: Final = 400
"""More than the story has: nothing scrolls away."""
_LONGEST_PAUSE: Final = 0.9
_TYPING: Final = 0.6
_APPEARS: Final = 0.15
_CELL: Final = 7.8
_LINE: Final = 18
_MARGIN: Final = 20
_BAR: Final = 32
_STYLE: Final = """
  .window { fill: #ffffff; stroke: #c8ccd2; } .bar { fill: #eef0f3; } .dot { fill: #c8ccd2; }
  text { fill: #1f2328; font: 13px ui-monospace, "Cascadia Mono", SFMono-Regular, Menlo, Consolas,
    "Liberation Mono", monospace; white-space: pre; }
  .prompt { fill: #0550ae; font-weight: 600; } .title { font-weight: 600; }
  .wrong { fill: #b3261e; font-weight: 600; }
  @media (prefers-color-scheme: dark) {
    .window { fill: #161b22; stroke: #3d444d; } .bar { fill: #21262d; } .dot { fill: #4b535d; }
    text { fill: #e6edf3; } .prompt { fill: #79c0ff; } .wrong { fill: #ff8a80; }
  }
  @media (prefers-reduced-motion: no-preference) {
    .line { animation: come 0.15s linear both; }
    @keyframes come { from { opacity: 0; } to { opacity: 1; } }
  }
"""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the terminal, and the seconds after which it was complete."""

    text: str
    seconds: float


def main() -> int:
    """Run the story and make its picture; 1 where a step did not hold."""
    parser = argparse.ArgumentParser(prog="python -m docs.recording", description=__doc__)
    parser.add_argument("--file", type=Path, default=PICTURE, help="default: docs/demo.svg")
    file: Path = parser.parse_args().file
    program = Path(sys.executable).parent / "ostiary"
    with tempfile.TemporaryDirectory(prefix="ostiary-recording-") as folder:
        code, lines = recorded([str(program), *COMMAND.split()[1:]], Path(folder))
    if code:
        print("\n".join(each.text for each in lines), file=sys.stderr)
        return 1
    file.write_text(picture(lines), encoding="utf-8")
    print(f"written: {file}")
    return 0


def recorded(command: Sequence[str], folder: Path) -> tuple[int, list[Line]]:
    """Run a command in a terminal; gives its exit code and what stands there in the end."""
    screen = pyte.Screen(COLUMNS, _ROWS)
    stream = pyte.ByteStream(screen)
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, COLUMNS, 0, 0))
    began = time.monotonic()
    with subprocess.Popen(  # noqa: S603  # our own command
        command,
        cwd=folder,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS)},
        close_fds=True,
    ) as process:
        os.close(theirs)
        came: dict[int, tuple[str, float]] = {}
        for part in _parts(ours):
            stream.feed(part)
            _note(screen, came, time.monotonic() - began)
    os.close(ours)
    return process.returncode, _lines(screen, came)


def picture(lines: Sequence[Line]) -> str:
    """Draw the lines below the command that they answer."""
    height = _BAR + 2 * _MARGIN + _LINE * (len(lines) + 2)
    width = round(COLUMNS * _CELL + 2 * _MARGIN)
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        f' width="{width}" height="{height}" role="img" aria-labelledby="title">',
        f'<title id="title">{COMMAND}: the story, told by a served tenant and real clients</title>',
        f"<style>{_STYLE}</style>",
        f'<rect class="window" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8"/>',
        f'<path class="bar" d="M1 {_BAR}V9a8 8 0 0 1 8-8h{width - 18}a8 8 0 0 1 8 8v{_BAR - 9}z"/>',
        *(f'<circle class="dot" cx="{20 + 18 * each}" cy="16" r="5"/>' for each in range(3)),
        _drawn(0, f"$ {COMMAND}", 0, "prompt"),
    ]
    for number, (line, seconds) in enumerate(zip(lines, _played(lines), strict=True), 2):
        if line.text:
            drawn.append(_drawn(number, line.text, seconds, _kind(line.text)))
    return "\n".join([*drawn, "</svg>", ""])


def _drawn(number: int, text: str, seconds: float, kind: str) -> str:
    down = _BAR + _MARGIN + _LINE * number + 10
    shown = text.lstrip(" ")
    across = round(_MARGIN + _CELL * (len(text) - len(shown)), 1)
    return (
        f'<text class="line{f" {kind}" if kind else ""}" x="{across}" y="{down}"'
        f' style="animation-delay:{seconds:.2f}s">{escape(shown)}</text>'
    )


def _kind(text: str) -> str:
    if "NOT AS IT HAS TO BE" in text:
        return "wrong"
    number, point, _ = text.partition(". ")
    return "title" if point and number.isdigit() else ""


def _played(lines: Sequence[Line]) -> Iterator[float]:
    """Give the moment of each line: as it was, but for pauses in which nothing is to be seen."""
    moment, before = _TYPING, 0.0
    for each in lines:
        moment += min(max(each.seconds - before, 0.0), _LONGEST_PAUSE)
        before = max(before, each.seconds)
        yield moment
        moment += _APPEARS / 3


def _parts(source: int) -> Iterator[bytes]:
    while True:
        try:
            part = os.read(source, 65_536)
        except OSError:  # Linux says so when the other end is closed
            return
        if not part:
            return
        yield part


def _note(screen: pyte.Screen, came: dict[int, tuple[str, float]], seconds: float) -> None:
    for number in screen.dirty:
        text = screen.display[number].rstrip()
        if text and came.get(number, ("", 0.0))[0] != text:
            came[number] = (text, seconds)
    screen.dirty.clear()


def _lines(screen: pyte.Screen, came: dict[int, tuple[str, float]]) -> list[Line]:
    shown = [each.rstrip() for each in screen.display]
    while shown and not shown[-1]:
        shown.pop()
    found: list[Line] = []
    for number, text in enumerate(shown):
        before = found[-1].seconds if found else 0.0
        found.append(Line(text, came[number][1] if text else before))
    return found


if __name__ == "__main__":
    sys.exit(main())
