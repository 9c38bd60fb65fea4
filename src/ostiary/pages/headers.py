"""The headers that go with a page: what it may load, where its forms may go, who may frame it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

from ostiary.pages.parts import RUN_BY_BROWSER, Page

STAY_ON_HTTPS = "max-age=31536000"
"""A year (ASVS 3.4.1), for hosts that `may_be_told_to_stay_on_https`."""

# Nothing of the device is needed but passkeys.
_PERMISSIONS = ", ".join(
    (
        "publickey-credentials-get=(self)",
        "publickey-credentials-create=(self)",
        "accelerometer=()",
        "camera=()",
        "display-capture=()",
        "geolocation=()",
        "gyroscope=()",
        "hid=()",
        "microphone=()",
        "midi=()",
        "payment=()",
        "serial=()",
        "usb=()",
    )
)
_HOST = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")


def form_source(target: str) -> str | None:
    """Give the source expression of CSP that lets a form reach `target`, or None for nowhere.

    An app's own scheme (`msauth.app://auth`) has no host to name. Neither has an IPv6 address in
    the grammar of CSP (Level 3, 2.3.1), so that its scheme stands for it. Whatever does not read
    as an address gives nothing: the browser then refuses the form, and no header is broken by it.
    """
    try:
        parts = urlsplit(target)
        port = parts.port
    except ValueError:
        return None
    if not _SCHEME.fullmatch(parts.scheme) or parts.scheme in RUN_BY_BROWSER:
        return None
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or ":" in host:
        return f"{parts.scheme}:"
    if not host.isascii():
        host = _punycode(host)
    if not _HOST.fullmatch(host):
        return None
    return f"{parts.scheme}://{host}" + (f":{port}" if port is not None else "")


def _punycode(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def content_security_policy(page: Page, nonce: str, form_targets: Iterable[str]) -> str:
    """Give the policy of a page: its own stylesheet, its one script by nonce, nothing else.

    `form-action` holds this service and the origins of `form_targets`: browsers apply it to the
    redirects that answer a form too.
    """
    sources = {form_source(target) for target in (*page.form_targets, *form_targets)}
    targets = " ".join(sorted(source for source in sources if source))
    script = f"script-src 'nonce-{nonce}'" if page.script else "script-src 'none'"
    return "; ".join(
        (
            "default-src 'none'",
            "style-src 'self'",
            script,
            "img-src 'self' data:",
            f"form-action 'self' {targets}".rstrip(),
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    )


def may_be_told_to_stay_on_https(host: str) -> bool:
    """Say whether Strict-Transport-Security may be sent from `host`, given without its port.

    INVARIANT: never from `localhost` or a bare address. The callbacks of native apps are plain
    http there (RFC 8252, 7.3), on any port, and the header would break every one of them.
    """
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return False
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return "." in name
    return False


def security_headers(
    page: Page, nonce: str, *, host: str, form_targets: Iterable[str] = ()
) -> dict[str, str]:
    """Give all headers of a page, its content type and caching among them.

    `host` is the host of the public address from the settings, not of the request;
    `form_targets` are addresses that an answer to this page's form may redirect to, which are
    the app's redirect address while a sign-in is under way.
    """
    return {
        **page_headers(host),
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": content_security_policy(page, nonce, form_targets),
        "Referrer-Policy": "no-referrer",
    }


def page_headers(host: str) -> dict[str, str]:
    """Give the headers that are the same on every page, whatever it may load; `host` as above."""
    headers = {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": _PERMISSIONS,
    }
    if may_be_told_to_stay_on_https(host):
        headers["Strict-Transport-Security"] = STAY_ON_HTTPS
    return headers


def file_headers(name: str) -> dict[str, str]:
    """Give the headers of a file that is to be saved and never to be run; `name` is a stranger's.

    Only the last part of a path is left of it (RFC 6266, 4.3), in any script.
    """
    last = quote(name.replace("\\", "/").rpartition("/")[2][:100], safe="")
    return {
        "Content-Disposition": f"attachment; filename*=UTF-8''{last or 'file'}",
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
