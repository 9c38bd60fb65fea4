"""An error of a browser's request: told to the application where it is known, else on a page."""

from __future__ import annotations

from starlette.responses import Response

from ostiary.oidc.endpoints import issuer
from ostiary.oidc.errors import OAuthError, description
from ostiary.oidc.responses import ReplyAddress, error_fields
from ostiary.pages import Error, Reference
from ostiary.web.received import Received
from ostiary.web.written import html, sent


def error_page(
    received: Received, error: OAuthError, status: int = 400, *, reply: ReplyAddress | None = None
) -> Response:
    """Tell an error: to the application where it is known, on a page where not (AZ03)."""
    if reply is not None:
        settings = received.service.settings
        own = issuer(settings.login_url, received.service.issuer.authority.tenant_id)
        fields = error_fields(
            reply, error, received.trace, login_url=settings.login_url, issuer=own
        )
        return sent(received, reply, fields)
    trace = received.trace
    reference = Reference(
        code=error.code,
        request_id=trace.trace_id,
        correlation_id=trace.correlation_id,
        time=trace.at,
        address=received.address or "",
    )
    page = Error(description=description(error, trace), reference=reference)
    return html(received, page, (), status)
