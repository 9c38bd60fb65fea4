"""The resources of Microsoft that the tools ask for, and the names they ask by."""

from __future__ import annotations

from ostiary.oidc.resources import Resource
from ostiary.tenant.catalogue import AZURE_GOVERNMENT_SUITE

MANAGEMENT = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
"""Windows Azure Service Management API."""
GRAPH = "00000003-0000-0000-c000-000000000000"
"""Microsoft Graph; a scope without a resource means it."""
GOVERNMENT = AZURE_GOVERNMENT_SUITE
"""Azure Government Cloud Management API; served where a setting gives it an address."""
EVALUATING = frozenset({MANAGEMENT, GRAPH, GOVERNMENT})
"""Resources that take part in continuous access evaluation, so that tokens may live long (K7)."""


def first_party_resources(
    *, management_url: str, graph_url: str, government_url: str | None = None
) -> tuple[Resource, ...]:
    """Give the resources with Microsoft's names for them and with our own addresses.

    Source: wire contract section 2.3 (az asks for the management API as
    `https://management.core.windows.net/`, the SDKs as `https://management.azure.com`, and for
    Graph by the address that the cloud metadata give); azure-docs azure-government/
    compare-azure-government-global-azure. The Government suite is there where it has an address.
    """
    government = Resource(
        GOVERNMENT,
        (
            "https://management.core.usgovcloudapi.net",
            "https://management.usgovcloudapi.net",
            government_url or "",
        ),
    )
    return (
        Resource(
            MANAGEMENT,
            (
                "https://management.core.windows.net",
                "https://management.azure.com",
                management_url,
            ),
        ),
        Resource(GRAPH, ("https://graph.microsoft.com", graph_url)),
        *((government,) if government_url else ()),
    )
