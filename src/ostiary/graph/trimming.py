"""Answers of proofs without the last ids: of 100,000 people a list is of no use, their number is.

A statement counts whom and what it is about (`count`), names them in words (`text`) and lists the
first of their ids.
"""

from __future__ import annotations

from typing import Any, Final

from ostiary.model.json_types import as_object, is_list, is_object

MOST_IDS: Final = 100
MOST_STATEMENTS: Final = 100
_IDS: Final = "ids"
_STATEMENTS: Final = frozenset(
    {"open", "undecided", "newlyBlocked", "newlyPrompted", "newlyAllowed"}
    | {"newlyLimited", "noLongerLimited"}
)


def trimmed(answer: Any) -> Any:  # JSON
    """Shorten every list of ids and of statements; the members that count them stay."""
    if is_list(answer):
        return [trimmed(each) for each in answer]
    if not is_object(answer):
        return answer
    return {key: _member(key, value) for key, value in as_object(answer).items()}


def _member(key: str, value: Any) -> Any:
    if is_list(value):
        most = MOST_IDS if key == _IDS else MOST_STATEMENTS if key in _STATEMENTS else None
        return [trimmed(each) for each in value[:most]]
    return trimmed(value)
