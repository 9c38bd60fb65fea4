"""Hosts behind reverse proxies: each is an application whose redirect URI is a path at the host.

What goes from host to sign-in and back is sealed, so that nobody can send a browser elsewhere, and
bound to the browser that was sent.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from ostiary.directory.store import Aggregates
from ostiary.model.json_types import as_object, as_strings
from ostiary.secrecy.sealing import Place, SealError
from ostiary.secrecy.secret import Secret
from ostiary.web.service import Service

SIGNED_IN: Final = "/.ostiary/signed-in"
SIGN_OUT: Final = "/.ostiary/sign-out"
SESSION: Final = "__Host-ostiary-forward"
BROWSER: Final = "__Host-ostiary-forward-browser"
LASTS: Final = timedelta(hours=1)
"""How long a person may take to sign in, once a proxy sent the browser."""
_PLACE: Final = Place("forward_sessions", "request", "state")


@dataclass(frozen=True, slots=True)
class ForwardRequest:
    """That a browser was sent from a host to sign in; `path` is where it wanted to go.

    `browser` is the hash of what the host's own cookie holds.
    """

    app_id: str
    origin: str
    path: str
    browser: str
    until: datetime

    @property
    def redirect_uri(self) -> str:
        """Where the browser comes back to."""
        return f"{self.origin}{SIGNED_IN}"

    def is_of(self, cookie: str) -> bool:
        """Whether a browser with this cookie was sent."""
        return bool(cookie) and hmac.compare_digest(self.browser, browser_hash(cookie))


def forward_apps(store: Aggregates) -> Mapping[str, str | None]:
    """Give the application of each host, by origin; None where two claim the same one.

    Two would let the weaker policies of one stand for the other's.
    """
    found: dict[str, str | None] = {}
    for each in store.applications.all():
        app_id = str(each.document.get("appId"))
        for uri in as_strings(as_object(each.document.get("web")).get("redirectUris")):
            if uri.endswith(SIGNED_IN):
                origin = uri.removesuffix(SIGNED_IN).casefold()
                found[origin] = app_id if found.get(origin, app_id) == app_id else None
    return MappingProxyType(found)


def browser_hash(cookie: str) -> str:
    """Give what a request keeps of the cookie of a browser."""
    return hashlib.sha256(cookie.encode("utf-8", "surrogatepass")).hexdigest()


def code_client(app_id: str) -> str:
    """Give the name under which codes for a host are kept: the token endpoint redeems none."""
    return f"forward {app_id}"


def sealed(service: Service, request: ForwardRequest) -> str:
    """Write a request so that nobody else can make or change one."""
    told = {
        "app": request.app_id,
        "origin": request.origin,
        "path": request.path,
        "browser": request.browser,
        "until": request.until.isoformat(),
    }
    secret = Secret(json.dumps(told, separators=(",", ":")).encode())
    return urlsafe_b64encode(service.seeds.seal(secret, _PLACE)).decode("ascii").rstrip("=")


def opened(service: Service, text: str) -> ForwardRequest | None:
    """Read what `sealed` wrote, None for anything else and what is over."""
    try:
        octets = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        told = json.loads(service.seeds.open(octets, _PLACE).reveal())
    except (SealError, ValueError):
        return None
    until = datetime.fromisoformat(told["until"])
    found = ForwardRequest(told["app"], told["origin"], told["path"], told["browser"], until)
    return found if service.clock.now() < until else None
