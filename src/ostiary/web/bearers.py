"""Access tokens that come back: a bearer's at userinfo, an assertion on behalf of somebody."""

from __future__ import annotations

from ostiary.signin.accounts import Account, account_of
from ostiary.signin.void import void_since
from ostiary.tokens.read import AccessToken
from ostiary.web.service import Service


def access_token_for(service: Service, token: str, app_id: str) -> AccessToken:
    """Read an access token of ours whose audience is an application. Raises TokenRefused."""
    names = service.resources.by_name.items()
    return service.reader.access_token(token, frozenset(name for name, of in names if of == app_id))


def bearer_of(service: Service, token: AccessToken) -> Account | None:
    """Give the person a token speaks of; None for an application, and for whom it is void.

    That is who was deleted, disabled or told to sign in again since (RT06), and who got it by a
    code that was redeemed again (AZ06).
    """
    account = None if token.of_application else account_of(service.store, token.object_id)
    if account is None or not account.enabled:
        return None
    return account if void_since(service.store, token, account.standing) is None else None
