"""One application of every kind, and requests to begin with."""

from __future__ import annotations

from datetime import UTC, datetime

from ostiary.oidc.authorize import AuthorizeRequest, Refusal, authorize_request
from ostiary.oidc.clients import ClientApp, ClientSecret, RedirectUri
from ostiary.oidc.first_party import GRAPH, first_party_resources
from ostiary.oidc.parameters import Parameters
from ostiary.oidc.resources import resource_names
from ostiary.signin.client_apps import RedirectPlatform

NOW = datetime(2026, 11, 22, 9, 30, 0, 123456, tzinfo=UTC)
EARLIER, LATER = NOW.replace(year=2025), NOW.replace(year=2027)
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
"""Both from RFC 7636 appendix B."""

NATIVE_ID = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
WEB_ID = "22222222-0000-4000-8000-000000000001"
SPA_ID = "22222222-0000-4000-8000-000000000002"
WEB_URI = "https://app.example/signin-oidc"
SPA_URI = "https://spa.example/"

NATIVE = ClientApp(
    NATIVE_ID,
    "Microsoft Azure CLI",
    redirect_uris=(
        RedirectUri("http://localhost", RedirectPlatform.NATIVE),
        RedirectUri("http://127.0.0.1/callback", RedirectPlatform.NATIVE),
        RedirectUri("msal-example://auth", RedirectPlatform.NATIVE),
    ),
    public_flows=True,
)
WEB = ClientApp(
    WEB_ID,
    "Payroll",
    redirect_uris=(
        RedirectUri(WEB_URI, RedirectPlatform.WEB),
        RedirectUri("https://app.example/with?tenant=a", RedirectPlatform.WEB),
        RedirectUri("http://localhost:5000/signin-oidc", RedirectPlatform.WEB),
    ),
    response_types=frozenset({"code", "id_token", "code id_token"}),
    secrets=(ClientSecret("key-1", b"\x00" * 32, EARLIER, LATER),),
)
SPA = ClientApp(
    SPA_ID,
    "Console",
    redirect_uris=(
        RedirectUri(SPA_URI, RedirectPlatform.SPA),
        RedirectUri("http://localhost:3000/", RedirectPlatform.SPA),
    ),
    response_modes=frozenset({"query", "fragment"}),
)
APPS = {app.app_id: app for app in (NATIVE, WEB, SPA)}
NAMES = resource_names(
    first_party_resources(
        management_url="https://localhost:8444", graph_url="https://localhost:8445"
    ),
    default=GRAPH,
)

# What az sends, wire contract section 2.1.
AZ = {
    "client_id": NATIVE_ID,
    "response_type": "code",
    "redirect_uri": "http://localhost:43117",
    "scope": "https://management.core.windows.net//.default offline_access openid profile",
    "state": "aBcD/+ =&%20",
    "response_mode": "form_post",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
    "nonce": "7e2f",
    "client_info": "1",
    "claims": '{"access_token":{"xms_cc":{"values":["CP1"]}}}',
    "prompt": "select_account",
}
WEB_REQUEST = {
    "client_id": WEB_ID,
    "response_type": "code",
    "redirect_uri": WEB_URI,
    "scope": "openid profile",
    "nonce": "n-1",
}
SPA_REQUEST = {
    "client_id": SPA_ID,
    "response_type": "code",
    "redirect_uri": SPA_URI,
    "scope": "openid User.Read",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


def ask(
    base: dict[str, str], /, *more: tuple[str, str], **changes: str | None
) -> AuthorizeRequest | Refusal:
    """Send a request with some parameters changed, taken away (None) or added once more."""
    merged = {**base, **changes}
    pairs = [(name, value) for name, value in merged.items() if value is not None]
    return authorize_request(
        Parameters((*pairs, *more)), APPS.get, NAMES, tenant="fjordvik.example", received=NOW
    )


def ask_as(app: ClientApp, base: dict[str, str]) -> AuthorizeRequest | Refusal:
    """Send a request of an application as it is given here."""
    return authorize_request(
        Parameters(tuple(base.items())), lambda _: app, NAMES, tenant="t", received=NOW
    )


def accepted(
    base: dict[str, str], /, *more: tuple[str, str], **changes: str | None
) -> AuthorizeRequest:
    result = ask(base, *more, **changes)
    assert isinstance(result, AuthorizeRequest), result
    return result


def refused(base: dict[str, str], /, *more: tuple[str, str], **changes: str | None) -> Refusal:
    result = ask(base, *more, **changes)
    assert isinstance(result, Refusal), result
    return result
