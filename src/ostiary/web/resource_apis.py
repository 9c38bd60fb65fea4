"""The service's management API and its Microsoft Graph, ready to be mounted on their ports.

`management_api(service)`, `government_api(service)` and `graph_api(service)` give ASGI
applications; their public addresses are `Settings.management_url`, `Settings.government_url` and
`Settings.graph_url`.
"""

from __future__ import annotations

from starlette.types import ASGIApp

from ostiary.arm.app import management_app
from ostiary.graph.app import graph_app
from ostiary.oidc.first_party import GOVERNMENT, GRAPH, MANAGEMENT, first_party_resources
from ostiary.signin.continuous import ContinuousEvaluation
from ostiary.signin.resource_server import PublicUrls, ResourceServer
from ostiary.tokens.read import TokenReader
from ostiary.web.service import Service


def management_api(service: Service) -> ASGIApp:
    """Build the management API of a service."""
    return management_app(resource_server(service, MANAGEMENT))


def government_api(service: Service) -> ASGIApp:
    """Build the management API of a service as the Azure Government suite.

    It is the same tenant's, and another application: its tokens have their own audience, and the
    policies on it are its own.
    """
    return management_app(resource_server(service, GOVERNMENT))


def graph_api(service: Service) -> ASGIApp:
    """Build the Microsoft Graph of a service."""
    return graph_app(resource_server(service, GRAPH))


def resource_server(service: Service, app_id: str) -> ResourceServer:
    """Give what the API with an application id is built from."""
    settings, authority = service.settings, service.issuer.authority
    own = first_party_resources(
        management_url=settings.management_url,
        graph_url=settings.graph_url,
        government_url=settings.government_url,
    )
    government = settings.government_url if app_id == GOVERNMENT else None
    management_url = government or settings.management_url
    named = next(each for each in own if each.app_id == app_id)
    return ResourceServer(
        audiences=frozenset({app_id, *named.identifier_uris}),
        urls=PublicUrls(settings.login_url, management_url, settings.graph_url),
        authority=authority,
        store=service.store,
        snapshots=service.snapshots,
        tokens=TokenReader(lambda: service.keys.ensure().keys, authority, service.clock),
        judge=ContinuousEvaluation(
            app_id,
            service.store,
            service.snapshots,
            service.clock,
            settings.proxies,
            settings.countries,
        ),
        clock=service.clock,
        randomness=service.randomness,
        passwords=service.attempts.passwords,
        password_rules=settings.password_rules,
        impacts=service.impacts,
        health=service.health,
        emergency=service.emergency,
        facts=settings.facts,
    )
