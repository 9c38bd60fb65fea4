"""The admin center as an application: every page asks who is there, and Graph what he may."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from ostiary.admin import kept_forms, signing_in
from ostiary.admin.graph_calls import Graph, Refused
from ostiary.admin.host import PREFIX, SIGNED_IN, Host
from ostiary.admin.pages import NAVIGATION, PAGES
from ostiary.admin.rendering import admin_headers, assets, rendered, texts
from ostiary.admin.tokens import SignInAgain
from ostiary.admin.uploads import Received, received
from ostiary.admin.visit import (
    Answer,
    GoTo,
    PageRoute,
    Shown,
    Visit,
    asks_for_part,
    has_ids,
    is_own_form,
)
from ostiary.directory.admin_sessions import AdminSession
from ostiary.pages.assets import Asset, asset_answer

_DENIED: Final = "Insufficient privileges to complete the operation."
"""What Graph says."""
_NOTHING: Final = Received({}, {})


def admin_routes(host: Host) -> list[BaseRoute]:
    """Give every route of the admin center, with its prefix."""

    async def signed_in(request: Request) -> Response:
        answer = await signing_in.finish(host, request)
        return answer or _html(host, Shown("failed", status=400), {"person": None})

    async def unknown(request: Request) -> Response:
        return await _answered(host, request, PageRoute("GET", "", _not_found))

    return [
        Route(SIGNED_IN, signed_in, methods=["GET"]),
        *(_asset(each) for each in assets()),
        *(_route(host, each) for page in PAGES for each in page.ROUTES),
        _route(host, PageRoute("POST", "/sign-out", _sign_out, kept=False)),
        Route(f"{PREFIX}{{rest:path}}", unknown, methods=["GET"]),
    ]


def _route(host: Host, page: PageRoute) -> Route:
    async def endpoint(request: Request) -> Response:
        return await _answered(host, request, page)

    return Route(f"{PREFIX}{page.path}", endpoint, methods=[page.method])


def _asset(served: Asset) -> Route:
    async def endpoint(request: Request) -> Response:
        body, headers = asset_answer(served, request.headers.get("accept-encoding", ""))
        return Response(body, headers=headers)

    return Route(served.path, endpoint)


async def _answered(host: Host, request: Request, page: PageRoute) -> Response:
    """Ask who is there, let the page answer, and write what it says."""
    session = await signing_in.session_of(host, request)
    if session is None:
        return await _signing_in(host, request, page)
    form = await _form(request)
    try:
        tokens = await signing_in.fresh_tokens(host, request, session)
        sent = form or _NOTHING
        visit = Visit(
            host,
            request,
            request.cookies[signing_in.SESSION],
            session,
            signing_in.person_of(session),
            Graph(host, request, tokens.access),
            tokens.role_ids,
            {name: values[0] for name, values in sent.fields.items()},
            sent.fields,
            sent.files,
        )
        answer = await _page(visit, page, form)
    except SignInAgain as again:
        return await _signing_in(host, request, page, form or _NOTHING, again.claims)
    if kept_forms.FIELD in visit.form:
        await kept_forms.forget(host, visit.secret)
    return answer


async def _form(request: Request) -> Received | None:
    return _NOTHING if request.method == "GET" else await received(request)


async def _signing_in(
    host: Host,
    request: Request,
    page: PageRoute,
    form: Received | None = None,
    claims: str | None = None,
) -> Response:
    """Lead to the sign-in; a part of a page says so instead, and nothing that was typed is lost."""
    if asks_for_part(request):
        return _html(host, Shown("signed_out_part"), {"person": None})
    secret = request.cookies.get(signing_in.SESSION, "")
    kept = await kept_forms.sealed(host, request, page, form, secret)
    return await signing_in.begin(host, request, claims, form=kept)


async def _page(visit: Visit, page: PageRoute, form: Received | None) -> Response:
    host, browser = visit.host, visit.browser
    if not has_ids(browser.path_params):
        return _written(visit, await _not_found(visit))
    if browser.method != "GET" and (
        form is None or not is_own_form(browser, visit.form, visit.secret, host.login_url)
    ):
        return _written(visit, Shown("foreign_form", status=403))
    try:
        if page.needs is not None and not visit.may(*page.needs):
            raise Refused(403, "Authorization_RequestDenied", _DENIED, ())
        found: Answer = await page.handler(visit)
    except Refused as refused:
        part = "_part" if visit.is_part else ""
        found = Shown(f"refused{part}", {"refused": refused}, refused.status)
    if isinstance(found, Response):
        return found
    if isinstance(found, GoTo):
        mark = "&" if "?" in found.address else "?"
        query = f"{mark}notice={found.notice}" if found.notice else ""
        headers = {"Cache-Control": "no-store"}
        return RedirectResponse(f"{PREFIX}{found.address}{query}", 303, headers)
    return _written(visit, found)


def _written(visit: Visit, page: Shown) -> Response:
    notice = f"notice.{visit.query.get('notice', '')}"
    around = {
        "person": visit.person,
        "csrf": visit.csrf,
        "may": visit.may,
        "here": visit.browser.url.path,
        "notice": notice if notice in texts().entries else "",
    }
    return _html(visit.host, page, around)


def _html(host: Host, page: Shown, around: dict[str, Any]) -> Response:
    plain: dict[str, Any] = {"csrf": "", "here": "", "notice": "", "navigation": NAVIGATION}
    text = rendered(page.template, {**plain, **around, **page.values})
    return HTMLResponse(text, page.status, admin_headers(urlsplit(host.login_url).hostname or ""))


async def _sign_out(visit: Visit) -> Response:
    """End the session."""
    session: AdminSession = visit.session
    return await signing_in.sign_out(visit.host, session)


async def _not_found(visit: Visit) -> Shown:
    """Say that there is no such page."""
    return Shown("not_found", status=404)
