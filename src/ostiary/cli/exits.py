"""The exit codes of every command, now and later."""

from __future__ import annotations

from typing import Final

DONE: Final = 0
"""Done, or what was asked holds."""
NO: Final = 1
"""The answer is no: a refused policy, a failing case."""
BAD_INPUT: Final = 2
"""Bad input or usage."""
CHANGES: Final = 2
"""There are changes: `plan` and `drift`, whose exit codes are Terraform's."""
REFUSED: Final = 1
"""Refused, or bad input or usage: `plan` and `drift`."""
INTERRUPTED: Final = 130
"""Ended by Ctrl-C: 128 + SIGINT, as shells write it."""
READER_GONE: Final = 141
"""Whoever read the output stopped reading: 128 + SIGPIPE."""
