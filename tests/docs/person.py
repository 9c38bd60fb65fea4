"""A person at a browser, for the steps of a page that no command does.

`person.py ADDRESS NAME [PASSWORD]` opens the address, sets up a password and an app, or
signs in as NAME where pages ask for it, and prints which fields they had, and status and words of
the last one. What the person knows is kept in the home folder. Certificates are those of a server's
folder here, and of Caddy's own authority.
"""

from __future__ import annotations

import json
import re
import socket
import ssl
import sys
import time
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import httpx
from pyotp.totp import TOTP

from tests.clients.bot import FirstForm

_KNOWN: Final = Path.home() / "person.json"
_CADDY: Final = Path.home() / ".local/share/caddy/pki/authorities/local/root.crt"
_KEY: Final = re.compile(r'<bdi class="exact" dir="ltr">([A-Z2-7 ]+)</bdi>')
_PASSWORD: Final = "four unrelated herrings sing"  # noqa: S105  # a test's
_GOING_ON: Final = (
    "Keep your recovery codes",
    "More information required",
    "Stay signed in?",
    "Taking you back to the app",
)
_MOST_PAGES: Final = 40
_STEP: Final = 30


class Person:
    """Somebody with a browser, a memory and an app."""

    def __init__(self) -> None:
        """Remember."""
        self.known: dict[str, Any] = json.loads(_KNOWN.read_text()) if _KNOWN.exists() else {}
        trust = ssl.create_default_context()
        for each in (*Path().glob("*/ca.pem"), *([_CADDY] if _CADDY.exists() else [])):
            trust.load_verify_locations(each)
        self.http = httpx.Client(verify=trust, headers={"Accept": "text/html"}, timeout=60)

    def go(self, address: str, name: str, password: str) -> str:
        """Open an address and answer every page until one asks for nothing; tells what was seen."""
        page, seen = self.http.get(address), list[str]()
        for _ in range(_MOST_PAGES):
            if page.has_redirect_location:
                page = self.http.get(urljoin(str(page.url), page.headers["location"]))
                continue
            form = FirstForm(page.text)
            known = self._known(page.text, name, password)
            goes_on = any(each in page.text for each in _GOING_ON)
            if form.action is None or not (set(form.fields) & set(known) or goes_on):
                break
            seen.extend(form.fields)
            origin = "{0.scheme}://{0.netloc}".format(urlsplit(str(page.url)))
            if "new_password" in form.fields:
                password = _PASSWORD
            page = self.http.post(
                urljoin(str(page.url), form.action),
                data={**dict(form.hidden), **{each: known[each]() for each in form.fields}},
                headers={"Origin": origin, "Sec-Fetch-Site": "same-origin"},
            )
        return f"{' '.join(seen)}: {page.status_code} {' '.join(FirstForm(page.text).words)}"

    def _known(self, text: str, name: str, password: str) -> dict[str, Callable[[], str]]:
        """Give what is typed into each field; keeps the key that a page shows."""
        if shown := _KEY.search(text):
            self._keep(name, unescape(shown[1]).replace(" ", ""))
        return {
            "login": lambda: name,
            "passwd": lambda: password,
            "otp": lambda: self._code(name),
            **dict.fromkeys(("new_password", "new_password_again"), lambda: _PASSWORD),
        }

    def _keep(self, name: str, key: str) -> None:
        self.known[name] = {"key": key, "step": 0}
        _KNOWN.write_text(json.dumps(self.known))

    def _code(self, name: str) -> str:
        """Give a code that was not typed before; those of the neighbouring steps are good too."""
        known = self.known[name]
        known["step"] = max(known["step"] + 1, int(time.time()) // _STEP - 1)
        _KNOWN.write_text(json.dumps(self.known))
        return TOTP(known["key"]).at(known["step"] * _STEP)


def _loopback() -> None:
    """Find `wiki.localhost` on this host, as browsers do (RFC 6761, 6.3) and not every resolver."""
    ask = socket.getaddrinfo

    def found(host: Any, *rest: Any, **more: Any) -> Any:
        local = isinstance(host, str) and host.endswith(".localhost")
        return ask("127.0.0.1" if local else host, *rest, **more)

    socket.getaddrinfo = found


def main() -> None:
    """Do it."""
    _loopback()
    address, name, *rest = sys.argv[1:]
    print(Person().go(address, name, rest[0] if rest else _PASSWORD))  # noqa: T201


if __name__ == "__main__":
    main()
