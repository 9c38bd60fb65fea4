"""Redirect URIs match exactly; only the port of a loopback address is free.

Source: RFC 9700 section 2.1, RFC 8252 section 7.3, checklist AZ01 and AZ02, wire contract
section 2.1.
"""

from __future__ import annotations

import re

from ostiary.oidc.clients import ClientApp, RedirectUri
from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.signin.client_apps import RedirectPlatform

_LOOPBACK = re.compile(
    r"http://(?P<host>localhost|127\.0\.0\.1|\[::1\])(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<rest>(?:/[^\s\\#]*)?)"
)
_LAST_PORT = 65535


def matching_redirect(uri: str | None, app: ClientApp) -> RedirectUri | OAuthError:
    """Give the registered redirect URI that `uri` is, written as the client wrote it.

    Compared character by character, never normalised: what two programs read differently is not
    the same address. A registered loopback address of the platform for mobile and desktop
    applications takes any port, and an empty path for `/`.
    """
    if uri is None:
        return oauth_error(900971)
    for registered in app.redirect_uris:
        if uri == registered.uri or _same_loopback(uri, registered):
            return RedirectUri(uri, registered.platform)
    return oauth_error(50011, redirect=uri, app=app.app_id)


def _same_loopback(uri: str, registered: RedirectUri) -> bool:
    if registered.platform is not RedirectPlatform.NATIVE:
        return False
    asked, known = _loopback(uri), _loopback(registered.uri)
    return asked is not None and asked == known


def _loopback(uri: str) -> tuple[str, str] | None:
    """Give host and path of a loopback address, whatever its port."""
    found = _LOOPBACK.fullmatch(uri)
    if found is None or int(found["port"] or 1) > _LAST_PORT:
        return None
    return found["host"], found["rest"] or "/"
