"""Whether a form that arrives is one of ours (checklist CS01)."""

from __future__ import annotations

import hmac

from ostiary.oidc.parameters import Parameters
from ostiary.web.received import FORM, Received


def from_own_page(received: Received, form: Parameters, csrf: str) -> bool:
    """Tell whether a form was sent by our own page, with the value that the page was given."""
    site = received.headers.get("sec-fetch-site", "same-origin")
    origin = received.headers.get("origin", received.service.settings.login_url)
    content = received.headers.get("content-type", "").partition(";")[0].strip().casefold()
    own = received.service.settings.login_url
    same_site = site in {"same-origin", "none"} and origin == own and content == FORM
    return same_site and hmac.compare_digest((form.get("csrf") or "").encode(), csrf.encode())
