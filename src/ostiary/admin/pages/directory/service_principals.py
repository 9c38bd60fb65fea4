"""Enterprise applications and managed identities: the service principals of the tenant, in two."""

from __future__ import annotations

from typing import Final

from ostiary.admin.directory_lists import Choice, Listing, quoted, show_list
from ostiary.admin.directory_parts import Cell, Row, enabled, texts, yes_or_no
from ostiary.admin.visit import Answer, PageRoute, Visit
from ostiary.directory.first_party import MICROSOFT
from ostiary.model.json_types import JsonObject

PATH: Final = "/enterprise-applications"
IDENTITIES: Final = "/managed-identities"
ONE: Final = "/service-principals"
MANAGED: Final = "ManagedIdentity"
_SELECT: Final = (
    "id,displayName,appId,servicePrincipalType,accountEnabled,appRoleAssignmentRequired"
)


def _row(principal: JsonObject) -> Row:
    return Row(
        (
            Cell(str(principal.get("displayName") or principal["id"]), link=link_of(principal)),
            texts(principal.get("appId"), code=True),
            yes_or_no(principal.get("appRoleAssignmentRequired") is True),
            enabled(principal),
        )
    )


def link_of(principal: JsonObject) -> str:
    """Give the address of the page of a service principal."""
    return f"{ONE}/{principal['id']}"


_COLUMNS: Final = (
    "directory.name",
    "apps.client_id",
    "principals.assignment_required",
    "directory.status",
)
_ENABLED: Final = Choice(
    "enabled",
    "directory.status",
    (
        ("yes", "directory.enabled", "accountEnabled eq true"),
        ("no", "directory.disabled", "accountEnabled eq false"),
    ),
)
_PUBLISHER: Final = Choice(
    "publisher",
    "principals.publisher",
    (
        ("own", "principals.own", f"appOwnerOrganizationId ne {quoted(MICROSOFT)}"),
        ("microsoft", "principals.microsoft", f"appOwnerOrganizationId eq {quoted(MICROSOFT)}"),
    ),
)
_APPLICATIONS: Final = Listing(
    "principals.title",
    PATH,
    "/servicePrincipals",
    _COLUMNS,
    _row,
    _SELECT,
    choices=(_PUBLISHER, _ENABLED),
    only=f"servicePrincipalType ne '{MANAGED}'",
    small=True,
)
_IDENTITIES: Final = Listing(
    "principals.identities",
    IDENTITIES,
    "/servicePrincipals",
    _COLUMNS,
    _row,
    _SELECT,
    lead="principals.identities_lead",
    choices=(_ENABLED,),
    only=f"servicePrincipalType eq '{MANAGED}'",
    small=True,
)


async def show_applications(visit: Visit) -> Answer:
    """List the enterprise applications."""
    return await show_list(visit, _APPLICATIONS)


async def show_identities(visit: Visit) -> Answer:
    """List the managed identities."""
    return await show_list(visit, _IDENTITIES)


ROUTES: Final = (
    PageRoute("GET", PATH, show_applications),
    PageRoute("GET", IDENTITIES, show_identities),
)
