"""The server of the demonstration, as a process that ends when the demonstration does.

`python -m ostiary.demo.server_process DIR` serves a folder by its ostiary.toml until standard input
ends: whoever started it is then gone, even if nothing could be said any more.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from ostiary.model.errors import OstiaryError
from ostiary.serving.server import run
from ostiary.serving.settings_reading import read_settings


def main() -> int:
    """Serve; gives 2 where that cannot be, with the reason on standard error."""
    data = Path(sys.argv[1])
    threading.Thread(target=_watch, name="demonstration watch", daemon=True).start()
    try:
        settings = read_settings(config=None, folder=data, environment={}).settings
        run(data, settings, tell=_tell)
    except OstiaryError as error:
        _tell(str(error))
        return 2
    return 0


def _watch() -> None:
    # Not by a buffered reader: its lock, held here, would break the end of the interpreter.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201  # its log


if __name__ == "__main__":
    sys.exit(main())
