"""A host behind a reverse proxy, and browsers that open its pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from ostiary.directory.protocols import SYSTEM
from ostiary.web.forward_hosts import SIGNED_IN
from tests.web.browsing import Browser
from tests.web.serving import PASSWORD, TENANT, Served

WIKI, FILES = "https://wiki.example", "https://files.example:8444"
WIKI_APP, FILES_APP = (f"5a1f9a40-0000-4000-8000-0000000000f{n}" for n in (1, 2))
MANNERS = ("nginx", "traefik", "envoy")
PAGE = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate", "User-Agent": "Mozilla/5.0 Firefox"}


def register(served: Served, origin: str = WIKI, app_id: str = WIKI_APP) -> None:
    """Register the application of a host."""
    store = served.service.store
    named = {"displayName": origin, "appId": app_id, "signInAudience": "AzureADMyOrg"}
    store.applications.create({**named, "web": {"redirectUris": [origin + SIGNED_IN]}}, by=SYSTEM)
    principal = {"servicePrincipalType": "Application", "appOwnerOrganizationId": TENANT}
    store.principals.create({**named, **principal}, by=SYSTEM)


def policy(served: Served, control: str, app_id: str = WIKI_APP, **conditions: Any) -> str:
    """Add a policy for the application of a host, and give its id."""
    made = served.service.store.policies.create(
        {
            "displayName": "Protect the wiki",
            "state": "enabled",
            "conditions": {
                "clientAppTypes": ["all"],
                "applications": {"includeApplications": [app_id]},
                "users": {"includeUsers": ["All"]},
                **conditions,
            },
            "grantControls": {"operator": "OR", "builtInControls": [control]},
        },
        by=SYSTEM,
    )
    served.policy("enabled", made.id)
    return made.id


@dataclass
class Surfer:
    """A browser at a protected host; its sign-in pages are those of `at_login`."""

    served: Served
    manner: str = "nginx"
    origin: str = WIKI
    at_login: Browser = field(init=False)
    cookies: dict[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        """Have a browser for the sign-in pages."""
        self.at_login = Browser(self.served)

    def asks(self, path: str = "/", method: str = "GET", **headers: str) -> Any:
        """Let the proxy ask whether a request may pass, and keep the cookies that come."""
        sent = {**PAGE, **headers, **self._told(path, method)}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent.setdefault("X-Forwarded-For", self.served.address)
        where = f"/forward-auth{path}" if self.manner == "envoy" else "/forward-auth"
        used = method if self.manner == "envoy" else "GET"
        # The client's cookies are those of the sign-in service: another host gets none of them.
        kept, self.served.http.cookies = self.served.http.cookies, {}
        answer = self.served.http.request(used, where, headers=sent, follow_redirects=False)
        self.served.http.cookies = kept
        for text in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(text).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.cookies[name]
        return answer

    def sent_to(self, path: str = "/") -> str:
        """Open a page that needs a sign-in, and give where the browser is sent."""
        answer = self.asks(path)
        assert answer.status_code == (401 if self.manner == "nginx" else 302), answer.text
        return str(answer.headers["location"])

    def signs_in(self, path: str = "/", **more: str) -> Any:
        """Open a page, sign in with a password, and give what the proxy is told in the end."""
        self.at_login.visit(_local(self.sent_to(path)))
        if self.at_login.page is not None:
            self.at_login.fill(login="astrid@fjordvik.example").fill(passwd=PASSWORD)
        for name, value in more.items():
            self.at_login.fill(**{name: value})
        return self.comes_back()

    def comes_back(self) -> Any:
        """Follow the browser back to the host, and on to the page that it wanted."""
        back = self.asks(_path(self.at_login.address))
        assert back.headers["location"].startswith(f"{self.origin}/"), back.text
        return self.asks(_path(back.headers["location"]))

    def _told(self, path: str, method: str) -> dict[str, str]:
        host = urlsplit(self.origin).netloc
        if self.manner == "nginx":
            return {"X-Original-URL": f"{self.origin}{path}", "X-Original-Method": method}
        if self.manner == "envoy":
            return {"Host": host, "X-Forwarded-Proto": "https"}
        return {
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": host,
            "X-Forwarded-Uri": path,
            "X-Forwarded-Method": method,
        }


def _local(address: str) -> str:
    assert address.startswith("https://localhost:8443/"), address
    return address.removeprefix("https://localhost:8443")


def _path(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
