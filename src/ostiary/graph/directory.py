"""The resources of the directory, in the order in which their paths are tried."""

from __future__ import annotations

from typing import Final

from ostiary.graph import (
    agreements,
    app_role_assignments,
    application_changes,
    applications,
    credentials,
    deleted_objects,
    devices,
    federated_credentials,
    groups,
    managers,
    memberships,
    methods,
    owners,
    permission_grants,
    registration_details,
    risky_users,
    roles,
    tenant_names,
    user_sessions,
    users,
)

RESOURCES: Final = (
    users,
    user_sessions,
    methods,
    groups,
    memberships,
    roles,
    applications,
    application_changes,
    credentials,
    federated_credentials,
    owners,
    permission_grants,
    app_role_assignments,
    agreements,
    devices,
    deleted_objects,
    tenant_names,
    managers,
    risky_users,
    registration_details,
)
