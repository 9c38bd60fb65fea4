"""A bug as a change to the text of one file, and how to plant it."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
PACKAGE = "ostiary"


class Rotten(Exception):
    """The source text has changed and the bug cannot be planted any more."""


@dataclass(frozen=True, slots=True)
class Bug:
    """A mistake somebody could make: `old` stands once in `file` and `new` takes its place.

    `file` is a path inside the package; `says` tells an administrator what goes wrong. `tests` are
    files of tests (or one test, `file::name`) that are asked first; conformance suite and oracle
    are asked in any case.
    """

    file: str
    says: str
    old: str
    new: str
    tests: tuple[str, ...] = ()

    def text(self, source: Path = SOURCE) -> str:
        """The text of the file with the bug in it; raises Rotten where it cannot be planted."""
        path = source / PACKAGE / self.file
        if not path.is_file():
            raise Rotten(f"{self.file} is gone")
        found = path.read_text(encoding="utf-8")
        count = found.count(self.old)
        if count != 1:
            raise Rotten(f"expected once, came {count} times: {self.old!r}")
        return found.replace(self.old, self.new)
