"""The fast checks, against a package with a bug in FILE: `python -m tests.planted.checks …`.

`plant` runs this with SOURCE FILE TEST… in a process of its own for each bug, SOURCE (a copy of
`src` with the bug in it) being first on the path. One JSON object comes back: `caught` names the
first check that fails and is empty where none does; `broken` says why the answer is worth nothing.
"""

import io
import json
import re
import sys
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from tests.planted.bug import PACKAGE

if TYPE_CHECKING:
    import pytest


FIRST_SEEDS = range(48)
MORE_SEEDS = range(48, 400)
"""Random cases asked of the oracle: eight sign-ins for each seed. Most bugs show in the first."""


class Unusable(Exception):
    """The checks cannot be run, so that nothing can be said of the bug."""


class _FirstFailure:
    """A pytest plugin that remembers the first test that fails."""

    def __init__(self) -> None:
        self.name = ""

    def pytest_runtest_logreport(self, report: "pytest.TestReport") -> None:
        self._note(report)

    def pytest_collectreport(self, report: "pytest.CollectReport") -> None:
        self._note(report)

    def _note(self, report: "pytest.TestReport | pytest.CollectReport") -> None:
        if report.failed and not self.name:
            self.name = report.nodeid.removeprefix("tests/")


def first_catch(file: str, tests: tuple[str, ...]) -> str:
    """Ask one check after the other; gives the name of the first that fails, or nothing."""
    checks: tuple[Callable[[], str], ...] = (
        lambda: _tests(tests),
        lambda: _oracle(FIRST_SEEDS),
        lambda: _suite(file),
        lambda: _oracle(MORE_SEEDS),
    )
    return next((caught for caught in (check() for check in checks) if caught), "")


def _tests(tests: tuple[str, ...]) -> str:
    """Run some tests until the first one fails."""
    if not tests:
        return ""
    import pytest

    first = _FirstFailure()
    with redirect_stdout(io.StringIO()) as said:
        code = pytest.main(["-x", "-q", "-p", "no:cacheprovider", *tests], plugins=[first])
    if code != pytest.ExitCode.OK and not first.name:
        raise Unusable(f"pytest ended with {code!r}: {said.getvalue()[-500:]}")
    return first.name


def _suite(file: str) -> str:
    """Run the conformance suite as it ships, until the first case fails; likely cases first."""
    from ostiary.conformance.ours import OurEngine
    from ostiary.conformance.runner import run_case
    from ostiary.conformance.suite import load_suite, suite_files

    engine = OurEngine()
    likely = {word.rstrip("s") for word in re.split(r"[/_.]", file) if len(word) > 3}
    files = sorted(suite_files(), key=lambda path: not any(word in path.stem for word in likely))
    for suite in map(load_suite, files):
        for case in suite.cases:
            if run_case(case, suite, engine).failed:
                return f"case {case.id} of {Path(suite.file).name}"
    return ""


def _oracle(seeds: Iterable[int]) -> str:
    """Hold the engine against the oracle, until the first random case on which they differ."""
    from tests.fuzz import engine
    from tests.oracle.duel import disagreements
    from tests.oracle.generate import cases

    differing = (seed for seed in seeds if disagreements(engine, cases(seed)))
    seed = next(differing, None)
    return "" if seed is None else f"a random case of seed {seed}"


def _check_package(source: Path, file: str) -> None:
    """Import the file: a bug that is no Python, or of another package, is no bug."""
    package = import_module(PACKAGE)
    if not str(package.__file__).startswith(str(source)):
        raise Unusable(f"{PACKAGE} was imported from {package.__file__}, not from {source}")
    name = ".".join((PACKAGE, *Path(file).with_suffix("").parts)).removesuffix(".__init__")
    try:
        import_module(name)
    except Exception as error:  # whatever the planted text does
        raise Unusable(f"{name} cannot be imported: {type(error).__name__}: {error}") from error


def main() -> None:
    """Print the answer for the package on the path."""
    source, file, *tests = sys.argv[1:]
    try:
        _check_package(Path(source), file)
        answer = {"caught": first_catch(file, tuple(tests)), "broken": ""}
    except Unusable as error:
        answer = {"caught": "", "broken": str(error)}
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
