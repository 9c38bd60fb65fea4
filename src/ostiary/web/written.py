"""What a browser is sent: a page with its headers, an answer for an application, a cookie."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from urllib.parse import urlsplit

from starlette.responses import HTMLResponse, RedirectResponse, Response

from ostiary.oidc.responses import Fields, ReplyAddress, location
from ostiary.pages import FormPost, Page, Post, render, security_headers
from ostiary.web.received import Received


def set_cookie(
    response: Response, name: str, value: str, *, lasts: timedelta | None = None
) -> None:
    """Set a cookie that only this host gets, over TLS, and no script reads (SS01).

    It ends with the browser unless it `lasts`.
    """
    age = int(lasts.total_seconds()) if lasts else None
    response.set_cookie(
        name, value, max_age=age, path="/", secure=True, httponly=True, samesite="lax"
    )


def drop_cookie(response: Response, name: str) -> None:
    """Take a cookie back; a browser drops it for the very attributes it was set with."""
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")


def sent(received: Received, reply: ReplyAddress, fields: Fields) -> Response:
    """Hand fields to an application: by a redirect, or by a form that posts itself."""
    if reply.by_form:
        page = FormPost(form=Post(reply.redirect_uri, fields))
        return html(received, page, (reply.redirect_uri,))
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return RedirectResponse(location(reply, fields), 303, headers)


def html(received: Received, page: Page, targets: tuple[str, ...], status: int = 200) -> Response:
    """Write a page; `targets` are addresses elsewhere that its forms post to."""
    service = received.service
    nonce = b64encode(service.randomness.octets(18)).decode("ascii")
    host = urlsplit(service.settings.login_url).hostname or ""
    headers = security_headers(page, nonce, host=host, form_targets=targets)
    return HTMLResponse(render(page, received.texts, nonce), status, headers)
