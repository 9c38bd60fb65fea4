"""A web application of the tenant: it signs people in and has a secret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ostiary.directory.protocols import SYSTEM
from ostiary.model.json_types import JsonObject
from tests.web.browsing import VERIFIER, Browser
from tests.web.serving import ARM, AZ, PASSWORD, Served

APP, PRINCIPAL, ACCESS = (f"5a1f9a40-0000-4000-8000-0000000000e{n}" for n in (1, 2, 3))
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

    def on_behalf_of(self, assertion: str, **more: str) -> Any:
        """Ask for a token of the management API for the person who called."""
        return self.asking({**self.obo_form(assertion), **more})

    def obo_form(self, assertion: str) -> dict[str, str]:
        """Give what that request says."""
        return {
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "requested_token_use": "on_behalf_of",
            "assertion": assertion,
            "scope": "https://management.azure.com/.default",
        }

    def called(self, **headers: str) -> str:
        """Give the token with which the Azure CLI calls this application for a person."""
        form = {"grant_type": "password", "username": "astrid@fjordvik.example"}
        form |= {"password": PASSWORD, "client_id": AZ, "scope": f"api://{APP}/.default"}
        return self.served.token(form, **headers).json()["access_token"]

    def id_claims(self, token: str) -> dict[str, Any]:
        """Check the signature of an ID token and give its claims."""
        claims = dict(self.served.service.reader.id_token_hint(token))
        assert claims["aud"] == APP
        return claims


def consent(served: Served, resource: str, scope: str) -> None:
    """Let the application do something at a resource for everybody."""
    store = served.service.store
    found = store.principals.by_app_id(resource)
    assert found is not None
    grant = {"clientId": PRINCIPAL, "consentType": "AllPrincipals", "resourceId": found.id}
    store.consents.create({**grant, "scope": scope}, by=SYSTEM)


def web_app(served: Served, *, hybrid: bool = False, **members: Any) -> WebApp:
    """Register the application, with an administrator's consent for reading the profile."""
    store = served.service.store
    web: JsonObject = {
        "redirectUris": [CALLBACK, SIGNED_OUT],
        "implicitGrantSettings": {"enableIdTokenIssuance": hybrid},
    }
    api = {
        "oauth2PermissionScopes": [{"id": ACCESS, "value": "access", "isEnabled": True}],
        "preAuthorizedApplications": [{"appId": AZ, "delegatedPermissionIds": [ACCESS]}],
    }
    named: JsonObject = {"displayName": "Timesheet", "identifierUris": [f"api://{APP}"]}
    document = {"id": "e0", "appId": APP, **named, "web": web, "api": api, **members}
    store.applications.create(document, by=SYSTEM)
    principal = {"id": PRINCIPAL, "appId": APP, "displayName": "Timesheet"}
    store.principals.create(principal, by=SYSTEM)
    consent(served, GRAPH, "User.Read")
    consent(served, ARM, "user_impersonation")
    secret = served.service.randomness.token().reveal()
    ends = served.clock.now() + timedelta(days=365)
    store.app_credentials.add_secret(APP, secret, {}, ends=ends, by=SYSTEM)
    served.clock.move(timedelta(seconds=1))
    return WebApp(served, secret)
