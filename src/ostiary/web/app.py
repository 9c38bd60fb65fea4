"""The ASGI application of the sign-in service: routes, limits, errors."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ostiary.admin.app import admin_routes
from ostiary.http.limits import HeaderLimit, body_of, too_long
from ostiary.oidc import endpoints
from ostiary.oidc.authorities import authority_of
from ostiary.oidc.discovery import discovery_document, instance_discovery, user_realm
from ostiary.oidc.errors import OAuthError, error_body, error_headers
from ostiary.oidc.token_response import TOKEN_HEADERS
from ostiary.pages import Asset, asset_answer, assets
from ostiary.signin.headers import joined_headers
from ostiary.tokens.jwks import CACHE_CONTROL, jwks
from ostiary.web import account
from ostiary.web.admin_host import admin_host
from ostiary.web.cross_origin import open_to_all, open_to_single_pages, preflight
from ostiary.web.device_grant import device_authorization
from ostiary.web.enrolment import (
    finish,
    open_link,
    show_app,
    show_passkey,
    take_code,
    take_passkey,
    take_password,
)
from ostiary.web.error_page import error_page
from ostiary.web.forward_auth import forward_auth
from ostiary.web.front import front, not_found
from ostiary.web.identity_endpoints import ROUTES as IDENTITY_ROUTES
from ostiary.web.not_now import NOT_NOW, not_now, not_now_page
from ostiary.web.received import CLIENT_CERTIFICATE, Received
from ostiary.web.refusal import Refused, accepted
from ostiary.web.service import Service
from ostiary.web.sign_in import (
    begin,
    begin_device,
    begin_forward,
    show,
    show_terms_file,
    take,
)
from ostiary.web.sign_out import CONFIRMED, confirmed, sign_out
from ostiary.web.steps.terms import TERMS_FILE
from ostiary.web.token import token
from ostiary.web.userinfo import userinfo

Answer = Callable[[Received], Response]
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""Envoy asks with the method of the request that it asks about."""


def sign_in_app(service: Service) -> HeaderLimit:
    """Build the application of one service."""

    async def unknown(request: Request, error: Exception) -> Response:
        return await _answer(service, request, not_found)

    own = sign_in_routes(service)
    host = admin_host(service, Starlette(routes=own))
    routes = [*admin_routes(host), *own]
    return HeaderLimit(Starlette(routes=routes, exception_handlers={404: unknown}))


def managed_identity_app(service: Service) -> HeaderLimit:
    """Build the application of the listener that only workloads of this host ask."""
    routes = [_route(service, path, answer, "GET") for path, answer in IDENTITY_ROUTES]
    return HeaderLimit(Starlette(routes=routes))


def sign_in_routes(service: Service) -> list[Route]:
    """Give every route of the sign-in service."""
    return [
        *_at(service, endpoints.TOKEN, _shared(_token), "POST", "OPTIONS"),
        *_at(service, endpoints.TOKEN_V1, _shared(_token_v1), "POST", "OPTIONS"),
        *_at(service, endpoints.DEVICE_CODE, _device_code, "POST"),
        *_at(service, endpoints.DEVICE_CODE_V1, _device_code_v1, "POST"),
        *_at(service, endpoints.KEYS, _keys, "GET"),
        *_at(service, endpoints.CONFIGURATION, _configuration, "GET"),
        *_at(service, endpoints.AUTHORIZE, _on_page(begin), "GET", "POST"),
        *_at(service, endpoints.AUTHORIZE_V1, _on_page(begin), "GET", "POST"),
        *_at(service, endpoints.LOGOUT, _on_page(sign_out), "GET", "POST"),
        *_at(service, endpoints.LOGOUT_V1, _on_page(sign_out), "GET", "POST"),
        _route(service, CONFIRMED, _on_page(confirmed), "POST"),
        _route(service, "/", front, "GET"),
        _route(service, "/enrol/{link}", _on_page(open_link), "GET"),
        _route(service, "/enrol/{link}", _on_page(take_password), "POST"),
        _route(service, "/enrol/{link}/finish", _on_page(finish), "POST"),
        _route(service, "/enrol/{link}/{name}", _on_page(show_app), "GET"),
        _route(service, "/enrol/{link}/{name}", _on_page(take_code), "POST"),
        _route(service, "/enrol/{link}/{name}/passkey", _on_page(show_passkey), "GET"),
        _route(service, "/enrol/{link}/{name}/passkey", _on_page(take_passkey), "POST"),
        _route(service, endpoints.DEVICE_PAGE, _on_page(begin_device), "GET"),
        _route(service, endpoints.FORWARD_AUTH, forward_auth, "GET"),
        _route(service, f"{endpoints.FORWARD_AUTH}/{{rest:path}}", forward_auth, *_METHODS),
        _route(service, endpoints.FORWARD_SIGN_IN, _on_page(begin_forward), "GET"),
        _route(service, "/devicelogin", _on_page(begin_device), "GET"),
        *_at(service, "/oauth2/deviceauth", _on_page(begin_device), "GET"),
        _route(service, endpoints.USERINFO, _shared(userinfo), "GET", "POST", "OPTIONS"),
        *(
            _route(service, path, _on_page(answer), method)
            for path, answer, method in account.ROUTES
        ),
        _route(service, "/login/{name}", _on_page(show), "GET"),
        _route(service, f"/login/{{name}}/{TERMS_FILE}", _on_page(show_terms_file), "GET"),
        _route(service, "/login/{name}/{step}", _on_page(take), "POST"),
        *(_asset(each) for each in assets()),
        _route(service, "/common/discovery/instance", _instance, "GET"),
        _route(service, "/{tenant}/userrealm/{user}", _realm, "GET"),
    ]


