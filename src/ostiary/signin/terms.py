"""Terms of use that a person accepted, as the policies count them."""

from __future__ import annotations

from datetime import datetime

from ostiary.directory.store import Aggregates
from ostiary.model.signin import AcceptedTerms


def accepted_terms(store: Aggregates, user_id: str, now: datetime) -> tuple[AcceptedTerms, ...]:
    """Give each acceptance with the whole days since."""
    return tuple(
        AcceptedTerms(agreement, max(0, (now - at).days), device or None)
        for agreement, device, at in store.acceptances.of_user(user_id)
    )
