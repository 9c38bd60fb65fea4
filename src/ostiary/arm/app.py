"""The management API as an application.

`management_app(server)` builds it from a `ResourceServer`; of a service,
`ostiary.web.resource_apis.management_api(service)` does, ready for its port.
`ostiary.arm.seeding.seed_subscription(store, owners=[...])` makes the first subscription.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from ostiary.arm import (
    activity_log,
    billing_accounts,
    billing_roles,
    billing_subscriptions,
    budgets,
    deployment_questions,
    deployments,
    elevate_access,
    exporting,
    invoices,
    locks,
    long_running,
    management_groups,
    metadata,
    moving,
    provider_calls,
    resource_groups,
    resource_lists,
    resources,
    role_assignments,
    role_definitions,
    subscriptions,
    tag_names,
    tags,
)
from ostiary.arm.errors import ArmDialect
from ostiary.arm.mandatory_mfa import mfa_missing
from ostiary.http.api import Api
from ostiary.http.app import api_app
from ostiary.signin.resource_server import ResourceServer

API = Api(
    ArmDialect(),
    (
        *subscriptions.OPERATIONS.all,
        *provider_calls.OPERATIONS.all,
        *resource_groups.OPERATIONS.all,
        *resource_lists.OPERATIONS.all,
        *moving.OPERATIONS.all,
        *exporting.OPERATIONS.all,
        *tag_names.OPERATIONS.all,
        *long_running.OPERATIONS.all,
        *tags.OPERATIONS.all,
        *locks.OPERATIONS.all,
        *activity_log.OPERATIONS.all,
        *deployments.OPERATIONS.all,
        *deployment_questions.OPERATIONS.all,
        *role_definitions.OPERATIONS.all,
        *role_assignments.OPERATIONS.all,
        *elevate_access.OPERATIONS.all,
        *management_groups.OPERATIONS.all,
        *billing_accounts.OPERATIONS.all,
        *billing_roles.OPERATIONS.all,
        *billing_subscriptions.OPERATIONS.all,
        *invoices.OPERATIONS.all,
        *budgets.OPERATIONS.all,
        # A path that fits nearly everything: whatever has an operation of its own comes before.
        *resources.OPERATIONS.all,
    ),
    metadata.OPEN,
    mfa_missing,
)


def management_app(server: ResourceServer) -> ASGIApp:
    """Build the application."""
    return _OneSlash(api_app(API, server))


class _OneSlash:
    """Takes `//subscriptions/…` for `/subscriptions/…`.

    @azure/arm-resources asks so for what it is given by its id, which begins with a slash itself.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if path.startswith("//"):
            scope = {**scope, "path": f"/{path.lstrip('/')}"}
        await self._app(scope, receive, send)
