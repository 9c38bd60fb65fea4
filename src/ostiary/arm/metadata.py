"""`/metadata/endpoints`: how a client finds the other faces, before anybody signs in.

Source: wire contract section 3 (one object; `az cloud register` reads it).
"""

from __future__ import annotations

from typing import Any, Final

from ostiary.arm.shapes import ENDPOINTS
from ostiary.http.calls import Answer, Asked
from ostiary.http.operations import OpenOperation

AUDIENCE: Final = "https://management.core.windows.net/"
"""What az asks tokens for: the classic name of the management API."""
GOVERNMENT_AUDIENCE: Final = "https://management.core.usgovcloudapi.net/"
"""The classic name of the Azure Government suite."""


def endpoints(asked: Asked) -> Answer:
    """Tell the addresses of the faces."""
    urls = asked.server.urls
    named = {each.rstrip("/") for each in asked.server.audiences}
    government = GOVERNMENT_AUDIENCE.rstrip("/") in named
    document: dict[str, Any] = {
        "name": "OstiaryUSGovernment" if government else "Ostiary",
        "portal": urls.login,
        "authentication": {
            "loginEndpoint": urls.login,
            "audiences": [
                GOVERNMENT_AUDIENCE if government else AUDIENCE,
                f"{urls.management}/",
            ],
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "resourceManager": urls.management,
        "graph": urls.graph,
        "graphAudience": urls.graph,
        "microsoftGraphResourceId": urls.graph,
        "gallery": urls.management,
        "sqlManagement": urls.management,
        "media": urls.management,
        "batch": urls.management,
        "activeDirectoryDataLake": urls.management,
        "vmImageAliasDoc": "",
        # There is no such service here; clients want the members all the same.
        "suffixes": {
            "storage": "core.localhost",
            "keyVaultDns": "vault.localhost",
            "sqlServerHostname": "database.localhost",
            "acrLoginServer": "azurecr.localhost",
        },
    }
    return Answer(body=document)


OPEN: Final = (
    OpenOperation("endpoints", "/metadata/endpoints", endpoints, answers={200: ENDPOINTS}),
)
