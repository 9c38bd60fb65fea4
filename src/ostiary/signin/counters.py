"""Counters of failures as the store keeps them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from ostiary.factors.limits import FRESH, FailureCounter
from ostiary.factors.spray import SprayWindow
from ostiary.model.json_types import JsonObject

KEPT: Final = timedelta(days=3650)
"""A count of failures ends by a success, or by an administrator, not by waiting (BF02)."""


def password_key(user_id: str) -> str:
    """Give under what the failed passwords of a user are counted."""
    return f"password:{user_id}"


def read_counter(kept: JsonObject | None) -> FailureCounter:
    """Read what `written_counter` wrote; a fresh one where there is nothing."""
    if not kept:
        return FRESH
    until = kept["lockedUntil"]
    return FailureCounter(kept["failures"], datetime.fromisoformat(until) if until else None)


def written_counter(counter: FailureCounter) -> JsonObject:
    """Write a counter into a document."""
    until = counter.locked_until
    return {"failures": counter.failures, "lockedUntil": until.isoformat() if until else None}


def read_window(kept: JsonObject | None) -> SprayWindow | None:
    """Read what `written_window` wrote."""
    return SprayWindow(datetime.fromisoformat(kept["since"]), kept["failures"]) if kept else None


def written_window(window: SprayWindow) -> JsonObject:
    """Write a window of failures into a document."""
    return {"since": window.since.isoformat(), "failures": window.failures}
