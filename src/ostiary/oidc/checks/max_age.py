"""`max_age`: how long ago the user may have signed in (OpenID Connect Core section 3.1.2.1)."""

from __future__ import annotations

import re

from ostiary.oidc.checks.asked import Asked
from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.oidc.parameters import Parameters

_SECONDS = re.compile(r"[0-9]{1,10}", re.ASCII)


def max_age_of(parameters: Parameters) -> int | None:
    """Give the seconds, None where nothing is asked or what is asked is no number."""
    text = parameters.get("max_age")
    return int(text) if text is not None and _SECONDS.fullmatch(text) else None


def max_age_refused(asked: Asked) -> OAuthError | None:
    """Refuse anything but a whole number of seconds."""
    if asked.parameters.get("max_age") is None or max_age_of(asked.parameters) is not None:
        return None
    return oauth_error(90023, detail="max_age is no whole number of seconds")
