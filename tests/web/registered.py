"""A web application of the tenant: it signs people in and has a secret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ostiary.directory.protocols import SYSTEM
from ostiary.model.json_types import JsonObject
from tests.web.browsing import VERIFIER, Browser
from tests.web.serving import Served

APP, PRINCIPAL = (f"5a1f9a40-0000-4000-8000-0000000000e{n}" for n in (1, 2))
CALLBACK = "https://timesheet.example/signed-in"
SIGNED_OUT = "https://timesheet.example/signed-out"
GRAPH = "00000003-0000-0000-c000-000000000000"
SCOPE = "openid profile email offline_access User.Read"


@dataclass(frozen=True)
class WebApp:
    """The application *Timesheet*, as it asks for sign-ins and tokens."""

    served: Served
    secret: str

    def open(self, **more: str) -> Browser:
        """Send a browser to sign in."""
        asked = {"client_id": APP, "redirect_uri": CALLBACK, "scope": SCOPE, **more}
        return Browser(self.served).open(**asked)

    def signed_in(self, **more: str) -> Browser:
        """Send a browser to sign in, and sign in."""
        browser = self.open(**more).fill(login="astrid@fjordvik.example")
        return browser.fill(passwd="correct horse battery staple")  # noqa: S106  # a test's

    def redeem(self, browser: Browser, **more: str) -> Any:
        """Redeem the code that the browser brought."""
        form = {
            "grant_type": "authorization_code",
            "code": browser.answer["code"],
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
            **more,
        }
        return self.asking(form)

    def asking(self, form: dict[str, str], **headers: str) -> Any:
        """Ask the token endpoint with the secret."""
        own = {"client_id": APP, "client_secret": self.secret}
        return self.served.token({**own, **form}, **headers)

    def id_claims(self, token: str) -> dict[str, Any]:
        """Check the signature of an ID token and give its claims."""
        claims = dict(self.served.service.reader.id_token_hint(token))
        assert claims["aud"] == APP
        return claims


def web_app(served: Served, *, hybrid: bool = False, **members: Any) -> WebApp:
    """Register the application, with an administrator's consent for reading the profile."""
    store = served.service.store
    web: JsonObject = {
        "redirectUris": [CALLBACK, SIGNED_OUT],
        "implicitGrantSettings": {"enableIdTokenIssuance": hybrid},
    }
    document = {"id": "e0", "appId": APP, "displayName": "Timesheet", "web": web, **members}
    store.applications.create(document, by=SYSTEM)
    principal = {"id": PRINCIPAL, "appId": APP, "displayName": "Timesheet"}
    store.principals.create(principal, by=SYSTEM)
    graph = store.principals.by_app_id(GRAPH)
    assert graph is not None
    grant = {
        "clientId": PRINCIPAL,
        "consentType": "AllPrincipals",
        "resourceId": graph.id,
        "scope": "User.Read",
    }
    store.consents.create(grant, by=SYSTEM)
    secret = served.service.randomness.token().reveal()
    ends = served.clock.now() + timedelta(days=365)
    store.app_credentials.add_secret(APP, secret, {}, ends=ends, by=SYSTEM)
    served.clock.move(timedelta(seconds=1))
    return WebApp(served, secret)
