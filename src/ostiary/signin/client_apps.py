"""Which kind of client app asks: the condition *Client apps* of a sign-in.

The kind follows from how the application is registered and what it asks for, not from the user
agent: the Azure CLI asks the token endpoint as `python-requests`, and its sign-in page is opened by
a browser (wire contract section 2, "Classify by client_id").
"""

from __future__ import annotations

from enum import Enum

from ostiary.model.signin import TokenGrant

BROWSER = "browser"
MODERN = "mobileAppsAndDesktopClients"


class RedirectPlatform(Enum):
    """The platform that a redirect URI is registered for; the values are Graph's members."""

    WEB = "web"
    SPA = "spa"
    NATIVE = "publicClient"


_OF_FIRST_PARTY_CLIENTS = {
    "04b07795-8ddb-461a-bbee-02f9e1bf7b46": MODERN,  # Microsoft Azure CLI
    "1950a258-227b-4e31-a9cf-717495945fc2": MODERN,  # Microsoft Azure PowerShell
    "14d82eec-204b-4c2f-b7e8-296a70dab67e": MODERN,  # Microsoft Graph Command Line Tools
    "c44b4083-3bb0-49c1-b47d-974e53cbdf3c": BROWSER,  # Azure portal, Microsoft Entra admin center
}
_APPLICATION_ITSELF = {TokenGrant.CLIENT_CREDENTIALS, TokenGrant.MANAGED_IDENTITY}


def client_app_type(
    client_id: str, grant: TokenGrant, redirect: RedirectPlatform | None
) -> str | None:
    """Give the word of `clientAppTypes`, None where no user signs in.

    Browser: a web application that signs in by OpenID Connect, or a service that is registered as a
    confidential client, as in on-behalf-of (entra-docs conditional-access/
    concept-conditional-access-conditions, client apps). `redirect` is the platform of the redirect
    URI that the sign-in went to, now or at the start of the refresh family. The device code flow
    and the password grant have none; installed software asks in these ways.
    """
    if grant in _APPLICATION_ITSELF:
        return None
    known = _OF_FIRST_PARTY_CLIENTS.get(client_id.casefold())
    if known is not None:
        return known
    if redirect in {RedirectPlatform.WEB, RedirectPlatform.SPA}:
        return BROWSER
    return BROWSER if grant is TokenGrant.ON_BEHALF_OF else MODERN
