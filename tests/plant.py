"""Plants bugs one at a time; every one has to be caught: `python -m tests.plant`.

Each bug of `tests.planted` goes into a copy of `src`, against which the fast checks run in a
process of their own: the tests it names, the conformance suite as it ships and a few thousand
random cases with the oracle. The checks are also run without any bug, where they must hold.
Exit code 1 where a bug survives, 2 where one cannot be planted any more or the checks are no use.
"""

import argparse
import compileall
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from tests.planted import BUGS
from tests.planted.bug import PACKAGE, ROOT, SOURCE, Bug, Rotten

LONGEST = 180
"""Seconds for the checks of one bug; they take about two."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one bug: which check caught it, or why nothing can be said of it."""

    bug: Bug
    caught: str
    broken: str


class Field:
    """A folder with a clean copy of `src` to plant in, and one copy more for each bug."""

    def __init__(self, folder: Path) -> None:
        """Copy and compile the sources once."""
        self._folder = folder
        self._clean = folder / "clean"
        shutil.copytree(SOURCE, self._clean, ignore=shutil.ignore_patterns("__pycache__"))
        compileall.compile_dir(self._clean, quiet=1)

    def ask(self, number: int, bug: Bug) -> Finding:
        """Run the checks against a copy with the bug in it."""
        source = self._folder / str(number)
        shutil.copytree(self._clean, source, copy_function=os.link)
        if bug.old:
            _plant(source, bug)
        try:
            return _finding(bug, _answer(source, bug, self._folder))
        finally:
            shutil.rmtree(source)


def _plant(source: Path, bug: Bug) -> None:
    path = source / PACKAGE / bug.file
    text = bug.text(source)
    # INVARIANT: the copy shares its files with the clean one, so the file is not written over
    path.unlink()
    path.write_text(text, encoding="utf-8")
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
        compiled.unlink()


def _answer(source: Path, bug: Bug, folder: Path) -> dict[str, str]:
    command = [sys.executable, "-m", "tests.planted.checks", str(source), bug.file, *bug.tests]
    environment = {
        **os.environ,
        "PYTHONPATH": str(source),
        # Every run asks the same questions, and what hypothesis finds stays here.
        "PYTHONHASHSEED": "0",
        "HYPOTHESIS_STORAGE_DIRECTORY": str(folder / "hypothesis"),
        # The tests asked here need no plugin, and loading them takes as long as most tests do.
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    try:
        done = subprocess.run(  # noqa: S603  # this very interpreter
            command,
            cwd=ROOT,
            env=environment,
            capture_output=True,
            check=False,
            text=True,
            timeout=LONGEST,
        )
    except subprocess.TimeoutExpired:
        return {"caught": "", "broken": f"the checks did not end within {LONGEST} s"}
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        return {"caught": "", "broken": f"the checks ended early: {done.stderr[-500:]}"}
    return json.loads(lines[-1])


def _finding(bug: Bug, answer: dict[str, str]) -> Finding:
    return Finding(bug, answer["caught"], answer["broken"])


def findings(bugs: Sequence[Bug], jobs: int) -> Iterator[Finding]:
    """Plant every bug, several at a time; gives the findings as they come.

    The first one is about no bug at all: every check has to hold there.
    """
    tests = tuple(dict.fromkeys(test for bug in bugs for test in bug.tests))
    control = Bug("__init__.py", "no bug", "", "", tests)
    with TemporaryDirectory(prefix="ostiary-plant-") as folder, ThreadPoolExecutor(jobs) as pool:
        field = Field(Path(folder))
        first, *others = (
            pool.submit(field.ask, number, bug) for number, bug in enumerate((control, *bugs))
        )
        try:
            yield first.result()
            yield from (future.result() for future in as_completed(others))
        finally:
            pool.shutdown(cancel_futures=True)


def run(bugs: Sequence[Bug], jobs: int) -> int:
    """Plant the bugs, print the table and give the exit code."""
    rotten = list(rotten_bugs(bugs))
    if rotten:
        _say("".join(f"{line}\n" for line in rotten))
        return 2
    began, found = monotonic(), list[Finding]()
    asked = findings(bugs, jobs)
    control = next(asked)
    if control.caught or control.broken:
        _say(f"the checks fail without any bug: {control.caught or control.broken}\n")
        return 2
    for finding in asked:
        found.append(finding)
        _say(f"\r{len(found)} of {len(bugs)} bugs, {monotonic() - began:.0f} s")
    _say("\n")
    found.sort(key=lambda each: bugs.index(each.bug))
    sys.stdout.write("".join(f"{line}\n" for line in table(found)))
    return verdict(found)


def rotten_bugs(bugs: Iterable[Bug]) -> Iterator[str]:
    """Say of every bug that has lost its place, or its tests, what is missing."""
    for bug in bugs:
        try:
            bug.text()
        except Rotten as why:
            yield f"cannot be planted any more: {bug.file}, {bug.says}: {why}"
        for test in bug.tests:
            if not (ROOT / test.partition("::")[0]).is_file():
                yield f"has lost its tests: {bug.file}, {bug.says}: {test}"


def table(found: Sequence[Finding]) -> Iterator[str]:
    """The lines of the table: file, bug in words, what caught it."""
    rows = [(each.bug.file, each.bug.says, _caught_by(each)) for each in found]
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    for file, says, caught in (("file", "bug", "caught by"), *rows):
        yield f"{file:{widths[0]}}  {says:{widths[1]}}  {caught}"
    survivors = [each for each in found if not each.caught and not each.broken]
    yield ""
    yield f"{sum(bool(each.caught) for each in found)} of {len(found)} bugs caught"
    yield from (f"survived: {each.bug.file}: {each.bug.says}" for each in survivors)


def _caught_by(finding: Finding) -> str:
    if finding.broken:
        return f"unusable: {finding.broken}"
    return finding.caught or "SURVIVED"


def verdict(found: Sequence[Finding]) -> int:
    """The exit code: 2 where something is no use, 1 where a bug survives or none was planted."""
    if any(finding.broken for finding in found):
        return 2
    return 0 if found and all(finding.caught for finding in found) else 1


def _say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.plant", description=__doc__)
    parser.add_argument("--jobs", type=int, default=2, help="bugs at a time")
    parser.add_argument("--only", default="", help="bugs with this in their file or description")
    asked = parser.parse_args()
    bugs = [bug for bug in BUGS if asked.only in f"{bug.file}: {bug.says}"]
    if not bugs:
        parser.error(f"no bug has `{asked.only}` in its file or description")
    return run(bugs, asked.jobs)


if __name__ == "__main__":
    sys.exit(main())
