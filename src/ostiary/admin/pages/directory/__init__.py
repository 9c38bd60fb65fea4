"""Pages of the directory: people, groups, roles, applications, devices, and what was deleted."""

from __future__ import annotations

from typing import Final

from ostiary.admin.pages.directory import (
    application,
    applications,
    deleted_objects,
    devices,
    group,
    groups,
    roles,
    service_principal,
    service_principals,
    user,
    users,
)

PAGES: Final = (
    *(users, user, groups, group, roles),
    *(applications, application, service_principals, service_principal),
    *(devices, deleted_objects),
)
