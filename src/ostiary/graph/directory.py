"""The resources of the directory, in the order in which their paths are tried."""

from __future__ import annotations

from typing import Final

from ostiary.graph import (
    application_changes,
    applications,
    credentials,
    devices,
    federated_credentials,
    groups,
    memberships,
    methods,
    owners,
    risky_users,
    roles,
    users,
)

RESOURCES: Final = (
    users,
    methods,
    groups,
    memberships,
    roles,
    applications,
    application_changes,
    credentials,
    federated_credentials,
    owners,
    devices,
    risky_users,
)
