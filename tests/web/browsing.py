"""A browser that signs in: it follows redirects on our pages and posts their first form."""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.web.serving import ARM_SCOPE, AZ, TENANT, Served

VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
REDIRECT = "http://localhost:8400"
_STAY = (("Stay signed in?", "Yes", "No"), ("Angemeldet bleiben?", "Ja", "Nein"))


@dataclass
class Browser:
    """One browser, with its cookies."""

    served: Served
    page: Any = None
    answer: dict[str, str] = field(default_factory=dict[str, str])
    address: str = ""
    """Where the browser was sent with the answer."""
    stays: bool | None = False
    """What is answered to *Stay signed in?*; None leaves the page open."""
    accepts: str = "en"
    """The languages that the browser wants."""
    more: dict[str, str] = field(default_factory=dict[str, str])
    """Headers of each of its requests."""

    def open(self, **more: str) -> Browser:
        """Begin a sign-in of the Azure CLI."""
        asked = {
            "client_id": AZ,
            "response_type": "code",
            "redirect_uri": REDIRECT,
            "scope": ARM_SCOPE,
            "state": "s t/ä",
            "response_mode": "query",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            "nonce": "n1",
            **more,
        }
        path = f"/{TENANT}/oauth2/v2.0/authorize"
        self._follow(self.served.http.get(path, params=asked, **self._how()))
        return self

    def fill(self, **fields: str) -> Browser:
        """Post the first form of the page."""
        action, hidden = self.form()
        self._post(action, {**hidden, **fields})
        return self

    def press(self, button: str, **fields: str) -> Browser:
        """Post the form with a button of this text: links that are forms, tiles, refusals."""
        action, hidden = next(form_of(each) for each in self._parts() if button in _shown(each))
        self._post(action, {**hidden, **fields})
        return self

    def skip_to(self, step: str, **fields: str) -> Browser:
        """Post to another step of the sign-in than the page that is open leads to."""
        action, hidden = self.form()
        self._post(f"{action.rpartition('/')[0]}/{step}", {**hidden, **fields})
        return self

    def visit(self, path: str) -> Browser:
        """Open a page of the service."""
        self._follow(self.served.http.get(path, **self._how()))
        return self

    def form(self) -> tuple[str, dict[str, str]]:
        """Give action and hidden fields of the first form."""
        parts = self._parts()
        assert parts, self.page.text
        return form_of(parts[0])

    def _parts(self) -> list[str]:
        written = self.page.text.split("<form ")[1:]
        return [each.partition("</form>")[0] for each in written]

    def signed_in(self, **more: str) -> Browser:
        """Sign in by name and password."""
        self.open(**more).fill(login="astrid@fjordvik.example")
        return self.fill(passwd="correct horse battery staple")  # noqa: S106  # a test's

    def redeem(self, **more: str) -> Any:
        """Redeem the code that came."""
        form = {
            "grant_type": "authorization_code",
            "client_id": AZ,
            "code": self.answer["code"],
            "redirect_uri": REDIRECT,
            "code_verifier": VERIFIER,
            "scope": ARM_SCOPE,
            **more,
        }
        return self.served.token(form)

    def send(
        self,
        action: str,
        fields: Mapping[str, str | list[str]],
        files: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> Browser:
        """Post fields, some with several values, and files."""
        self._post(action, fields, files)
        return self

    def _post(
        self,
        action: str,
        data: Mapping[str, str | list[str]],
        files: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> None:
        self._follow(self.served.http.post(action, data=data, files=files, **self._how()))
        if self.stays is None or self.page is None:
            return
        for question, yes, no in _STAY:
            if self.page is not None and question in self.page.text:
                self.press(yes if self.stays else no)

    def _how(self) -> dict[str, Any]:
        headers = {"X-Forwarded-For": self.served.address, "Sec-Fetch-Site": "same-origin"}
        headers |= {"Accept-Language": self.accepts, **self.more}
        return {"headers": headers, "follow_redirects": False}

    def _follow(self, response: Any) -> None:
        while response.status_code == 303:
            target = str(response.headers["location"])
            if not target.startswith("/"):
                parts = urlsplit(target)
                self.address = target
                self.answer = dict(parse_qsl(parts.fragment or parts.query))
                self.page = None
                return
            response = self.served.http.get(target, **self._how())
        self.page = response


def form_of(text: str) -> tuple[str, dict[str, str]]:
    """Give action and hidden fields of a form."""
    found = re.search(r'action="([^"]+)"', text)
    assert found is not None, text
    hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', text)
    return unescape(found[1]), {unescape(k): unescape(v) for k, v in hidden}


def _shown(text: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", text))
