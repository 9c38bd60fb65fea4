"""The answer where the server cannot do its work at the moment: try again, and when."""

from __future__ import annotations

import logging
from typing import Final

from starlette.responses import JSONResponse, Response

from ostiary.directory.errors import StoreBusy, StoreUnavailable
from ostiary.directory.snapshot import NoGoodPolicies
from ostiary.model.errors import OstiaryError
from ostiary.oidc.errors import error_body, error_headers, oauth_error
from ostiary.secrecy.turns import TooManyAtOnce
from ostiary.tokens.errors import SigningUnavailable
from ostiary.web.error_page import error_page
from ostiary.web.received import Received

NOT_NOW: Final = (StoreBusy, StoreUnavailable, SigningUnavailable, NoGoodPolicies, TooManyAtOnce)
"""What ends by itself or by an administrator, and says nothing against who asked."""
_SOON, _LATER = "1", "5"
_LOG: Final = logging.getLogger("ostiary.web")


def not_now(received: Received, error: OstiaryError) -> Response:
    """Answer 429 where passwords wait in a queue (checklist DS03), 503 for everything else.

    The client is told no reason (TK15), the log is.
    """
    _LOG.warning("%s (%s)", error.message, received.trace.trace_id)
    told, login_url = oauth_error(90033), received.service.settings.login_url
    headers = {**error_headers(told, login_url=login_url), "Retry-After": _wait(error)}
    body = error_body(told, received.trace, login_url=login_url)
    return JSONResponse(body, _status(error), headers)


def not_now_page(received: Received, error: OstiaryError) -> Response:
    """Answer a browser the same on a page; it reads nothing from the store."""
    _LOG.warning("%s (%s)", error.message, received.trace.trace_id)
    page = error_page(received, oauth_error(90033), _status(error))
    page.headers["Retry-After"] = _wait(error)
    return page


def _status(error: OstiaryError) -> int:
    return 429 if isinstance(error, TooManyAtOnce) else oauth_error(90033).status


def _wait(error: OstiaryError) -> str:
    return _SOON if isinstance(error, TooManyAtOnce | StoreBusy) else _LATER
