"""What the admin center is given of the service that it runs in."""

from __future__ import annotations

from functools import cached_property

from starlette.types import ASGIApp, Receive, Scope, Send

from ostiary.admin.host import Host
from ostiary.directory.first_party import PORTAL
from ostiary.web.resource_apis import graph_api
from ostiary.web.service import Service


def admin_host(service: Service, sign_in: ASGIApp) -> Host:
    """Join it; `sign_in` is the sign-in service as an application."""
    settings = service.settings
    return Host(
        sign_in,
        _GraphWhenAsked(service),
        settings.login_url,
        settings.graph_url,
        service.issuer.authority.tenant_id,
        PORTAL,
        service.own_secret,
        service.store,
        service.reader,
        service.clock,
        service.randomness,
        service.emergency.accounts,
    )


class _GraphWhenAsked:
    """Graph, built when the first page needs it: a server starts without waiting for that."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @cached_property
    def _graph(self) -> ASGIApp:
        return graph_api(self._service)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on."""
        await self._graph(scope, receive, send)
