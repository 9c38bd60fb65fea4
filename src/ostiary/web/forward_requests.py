"""What a reverse proxy asks about: which host and path, and what the browser would do with a page.

Each proxy has a way to say it: nginx the header `X-Original-URL` that its configuration sets,
Traefik and Caddy `X-Forwarded-Proto`, `-Host` and `-Uri`, Envoy the path and host of the check
itself (https://doc.traefik.io/traefik/middlewares/http/forwardauth/, caddyserver.com/docs/
caddyfile/directives/forward_auth, envoyproxy.io ext_authz `path_prefix`).

INVARIANT: where a request names the host in more than one way, all ways name the same one. Proxies
hand on the headers of their clients: whoever is signed in to one host could otherwise name that
one while the proxy asks about another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from ostiary.model.errors import OstiaryError
from ostiary.signin.client_address import from_proxy
from ostiary.web.received import Received

_HOST: Final = re.compile(
    r"(?=.{1,253}(?::|$))(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])"
    r"(?::(?P<port>[0-9]{1,5}))?"
)
_URL: Final = re.compile(r"(?P<scheme>[A-Za-z]+)://(?P<host>[^/?#\\@]+)(?P<path>[/?].*)?")
_PATH: Final = re.compile(r"/[\x21-\x7e]{0,2000}")
"""A path that a browser can be sent back to; anything else becomes `/`."""
_ORIGINAL_URL: Final = "x-original-url"
_FORWARDED_HOST: Final = "x-forwarded-host"


class NotTold(OstiaryError):
    """A request that does not tell, or not credibly, what it asks about."""

    code = "forwardNotTold"


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What is asked about. `origin` as in `https://wiki.example`, without a default port.

    `path` with its query. `by_401`: the proxy takes no redirect as an answer (nginx). `navigates`:
    a person would see the page, so that a redirect to sign in makes sense.
    """

    origin: str
    path: str
    by_401: bool
    navigates: bool

    @property
    def place(self) -> str:
        """The path without its query."""
        return self.path.partition("?")[0]

    @property
    def query(self) -> str:
        """The query without its question mark."""
        return self.path.partition("?")[2]


def forwarded(received: Received) -> Forwarded:
    """Read what a proxy asks about. Raises NotTold."""
    if not from_proxy(received.peer, received.service.settings.proxies):
        raise NotTold(
            "expected a proxy to ask, and the address that asks is not in `trusted_proxies`"
        )
    headers, header = received.headers, received.service.settings.proxies.header.value
    if header not in headers:
        raise NotTold(f"expected the proxy to say in `{header}` for whom it asks, came nothing")
    named: list[tuple[str, str]] = []
    original = headers.get(_ORIGINAL_URL)
    if original is not None:
        named.append(_of_url(original))
    if "rest" in received.path:
        query = f"?{received.query_text}" if received.query_text else ""
        path = "/" + quote(received.path["rest"], safe="/:@!$&'()*+,;=-._~") + query
        named.append((_origin(_scheme(received), headers.get("host", "")), path))
    if _FORWARDED_HOST in headers:
        path = headers.get("x-forwarded-uri", "/")
        named.append((_origin(_scheme(received), headers[_FORWARDED_HOST]), path))
    if not named:
        raise NotTold("expected `X-Original-URL` or `X-Forwarded-Host` from the proxy, came none")
    if len({origin for origin, _ in named}) > 1:
        raise NotTold("the request names more than one host: clear what clients send")
    origin, path = named[0]
    return Forwarded(
        origin,
        path if _PATH.fullmatch(path) else "/",
        by_401=original is not None and "rest" not in received.path,
        navigates=_navigates(received),
    )


def _of_url(url: str) -> tuple[str, str]:
    found = _URL.fullmatch(url)
    if found is None:
        raise NotTold("expected a URL in `X-Original-URL`")
    path = found["path"] or "/"
    return _origin(found["scheme"], found["host"]), path if path[0] == "/" else f"/{path}"


def _scheme(received: Received) -> str:
    return received.headers.get("x-forwarded-proto", "")


def _origin(scheme: str, host: str) -> str:
    if scheme.strip().casefold() != "https":
        raise NotTold("expected a host that is served by https: its cookie goes over TLS alone")
    found = _HOST.fullmatch(host.strip().casefold())
    if found is None:
        raise NotTold("expected the name of one host")
    port = int(found["port"] or 443)
    return f"https://{found['host']}" + ("" if port == 443 else f":{port}")


def _navigates(received: Received) -> bool:
    """Tell whether the request is one of a browser for a page, as Fetch metadata say."""
    headers = received.headers
    told = headers.get("x-original-method") or headers.get("x-forwarded-method")
    if (told or received.method).upper() not in {"GET", "HEAD"}:
        return False
    mode = headers.get("sec-fetch-mode")
    return mode == "navigate" if mode else "text/html" in headers.get("accept", "")
