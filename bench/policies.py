"""Synthetic policies as Graph JSON: kinds are drawn in turn, the first of each tenant-wide.

So 20, 195 and 1,000 policies have much the same mixture, and most of many policies concern a few
groups and applications, as in a real tenant.
"""

from random import Random
from typing import Any

from bench import names
from bench.draw import Draw, Json
from bench.kinds import KINDS
from bench.names import Size
from bench.parts import Parts

# Of fifteen policies two only report and one is switched off; the tenant-wide ones are on.
STATES = (*["enabled"] * 12, *["enabledForReportingButNotEnforced"] * 2, "disabled")
NAMED_CLIENT_APPS_SHARE = 0.5
MODERN_CLIENTS = ["browser", "mobileAppsAndDesktopClients"]


def policies(count: int, size: Size, seed: int) -> list[Json]:
    """`count` policies; the first of a longer list are the whole of a shorter one."""
    draw = Draw(Random(seed + 1), size)
    return [_policy(n, draw) for n in range(count)]


def _policy(n: int, draw: Draw) -> Json:
    kind = KINDS[n % len(KINDS)]
    tenant_wide = n < len(KINDS)
    parts = kind(draw, tenant_wide)
    return {
        "id": names.policy_id(n + 1),
        "displayName": f"{n + 1:04d} {parts.title}",
        "state": "enabled" if tenant_wide else draw.rng.choice(STATES),
        "conditions": _conditions(parts) | _client_apps(parts, draw),
        "grantControls": parts.grant,
        "sessionControls": parts.session,
    }


def _conditions(parts: Parts) -> dict[str, Any]:
    users = parts.users or {"includeUsers": ["None"]}
    return {
        "clientAppTypes": ["all"],
        "signInRiskLevels": [],
        "userRiskLevels": [],
        "servicePrincipalRiskLevels": [],
        "insiderRiskLevels": None,
        "platforms": None,
        "locations": None,
        "devices": None,
        "clientApplications": None,
        "authenticationFlows": None,
        **parts.others,
        "users": _filled(
            users, "includeUsers excludeUsers includeGroups excludeGroups includeRoles excludeRoles"
        ),
        "applications": _filled(
            parts.applications,
            "includeApplications excludeApplications includeUserActions "
            "includeAuthenticationContextClassReferences",
        ),
    }


def _client_apps(parts: Parts, draw: Draw) -> Json:
    """Half of all published policies name client apps; password change and workloads may not."""
    if "clientAppTypes" in parts.others or draw.rng.random() >= NAMED_CLIENT_APPS_SHARE:
        return {}
    if not {"userRiskLevels", "clientApplications"}.isdisjoint(parts.others):
        return {}
    return {"clientAppTypes": MODERN_CLIENTS}


def _filled(members: Json, lists: str) -> Json:
    """Graph's answers carry every member, empty ones too."""
    empty: Json = {name: [] for name in lists.split()}
    return empty | members
