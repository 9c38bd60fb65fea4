"""What `prompt=none` is answered where something is wanted of the user."""

from __future__ import annotations

from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.signin.wanted import Wanted


def silent_error(want: Wanted, *, app_id: str) -> OAuthError:
    """Give the answer to `prompt=none` where something is wanted (OpenID Connect Core 3.1.2.6)."""
    if want is Wanted.CONSENT:
        return oauth_error(65001, app=app_id)
    if want is Wanted.CHOICE_OF_ACCOUNT:
        return oauth_error(16000, error="account_selection_required")
    return oauth_error(50058)