def _at(service: Service, path: str, answer: Answer, *methods: str) -> list[Route]:
    return [_route(service, f"/{{tenant}}{path}", answer, *methods)]


def _route(service: Service, path: str, answer: Answer, *methods: str) -> Route:
    """Give a route of the service."""

    async def endpoint(request: Request) -> Response:
        return await _answer(service, request, answer)

    return Route(path, endpoint, methods=list(methods))


async def _answer(service: Service, request: Request, answer: Answer) -> Response:
    """Answer in a thread, because the store waits for disks."""
    body = await body_of(request)
    if body is None:
        return too_long(413, "the body is too long")
    received = Received(
        service,
        request.method,
        {name: str(value) for name, value in request.path_params.items()},
        request.url.query,
        joined_headers(request.headers.raw),
        request.cookies,
        request.client.host if request.client else None,
        body,
        service.clock.now(),
        service.randomness.object_id(),
        getattr(request.state, CLIENT_CERTIFICATE, None),
    )
    response = await run_in_threadpool(_answered, received, answer)
    response.headers["x-ms-request-id"] = received.trace.trace_id
    response.headers["client-request-id"] = received.trace.correlation_id
    return response


def _asset(served: Asset) -> Route:
    async def endpoint(request: Request) -> Response:
        body, headers = asset_answer(served, request.headers.get("accept-encoding", ""))
        return Response(body, headers=headers)

    return Route(served.path, endpoint)


def _answered(received: Received, answer: Answer) -> Response:
    try:
        return answer(received)
    except Refused as refused:
        return _error(received, refused.error)
    except NOT_NOW as error:
        return not_now(received, error)


def _on_page(answer: Answer) -> Answer:
    """Tell a person on a page what an application is told as JSON."""

    def on_page(received: Received) -> Response:
        try:
            return answer(received)
        except Refused as refused:
            return error_page(received, refused.error, refused.error.status)
        except NOT_NOW as error:
            return not_now_page(received, error)

    return on_page


def _shared(answer: Answer) -> Answer:
    """Let single-page applications read an answer, whichever way it ends."""

    def shared(received: Received) -> Response:
        if received.method == "OPTIONS":
            return preflight(received)
        return open_to_single_pages(received, _answered(received, answer))

    return shared


def _error(received: Received, error: OAuthError) -> Response:
    login_url = received.service.settings.login_url
    body = error_body(error, received.trace, login_url=login_url)
    headers = dict(error_headers(error, login_url=login_url))
    return JSONResponse(body, error.status, headers)


def _token(received: Received) -> Response:
    return JSONResponse(token(received).body(), headers=TOKEN_HEADERS)


def _token_v1(received: Received) -> Response:
    return JSONResponse(token(received).first_version_body(), headers=TOKEN_HEADERS)


def _device_code(received: Received) -> Response:
    return JSONResponse(device_authorization(received).body(), headers=TOKEN_HEADERS)


def _device_code_v1(received: Received) -> Response:
    body = device_authorization(received).body(first_version=True)
    return JSONResponse(body, headers=TOKEN_HEADERS)


def _keys(received: Received) -> Response:
    accepted(authority_of(received.path["tenant"], received.service.names))
    keys = received.service.keys.ensure().keys
    return open_to_all(JSONResponse(jwks(keys), headers={"Cache-Control": CACHE_CONTROL}))


def _configuration(received: Received) -> Response:
    service = received.service
    authority = accepted(authority_of(received.path["tenant"], service.names))
    document = discovery_document(authority, login_url=service.settings.login_url)
    return open_to_all(JSONResponse(document))


def _instance(received: Received) -> Response:
    service = received.service
    asked = accepted(received.query).get("authorization_endpoint") or ""
    login_url = service.settings.login_url
    found = accepted(instance_discovery(asked, service.names, login_url=login_url))
    return open_to_all(JSONResponse(found))


def _realm(received: Received) -> Response:
    service = received.service
    login_url = service.settings.login_url
    return JSONResponse(user_realm(received.path["user"], service.names, login_url=login_url))
