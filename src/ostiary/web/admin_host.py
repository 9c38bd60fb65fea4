"""What the admin center is given of the service that it runs in."""

from __future__ import annotations

from starlette.types import ASGIApp

from ostiary.admin.host import Host
from ostiary.directory.first_party import PORTAL
from ostiary.web.resource_apis import graph_api
from ostiary.web.service import Service


def admin_host(service: Service, sign_in: ASGIApp) -> Host:
    """Join it; `sign_in` is the sign-in service as an application."""
    settings = service.settings
    return Host(
        sign_in,
        graph_api(service),
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
