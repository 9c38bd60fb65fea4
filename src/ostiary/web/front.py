"""What the service answers at its bare address, and where there is no page."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from ostiary.pages import Link, NotFound
from ostiary.web.purposes.security_info import METHODS_PAGE
from ostiary.web.received import Received
from ostiary.web.written import html


def front(received: Received) -> Response:
    """Lead to one's own security info, the only page that nobody has to be sent to."""
    return RedirectResponse(METHODS_PAGE, 303, {"Cache-Control": "no-store"})


def not_found(received: Received) -> Response:
    """Say that there is no page at the address; it is not repeated."""
    page = NotFound(tenant=received.service.tenant_name, security_info=Link(METHODS_PAGE))
    return html(received, page, (), 404)
