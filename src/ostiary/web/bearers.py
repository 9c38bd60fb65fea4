"""Access tokens that come back: a bearer's at userinfo, an assertion on behalf of somebody."""

from __future__ import annotations

from datetime import UTC, datetime

from ostiary.signin.accounts import Account, account_of
from ostiary.tokens.read import AccessToken
from ostiary.web.service import Service


def access_token_for(service: Service, token: str, app_id: str) -> AccessToken:
    """Read an access token of ours whose audience is an application. Raises TokenRefused."""
    names = service.resources.by_name.items()
    return service.reader.access_token(token, frozenset(name for name, of in names if of == app_id))


def issued_at(token: AccessToken) -> datetime:
    """Give when a token was issued."""
    return datetime.fromtimestamp(token.issued, UTC)


def bearer_of(service: Service, token: AccessToken) -> Account | None:
    """Give the person a token speaks of; None for an application, and for whom it is void.

    That is who was deleted, disabled or told to sign in again since (RT06).
    """
    account = None if token.of_application else account_of(service.store, token.object_id)
    if account is None or not account.enabled:
        return None
    since = account.valid_from
    return account if since is None or issued_at(token) >= since else None
