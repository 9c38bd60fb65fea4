"""A process that believes it runs on Windows, as far as Python code can tell.

`python -X warn_default_encoding -m tests.portability.pretending ANSWERS` imports every module of
ours but the server's, then runs the commands that come as JSON on standard input, and writes what
came of each to the file ANSWERS. What others made is loaded before: it has releases for Windows of
its own. What only POSIX has cannot be imported after.
"""

from __future__ import annotations

import json
import signal
import sys
import warnings
from collections.abc import Iterator
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Final

import ostiary
from tests.cli.running import run

MODULES_OF_POSIX: Final = frozenset(
    {"crypt", "curses", "fcntl", "grp", "nis", "ossaudiodev", "posix", "pty", "pwd", "readline"}
    | {"resource", "spwd", "syslog", "termios", "tty", "uvloop"}
)
"""Standard modules that Windows lacks, by the "Availability" of their pages, and uvloop."""
OF_THE_SERVER: Final = ("ostiary.serving.", "ostiary.demo.server_process", "ostiary.directory.mig")
"""What needs not be imported there: servers run on Linux and macOS."""
REACHING: Final = frozenset({"socket.connect", "socket.getaddrinfo", "socket.sendto"})
"""Events of the interpreter's table of audit events."""
OTHERS: Final = (
    *("asyncio", "concurrent.futures", "ctypes", "getpass", "multiprocessing.connection"),
    *("multiprocessing.context", "shutil", "subprocess", "tempfile", "uuid", "zipfile"),
    *("click.testing", "duckdb", "numba", "numpy", "pyarrow.parquet", "pydantic", "rich.table"),
    *("alembic", "httpx", "msal", "sqlalchemy", "starlette", "structlog", "yaml"),
)


class _Absent(MetaPathFinder):
    """Finds nothing of POSIX."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
        """Raise for what Windows lacks, know nothing of the rest."""
        if fullname.partition(".")[0] in MODULES_OF_POSIX:
            raise ModuleNotFoundError(f"No module named {fullname!r} on Windows", name=fullname)
        return None


def pretend() -> None:
    """Be on Windows from here on."""
    for name in OTHERS:
        import_module(name)
    for name in MODULES_OF_POSIX & set(sys.modules):
        del sys.modules[name]
    sys.meta_path.insert(0, _Absent())
    sys.platform = "win32"
    signal.__dict__["SIGBREAK"] = 21
    # The encoding of Windows is rarely UTF-8 (PEP 597); the interpreter warns with `-X` only.
    warnings.filterwarnings("error", category=EncodingWarning, module=r"ostiary\.")


def modules() -> Iterator[str]:
    """Names what has to be there on every system."""
    package = Path(ostiary.__file__).parent
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        name = ".".join(parts).removesuffix(".__init__")
        if not f"{name}.".startswith(OF_THE_SERVER):
            yield name


def main() -> None:
    """Import all, run what is asked for, write what came of it."""
    commands: list[list[str]] = json.load(sys.stdin)
    pretend()
    for name in modules():
        import_module(name)
    asked = connections()
    ran = [run(*each) for each in commands]
    told = {"answers": [[each.code, each.out, each.err] for each in ran], "connections": asked}
    Path(sys.argv[1]).write_text(json.dumps(told), encoding="utf-8", newline="\n")


def connections() -> list[str]:
    """Give a list to which every attempt to reach somebody is added from here on."""
    found: list[str] = []

    def heard(event: str, arguments: tuple[object, ...]) -> None:
        if event in REACHING:
            found.append(f"{event} {arguments[1:]}")

    sys.addaudithook(heard)
    return found


if __name__ == "__main__":
    main()
