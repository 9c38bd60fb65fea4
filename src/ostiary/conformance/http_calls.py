"""Calls of a Graph API over TLS, with a bearer token, on one connection that is kept."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from ostiary.conformance.implementation import Answer
from ostiary.model.errors import InputError, OstiaryError
from ostiary.model.json_types import as_object

_TIMEOUT: Final = 60
_LARGEST: Final = 64 * 1024 * 1024
_KEPT: Final = "/?$&='(),;:@%"
"""What a path may hold as it is; blanks and the rest are escaped (RFC 3986, 2.1)."""


class Unreachable(OstiaryError):
    """The target gave no answer."""

    code = "unreachable"


class HttpCaller:
    """Calls one origin; `authority` is a file of the certificates to trust, None: the host's."""

    def __init__(self, target: str, authority: Path | None = None) -> None:
        """Take an address such as https://graph.example:8445. Raises InputError."""
        parts = urlsplit(target)
        if parts.scheme != "https" or not parts.hostname or parts.path.strip("/"):
            raise InputError(
                f"expected an address of a Graph API like https://localhost:8445, came `{target}`"
            )
        try:
            trust = ssl.create_default_context(cafile=authority)
            self._connection = HTTPSConnection(
                parts.hostname, parts.port or 443, timeout=_TIMEOUT, context=trust
            )
        except (OSError, ValueError) as error:
            raise InputError(f"`{authority or target}` cannot be used: {error}") from error

    def call(
        self, method: str, path: str, body: object = None, *, headers: Mapping[str, str]
    ) -> Answer:
        """Make a call; `body` None: without one. Raises Unreachable."""
        content = None if body is None else json.dumps(body).encode()
        typed = {} if content is None else {"Content-Type": "application/json"}
        return self._answer(method, path, content, {**typed, **headers})

    def token(self, path: str, form: Mapping[str, str]) -> str:
        """Ask a token endpoint for an access token. Raises InputError where it gives none."""
        typed = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self._answer("POST", path, urlencode(form).encode(), typed)
        found = as_object(answer.body)
        if answer.status != 200 or not isinstance(found.get("access_token"), str):
            said = found.get("error_description") or found.get("error") or answer.status
            raise InputError(f"expected a token, the token endpoint answered: {said}")
        return str(found["access_token"])

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _answer(
        self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        place = quote(path, safe=_KEPT)
        for last in (False, True):
            try:
                self._connection.request(method, place, content, dict(headers))
                response = self._connection.getresponse()
                read = response.read(_LARGEST)
                return Answer(response.status, json.loads(read) if read else None)
            except (HTTPException, OSError) as error:
                self._connection.close()
                # A kept connection may have been closed while it was idle: RFC 9112, 9.3.1. Only
                # what changes nothing is asked again.
                if last or method != "GET":
                    raise Unreachable(f"{method} {path}: no answer came: {error}") from error
            except ValueError as error:
                raise Unreachable(f"{method} {path}: expected JSON, came something else") from error
        raise Unreachable(f"{method} {path}: no answer came")
