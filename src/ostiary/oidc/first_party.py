"""The resources of Microsoft that the tools ask for, and the names they ask by."""

from __future__ import annotations

from ostiary.oidc.resources import Resource

MANAGEMENT = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
"""Windows Azure Service Management API."""
GRAPH = "00000003-0000-0000-c000-000000000000"
"""Microsoft Graph; a scope without a resource means it."""
EVALUATING = frozenset({MANAGEMENT, GRAPH})
"""Resources that take part in continuous access evaluation, so that tokens may live long (K7)."""


def first_party_resources(*, management_url: str, graph_url: str) -> tuple[Resource, ...]:
    """Give both resources with Microsoft's names for them and with our own addresses.

    Source: wire contract section 2.3 (az asks for the management API as
    `https://management.core.windows.net/`, the SDKs as `https://management.azure.com`, and for
    Graph by the address that the cloud metadata give).
    """
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
    )
