"""A list of leaked passwords: a sorted file of SHA-1 prefixes, searched where it lies."""

from __future__ import annotations

import hashlib
import mmap
import re
from pathlib import Path

from ostiary.model.errors import InputError

_PREFIX = re.compile(rb"[0-9A-Fa-f]{10,40}")
"""At least 40 bits: in a list of a thousand million, one password in a thousand hits by chance."""
_LONGEST_LINE = 200


class BreachedPasswords:
    """Asks a file whether a password is known to have leaked.

    One SHA-1 prefix in hex a line, all of one length (10 to 40), sorted; what follows a colon is
    ignored. The list of Have I Been Pwned ordered by hash has this form. SHA-1 is the form in
    which such lists exist; it protects nothing here.
    """

    def __init__(self, path: Path) -> None:
        """Map the file into memory; raises InputError where it is not such a list."""
        try:
            with path.open("rb") as file:
                self._file = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise InputError(
                f"the list of leaked passwords `{path}` cannot be read: {error}"
            ) from None
        self._size = len(self._file)
        while self._size and self._file[self._size - 1] in b"\r\n":
            self._size -= 1
        first, last = self._prefix(0), self._prefix(self._line_of(self._size))
        for each in (first, last):
            if len(each) != len(first) or not _PREFIX.fullmatch(each) or first > last:
                raise InputError(
                    f"expected sorted SHA-1 prefixes of one length in `{path}`, and it has others",
                    hint="take the list ordered by hash",
                )
        self._length = len(first)

    def __contains__(self, password: str) -> bool:
        """Whether the password is in the list."""
        digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest()
        wanted = digest[: self._length].upper().encode()
        low, high = 0, self._size
        while low < high:
            line = self._line_of((low + high) // 2)
            if self._prefix(line) < wanted:
                low = self._end(line) + 1
            else:
                high = line
        return low < self._size and self._prefix(low) == wanted

    def _line_of(self, offset: int) -> int:
        """Give where the line begins in which an offset lies."""
        return self._file.rfind(b"\n", max(0, offset - _LONGEST_LINE), offset) + 1

    def _end(self, line: int) -> int:
        end = self._file.find(b"\n", line, self._size)
        return self._size if end < 0 else end

    def _prefix(self, line: int) -> bytes:
        return self._file[line : self._end(line)].split(b":")[0].strip().upper()
