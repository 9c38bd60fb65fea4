"""Which scripts of other origins may read an answer (checklist CS07).

Those of single-page applications, at their registered origins, and never with cookies. Public
documents may be read by everybody (Fetch standard; entra-docs identity-platform/reply-url, single-
page applications).
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.responses import Response

from ostiary.model.json_types import as_object, as_strings
from ostiary.signin.client_apps import RedirectPlatform
from ostiary.web.received import Received

_DAY = "86400"


def open_to_all(response: Response) -> Response:
    """Let every origin read a public document."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def open_to_single_pages(received: Received, response: Response) -> Response:
    """Let the origin that asks read an answer, if a single-page application is registered there."""
    response.headers.add_vary_header("Origin")
    origin = received.headers.get("origin", "")
    if origin and origin in single_page_origins(received):
        response.headers["Access-Control-Allow-Origin"] = origin
    return response


def preflight(received: Received) -> Response:
    """Answer what a browser asks before it lets a script send a request."""
    response = open_to_single_pages(received, Response(status_code=204))
    if "access-control-allow-origin" in response.headers:
        asked = received.headers.get("access-control-request-headers", "")
        response.headers["Access-Control-Allow-Methods"] = "GET, POST"
        response.headers["Access-Control-Allow-Headers"] = ", ".join(_simple(asked))
        response.headers["Access-Control-Max-Age"] = _DAY
    return response


def single_page_origins(received: Received) -> frozenset[str]:
    """Give the origins of all single-page redirect URIs of the tenant."""
    return frozenset(
        _origin(uri)
        for each in received.service.store.applications.all()
        for uri in as_strings(
            as_object(each.document.get(RedirectPlatform.SPA.value)).get("redirectUris")
        )
    )


def _origin(uri: str) -> str:
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"


def _simple(asked: str) -> list[str]:
    """Give the names of headers that were asked for, as far as they are names."""
    names = (each.strip() for each in asked.split(","))
    return [each for each in names if each.isascii() and each.replace("-", "").isalnum()]
