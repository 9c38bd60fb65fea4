"""A strict relying party: what the modules of the OpenID conformance suite do each time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet

from ostiary.directory.protocols import SYSTEM
from ostiary.secrecy.secret import Secret
from ostiary.tokens.claims import half_hash
from tests.web.browsing import Browser
from tests.web.registered import APP, CALLBACK, WebApp, web_app
from tests.web.serving import ASTRID, TENANT, Served

BASE = "https://localhost:8443"
ISSUER = f"{BASE}/{TENANT}/v2.0"
NONCE, STATE = "n1", "s t/ä"


@dataclass(frozen=True)
class RelyingParty:
    """The application, its tenant, and what it found in the discovery document."""

    app: WebApp
    served: Served
    document: dict[str, Any]

    def sign_in(self, **more: str) -> Browser:
        """Send a browser through a whole sign-in, and check the answer."""
        return self.answered(self.app.signed_in(**more))

    def again(self, **more: str) -> Browser:
        """Send the same browser once more; it is signed in."""
        return self.answered(self.app.open(**more))

    def fill_password(self, browser: Browser) -> Browser:
        """Type the password into the page that asks for it, and check the answer."""
        browser.fill(passwd="correct horse battery staple")  # noqa: S106  # a test's
        return self.answered(browser)

    def answered(self, browser: Browser) -> Browser:
        """Check what every good answer carries."""
        assert browser.address.startswith(CALLBACK), browser.page.text
        assert "error" not in browser.answer
        assert (browser.answer["state"], browser.answer["iss"]) == (STATE, ISSUER)
        return browser

    def refused(self, browser: Browser) -> str:
        """Check what every error carries and give its word."""
        assert browser.address.startswith(CALLBACK)
        assert "code" not in browser.answer
        assert (browser.answer["state"], browser.answer["iss"]) == (STATE, ISSUER)
        return browser.answer["error"]

    def redeem(self, browser: Browser, **more: str) -> dict[str, Any]:
        """Redeem the code, and check the tokens."""
        response = self.app.redeem(browser, **more)
        assert response.status_code == 200, response.text
        assert response.headers["cache-control"] == "no-store"
        return self.checked(response.json())

    def checked(self, body: dict[str, Any]) -> dict[str, Any]:
        """Check a token response and put the claims of its ID token beside it."""
        assert body["token_type"].casefold() == "bearer"
        assert body["expires_in"] > 0
        claims = self.claims(body["id_token"])
        assert claims["at_hash"] == half_hash(Secret(body["access_token"]))
        return {**body, "claims": claims}

    def claims(self, token: str) -> dict[str, Any]:
        """Check an ID token with the published keys, as the specification says."""
        keys = KeySet.import_key_set(self.served.http.get(self.document["jwks_uri"]).json())
        found = jwt.decode(token, keys, algorithms=["RS256"])
        assert found.header["kid"] in {each.kid for each in keys}
        claims, now = found.claims, self.served.clock.seconds()
        assert (claims["iss"], claims["aud"]) == (ISSUER, APP)
        assert claims["iat"] <= now < claims["exp"]
        assert 0 < len(claims["sub"]) <= 255
        return claims

    def userinfo(self, body: dict[str, Any]) -> dict[str, Any]:
        """Ask who it was, with the token in the header; it is who the ID token names."""
        headers = {"Authorization": f"Bearer {body['access_token']}"}
        response = self.served.http.get(self.document["userinfo_endpoint"], headers=headers)
        assert response.status_code == 200, response.text
        assert response.json()["sub"] == body["claims"]["sub"]
        return response.json()

    def wait(self, seconds: int = 2) -> None:
        """Let time go by."""
        self.served.clock.move(timedelta(seconds=seconds))


def relying_party(served: Served) -> RelyingParty:
    """Register the application and read the discovery document."""
    people = {"givenName": "Astrid", "surname": "Moe", "mail": "astrid@fjordvik.example"}
    served.service.store.users.modify(ASTRID, people, by=SYSTEM)
    document = served.http.get(f"/{TENANT}/v2.0/.well-known/openid-configuration").json()
    return RelyingParty(web_app(served), served, document)
