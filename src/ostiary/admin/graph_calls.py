"""Microsoft Graph as the pages ask it: with the token of the person, and nothing else."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request

from ostiary.admin.host import Host
from ostiary.admin.inside import Answered, asked
from ostiary.admin.tokens import SignInAgain
from ostiary.model.errors import OstiaryError

OVERRIDE_HEADER: Final = "Ostiary-Override-Reason"
_VERSION: Final = "v1.0"
_ADVANCED: Final = frozenset({"search", "count"})


class Refused(OstiaryError):
    """Graph refused; `details` name every problem, or every account that would be locked out."""

    code = "refused"

    def __init__(
        self, status: int, word: str, message: str, details: Sequence[Mapping[str, Any]]
    ) -> None:
        """Keep what Graph said."""
        super().__init__(message)
        self.status, self.word, self.details = status, word, tuple(details)


class Graph:
    """Graph for one request of one person; paths begin behind the version."""

    def __init__(self, host: Host, browser: Request, token: str) -> None:
        """Ask with an access token."""
        self._host, self._browser, self._token = host, browser, token

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        """Read something; `top=5` is `$top=5`. Raises Refused, SignInAgain.

        `@odata.etag` is its version, wherever the answer told it. What only advanced queries take
        (Graph concepts/aad-advanced-queries) is asked for as one.
        """
        asked_for = {f"${name}": value for name, value in query.items()}
        answer = await self._asked("GET", path, params=asked_for, headers=_consistency(query))
        etag = answer.headers.get("etag")
        return {**({"@odata.etag": etag} if etag else {}), **answer.json()}

    async def all(self, path: str, **query: str) -> list[dict[str, Any]]:
        """Read every page of a list. Raises Refused, SignInAgain."""
        page = await self.get(path, **query)
        found: list[dict[str, Any]] = page["value"]
        while following := page.get("@odata.nextLink"):
            rest = str(following).partition("/v1.0")[2]
            page = (await self._asked("GET", rest, headers=_consistency(query))).json()
            found.extend(page["value"])
        return found

    async def send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        etag: str = "",
        override: str = "",
        version: str = _VERSION,
    ) -> dict[str, Any]:
        """Change something, where it still has that etag. Raises Refused, SignInAgain.

        `version` is `beta` for documents that may have members of it.
        """
        headers = {"If-Match": etag} if etag else {}
        if override:
            headers[OVERRIDE_HEADER] = quote(override)
        answer = await self._asked(method, path, json=body, headers=headers, version=version)
        return answer.json() if answer.content else {}

    async def _asked(
        self, method: str, path: str, *, version: str = _VERSION, **content: Any
    ) -> Answered:
        headers = {"Authorization": f"Bearer {self._token}", **content.pop("headers", {})}
        answer = await asked(
            self._host.graph,
            self._host.graph_url,
            self._browser,
            method,
            f"/{version}{path}",
            headers=headers,
            **content,
        )
        if answer.status_code == 401:
            raise SignInAgain(_claims_in(answer.headers.get("www-authenticate", "")))
        if answer.status_code >= 400:
            error = answer.json().get("error", {})
            details = error.get("details") or ()
            raise Refused(answer.status_code, error.get("code"), error.get("message"), details)
        return answer


def _consistency(query: Mapping[str, str]) -> dict[str, str]:
    return {"ConsistencyLevel": "eventual"} if _ADVANCED & query.keys() else {}


def _claims_in(challenge: str) -> str | None:
    """Read the claims of a challenge (wire contract 5.1)."""
    encoded = challenge.partition('claims="')[2].partition('"')[0]
    return urlsafe_b64decode(encoded).decode() if encoded else None
