"""The errors of Ostiary: one root, one class for each thing a caller would handle."""

from __future__ import annotations

from dataclasses import dataclass


class OstiaryError(Exception):
    """Something a person can act on: a sentence, advice in `hint`, a stable `code`."""

    code = "error"

    def __init__(self, message: str, *, hint: str = "") -> None:
        """Keep the sentence (what was expected and what came) apart from the advice."""
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """Give sentence and advice on one line, for logs and terminals."""
        return f"{self.message}; {self.hint}" if self.hint else self.message


class InputError(OstiaryError):
    """A file or a JSON document that cannot be read as what it should be."""

    code = "badInput"


class RuleError(OstiaryError):
    """A filter rule that does not follow the rule language.

    `position` is the offset of the first character that does not fit, from 0.
    """

    code = "invalidFilter"

    def __init__(self, message: str, *, position: int, hint: str = "") -> None:
        """Keep where in the rule the trouble is."""
        super().__init__(message, hint=hint)
        self.position = position


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a document: where (JSON path), a stable code, a sentence.

    `code` is the word of Microsoft Graph where one is known, otherwise ours.
    """

    path: str
    code: str
    message: str

    def to_json(self) -> dict[str, str]:
        """Give the members that `ostiary validate --json` prints."""
        return {"path": self.path, "code": self.code, "message": self.message}
