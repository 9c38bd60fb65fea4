"""What an API refuses, before it is written in the words of that API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ostiary.model.errors import OstiaryError


class ApiError(OstiaryError):
    """A request that is refused: HTTP status, the API's own word, a sentence for people."""

    code = "apiError"

    def __init__(
        self,
        status: int,
        word: str,
        message: str,
        *,
        headers: Mapping[str, str] = MappingProxyType({}),
        details: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        """Keep what the answer is made of; `details` name every problem of a body."""
        super().__init__(message)
        self.status, self.word = status, word
        self.headers, self.details = headers, tuple(details)
