"""An OAuth error in Entra's clothes: AADSTS number, sentence, trace lines, JSON body.

Source: wire contract section 2.3 (error response), RFC 6749 sections 4.1.2.1 and 5.2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from ostiary.oidc.error_codes import CODES

_LONGEST_ECHO = 200
_NOT_IN_DESCRIPTIONS = re.compile(r"[^\x20-\x21\x23-\x5b\x5d-\x7e]")
"""RFC 6749 section 4.1.2.1: neither controls nor quotes nor backslashes (nor anything from a
request that a terminal or a log would read as a command)."""

_UNAUTHORIZED = "invalid_client"
_STATUS = {_UNAUTHORIZED: 401, "temporarily_unavailable": 503, "server_error": 500}


@dataclass(frozen=True, slots=True)
class OAuthError:
    """What went wrong, before it is told to anybody.

    `code` is the AADSTS number, `error` OAuth's word, `text` the sentence without number and
    trace lines, `claims` a claims challenge as a JSON string.
    """

    code: int
    error: str
    text: str
    suberror: str = ""
    claims: str | None = None

    @property
    def status(self) -> int:
        """The HTTP status at the token endpoint: 400, and 401 where the client was not believed."""
        return _STATUS.get(self.error, 400)


@dataclass(frozen=True, slots=True)
class Trace:
    """The ids and the time under which the log keeps one answer."""

    trace_id: str
    correlation_id: str
    at: datetime

    @property
    def timestamp(self) -> str:
        """The time as Entra writes it: `2026-01-01 00:00:00Z`."""
        return self.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def oauth_error(
    code: int, *, error: str | None = None, claims: str | None = None, **words: str
) -> OAuthError:
    """Make the error of an AADSTS code; `words` fill the braces of its sentence.

    `error` replaces the usual OAuth word. Words may come from the request: what does not belong
    into a description is replaced, and long words are cut.
    """
    row = CODES[code]
    text = row.text.format_map({name: _plain(word) for name, word in words.items()})
    return OAuthError(code, error or row.error, text, row.suberror, claims)


def _plain(word: str) -> str:
    cut = word if len(word) <= _LONGEST_ECHO else f"{word[:_LONGEST_ECHO]}..."
    return _NOT_IN_DESCRIPTIONS.sub("?", cut)


def description(error: OAuthError, trace: Trace) -> str:
    """Give `error_description`: the sentence, then the lines people send to the help desk."""
    return (
        f"AADSTS{error.code}: {error.text}\r\nTrace ID: {trace.trace_id}"
        f"\r\nCorrelation ID: {trace.correlation_id}\r\nTimestamp: {trace.timestamp}"
    )


def error_body(error: OAuthError, trace: Trace, *, login_url: str) -> dict[str, object]:
    """Give the JSON body of an error at the token, device code and discovery endpoints."""
    body: dict[str, object] = {
        "error": error.error,
        "error_description": description(error, trace),
        "error_codes": [error.code],
        "timestamp": trace.timestamp,
        "trace_id": trace.trace_id,
        "correlation_id": trace.correlation_id,
        "error_uri": error_uri(error, login_url=login_url),
    }
    if error.suberror:
        body["suberror"] = error.suberror
    if error.claims is not None:
        body["claims"] = error.claims
    return body


def error_headers(error: OAuthError, *, login_url: str) -> Mapping[str, str]:
    """Give the headers such a body is sent with (RFC 6749 section 5.2)."""
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
    if error.error == _UNAUTHORIZED:
        headers["WWW-Authenticate"] = f'Basic realm="{login_url}"'
    return headers


def error_uri(error: OAuthError, *, login_url: str) -> str:
    """Give the address of the page about this code."""
    return f"{login_url.rstrip('/')}/error?code={error.code}"
