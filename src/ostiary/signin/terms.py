"""Terms of use that a person accepted, as the policies count them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeAlias

from ostiary.directory.store import Aggregates
from ostiary.model.signin import AcceptedTerms

Acceptance: TypeAlias = tuple[str, str, datetime]
"""Which terms, on which device ('': on all), when."""


def acceptances_of(store: Aggregates, user_id: str) -> tuple[Acceptance, ...]:
    """Read what a person accepted."""
    return tuple(store.acceptances.of_user(user_id))


def accepted_terms(accepted: Iterable[Acceptance], now: datetime) -> tuple[AcceptedTerms, ...]:
    """Give each acceptance with the whole days since."""
    return tuple(
        AcceptedTerms(agreement, max(0, (now - at).days), device or None)
        for agreement, device, at in accepted
    )
