"""The conditions of Conditional Access: one file each, and the list of them.

The order is the one in which a mismatch is looked for: the first unsatisfied condition is the
`analysisReasons` of What If (docs/decisions/0003-undocumented-choices.md).
"""

from __future__ import annotations

from typing import Any

from ostiary.conditions.applications import Applications
from ostiary.conditions.authentication_contexts import AuthenticationContexts
from ostiary.conditions.authentication_flows import AuthenticationFlows
from ostiary.conditions.base import Condition
from ostiary.conditions.client_apps import ClientApps
from ostiary.conditions.devices import Devices
from ostiary.conditions.locations import Locations
from ostiary.conditions.platforms import Platforms
from ostiary.conditions.principal_filters import AgentIdentityFilter, ServicePrincipalFilter
from ostiary.conditions.risk import (
    AgentRisk,
    InsiderRisk,
    ServicePrincipalRisk,
    SignInRisk,
    UserRisk,
)
from ostiary.conditions.user_actions import UserActions
from ostiary.conditions.users import Users
from ostiary.conditions.workload_identities import WorkloadIdentities

CONDITIONS: tuple[Condition[Any], ...] = (
    Users(),
    WorkloadIdentities(),
    ServicePrincipalFilter(),
    AgentIdentityFilter(),
    Applications(),
    UserActions(),
    AuthenticationContexts(),
    Platforms(),
    Devices(),
    ClientApps(),
    Locations(),
    SignInRisk(),
    ServicePrincipalRisk(),
    UserRisk(),
    InsiderRisk(),
    AgentRisk(),
    AuthenticationFlows(),
)

__all__ = ["CONDITIONS", "Condition"]
