"""Whether a form that arrives is one of ours (checklist CS01)."""

from __future__ import annotations

import hmac

from ostiary.oidc.parameters import Parameters
from ostiary.web.received import FORM, Received


def from_own_page(received: Received, form: Parameters, csrf: str) -> bool:
    """Tell whether a form was sent by our own page, with the value that the page was given.

    Pages with `Referrer-Policy: no-referrer`, as ours are, send their forms with `Origin: null`
    (Fetch standard, "append a request Origin header"); then the browser has to say that it is from
    the same origin.
    """
    site = received.headers.get("sec-fetch-site")
    own = received.service.settings.login_url
    origin = received.headers.get("origin", own)
    content = received.headers.get("content-type", "").partition(";")[0].strip().casefold()
    hidden = origin == "null" and site == "same-origin"
    same_site = site in {"same-origin", "none", None} and (origin == own or hidden)
    return (
        same_site
        and content == FORM
        and hmac.compare_digest((form.get("csrf") or "").encode(), csrf.encode())
    )
