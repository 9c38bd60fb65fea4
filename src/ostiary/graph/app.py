"""Microsoft Graph as an application.

`graph_app(server)` builds it from a `ResourceServer`; of a service,
`ostiary.web.resource_apis.graph_api(service)` does, ready for its port.
"""

from __future__ import annotations

from dataclasses import replace

from starlette.types import ASGIApp

from ostiary.graph import (
    audit_verification,
    batch,
    changed_sign_ins,
    conditional_access,
    coverage,
    deleted_items,
    directory,
    directory_audits,
    emergency_access,
    mandatory_mfa,
    method_modes,
    people,
    plans,
    policy_impact,
    policy_verdicts,
    policy_versions,
    proofs,
    protected_actions,
    recent_sign_ins,
    rollouts,
    server_facts,
    sign_in_evaluations,
    sign_ins,
    temporary_exclusions,
    what_if,
)
from ostiary.graph.batch import BatchRequests
from ostiary.graph.errors import GraphDialect
from ostiary.graph.keys import KeySyntax
from ostiary.http.api import Api
from ostiary.http.app import api_app
from ostiary.signin.resource_server import ResourceServer

_RESOURCES = (
    batch,
    people,
    *directory.RESOURCES,
    conditional_access,
    method_modes,
    what_if,
    deleted_items,
    policy_verdicts,
    policy_versions,
    policy_impact,
    changed_sign_ins,
    recent_sign_ins,
    temporary_exclusions,
    rollouts,
    plans,
    proofs,
    coverage,
    protected_actions,
    mandatory_mfa,
    emergency_access,
    server_facts,
    sign_ins,
    sign_in_evaluations,
    directory_audits,
    audit_verification,
)
VERSIONS = ("v1.0", "beta")
API = Api(
    GraphDialect(),
    tuple(
        replace(each, path=f"/{version}{each.path}")
        for version in VERSIONS
        for resource in _RESOURCES
        for each in resource.OPERATIONS.all
    ),
)


def graph_app(server: ResourceServer) -> ASGIApp:
    """Build the application."""
    return BatchRequests(KeySyntax(api_app(API, server)))
