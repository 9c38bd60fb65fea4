"""What stands around every listener's application: a line in the log, numbers, health, HSTS."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ostiary.model.addresses import address_number, cidr_range
from ostiary.oidc.endpoints import FORWARD_AUTH
from ostiary.pages.headers import STAY_ON_HTTPS, may_be_told_to_stay_on_https
from ostiary.secrecy.clock import Clock
from ostiary.serving.health import ClockWatch, Health
from ostiary.serving.logs import logger
from ostiary.serving.metrics import NO_ROUTE, Metrics
from ostiary.serving.settings import ServerSettings
from ostiary.serving.slow_clients import BodyDeadline
from ostiary.signin.client_address import ProxyHeader, client_address
from ostiary.signin.headers import joined_headers
from ostiary.web.service import Service

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_TRACE_IDS: Final = ("x-ms-request-id", "request-id")
_NO_STORE: Final = {"Cache-Control": "no-store"}
_NOTED_EVERY: Final = 1.0


@dataclass
class Telemetry:
    """What the listeners of one process share."""

    service: Service
    metrics: Metrics
    settings: ServerSettings
    health: Health = field(init=False)
    _noted: float | None = None

    def __post_init__(self) -> None:
        """Begin to watch the clock and to hear of sign-ins."""
        self.service.store.means.heard.append(self.metrics.signed_in)
        self.health = Health(self.service, ClockWatch(self.service.clock))

    @property
    def clock(self) -> Clock:
        """The clock of the service."""
        return self.service.clock

    def address(self, scope: Scope) -> str | None:
        """Give the address of a client as the trusted proxies tell it."""
        peer: tuple[str, int] | None = scope.get("client")
        headers = joined_headers(scope["headers"])
        proxies = self.service.settings.proxies
        found = client_address(headers, peer[0] if peer else None, proxies)
        return found if isinstance(found, str) else None

    def may_read_metrics(self, scope: Scope) -> bool:
        """Whether a client stands in a network that may.

        Not where somebody else speaks for it whom nobody trusts: a proxy on this host would make
        the whole world local.
        """
        address, headers = self.address(scope), joined_headers(scope["headers"])
        peer: tuple[str, int] | None = scope.get("client")
        trusted = self.service.settings.proxies.trust(address_number(peer[0]) if peer else None)
        spoken_for = any(each.value in headers for each in ProxyHeader)
        if address is None or (spoken_for and not trusted):
            return False
        place = address_number(address)
        networks = map(cidr_range, self.settings.metrics.networks)
        return any(each.first <= place <= each.last for each in networks)

    def note(self) -> None:
        """Keep how this process stands, about once a second."""
        now = self.clock.elapsed()
        if self._noted is not None and now - self._noted < _NOTED_EVERY:
            return
        self._noted = now
        standing = self.service.snapshots.standing
        self.metrics.note(
            revision=standing[0] if standing else 0,
            read_at=standing[1].timestamp() if standing else 0.0,
            store_busy=self.service.store.database.times_busy,
            waiting=self.service.attempts.passwords.turns.waiting,
        )


def observed(app: ASGIApp, url: str, name: str, telemetry: Telemetry) -> ASGIApp:
    """Put everything around the application of a listener whose public URL is `url`."""
    return Observed(BodyDeadline(app), name, url, telemetry)


class Observed:
    """Logs and counts each request, tells browsers to stay on https, and ends every error here."""

    def __init__(self, app: ASGIApp, name: str, url: str, telemetry: Telemetry) -> None:
        """Stand before the application of a listener."""
        self._app, self._name, self._telemetry = app, name, telemetry
        # Checklist CS04: the host of the public URL, never that of the request.
        self._on_https = may_be_told_to_stay_on_https(urlsplit(url).hostname or "")
        self._log = logger("ostiary.requests")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # What a proxy hands on from /forward-auth comes from another host, whose matter this is.
        own = not scope["path"].startswith(FORWARD_AUTH)
        answer = _Answer(send, on_https=self._on_https and own)
        began = self._telemetry.clock.elapsed()
        try:
            await self._app(scope, receive, answer.send)
        except ClientDisconnect:
            pass  # nobody is there to be told
        except Exception:  # the outermost face
            self._log.exception("request failed", listener=self._name, route=_route(scope))
            if not answer.status:
                await PlainTextResponse("internal error", 500, _NO_STORE)(
                    scope, receive, answer.send
                )
        finally:
            self._note(scope, answer, self._telemetry.clock.elapsed() - began)

    def _note(self, scope: Scope, answer: _Answer, seconds: float) -> None:
        route = _route(scope)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        metrics = self._telemetry.metrics
        metrics.requests.labels(self._name, method, route, str(answer.status)).inc()
        metrics.seconds.labels(self._name, route).observe(seconds)
        self._telemetry.note()
        self._log.info(
            "request",
            listener=self._name,
            method=method,
            route=route,
            status=answer.status,
            milliseconds=round(seconds * 1000, 1),
            client=self._telemetry.address(scope),
            trace_id=answer.trace_id,
            correlation_id=answer.correlation_id,
        )


class _Answer:
    """An answer on its way; `status` is 0 where none began."""

    def __init__(self, send: Send, *, on_https: bool) -> None:
        self._send, self._on_https = send, on_https
        self.status = 0
        self.trace_id = ""
        self.correlation_id = ""

    async def send(self, message: Message) -> None:
        """Hand it on with the headers of every answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            self.trace_id = next((headers[each] for each in _TRACE_IDS if each in headers), "")
            self.correlation_id = headers.get("client-request-id", "")
            headers.setdefault("X-Content-Type-Options", "nosniff")
            if self._on_https:
                headers.setdefault("Strict-Transport-Security", STAY_ON_HTTPS)
        await self._send(message)


class WithHealth:
    """The sign-in service with `/healthz`, `/readyz` and `/metrics` beside it."""

    def __init__(self, app: ASGIApp, telemetry: Telemetry) -> None:
        """Stand before an application."""
        self._app, self._telemetry = app, telemetry
        routes = [
            Route("/healthz", self._lives),
            Route("/readyz", self._ready),
            Route("/metrics", self._metrics),
        ]
        self._paths = frozenset(each.path for each in routes)
        self._own = Starlette(routes=routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is asked about the server itself."""
        own = scope["type"] == "http" and scope["path"] in self._paths
        await (self._own if own else self._app)(scope, receive, send)

    async def _lives(self, request: Request) -> Response:
        return JSONResponse({"status": "alive"}, headers=_NO_STORE)

    async def _ready(self, request: Request) -> Response:
        found = await run_in_threadpool(self._telemetry.health.readiness)
        told = found.to_json(reasons=self._telemetry.may_read_metrics(request.scope))
        return JSONResponse(told, 200 if found.ready else 503, headers=_NO_STORE)

    async def _metrics(self, request: Request) -> Response:
        if not self._telemetry.may_read_metrics(request.scope):
            return PlainTextResponse("Not Found", 404, _NO_STORE)
        body, kind = await run_in_threadpool(self._telemetry.metrics.page)
        return Response(body, headers={**_NO_STORE, "Content-Type": kind})


def _route(scope: Scope) -> str:
    """Give the template of the route: the path itself may hold the key of a link."""
    found = getattr(scope.get("route"), "path", NO_ROUTE)
    return found if isinstance(found, str) else NO_ROUTE
