"""`id_token_hint`: whom the application believes to be signed in (checklist AZ16).

Source: OpenID Connect Core section 3.1.2.1: who was hinted at is signed in at the end, or the
application is told `login_required`.
"""

from __future__ import annotations

from ostiary.signin.accounts import account_of
from ostiary.tokens.errors import TokenRefused
from ostiary.web.received import Received


def hinted_user(received: Received, hint: str) -> str | None:
    """Give the object id that a hint names, None for what is no ID token of ours."""
    try:
        user_id = received.service.reader.id_token_hint(hint).get("oid")
    except TokenRefused:
        return None
    return user_id if isinstance(user_id, str) else None


def hinted_name(received: Received, hint: str | None) -> str:
    """Give the sign-in name of who is hinted at, to begin with; '' where there is nobody."""
    user_id = hinted_user(received, hint) if hint is not None else None
    account = account_of(received.service.store, user_id) if user_id else None
    return account.name if account else ""


def is_hinted(received: Received, user_id: str, hint: str | None) -> bool:
    """Tell whether a user is the one that is hinted at; without a hint everybody is."""
    return hint is None or hinted_user(received, hint) == user_id
