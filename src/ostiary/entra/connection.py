"""A connection to a Graph API: its address, whom it believes, and how somebody signs in to it.

azure-identity is imported only where one of its credentials is asked for; a token that is there
already needs nothing.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from ostiary import __version__
from ostiary.entra.client import GraphClient
from ostiary.entra.tokens import AzureTokens, GivenToken, Tokens
from ostiary.entra.waiting import Patience
from ostiary.model.errors import InputError

ENTRA: Final = "https://graph.microsoft.com"
AUTHORITIES: Final[Mapping[str, str]] = {
    "graph.microsoft.com": "https://login.microsoftonline.com",
    "graph.microsoft.us": "https://login.microsoftonline.us",
    "dod-graph.microsoft.us": "https://login.microsoftonline.us",
    "microsoftgraph.chinacloudapi.cn": "https://login.chinacloudapi.cn",
}
"""Graph's host in each cloud, and where tokens for it come from (Graph concepts/deployments)."""
TOKEN_VARIABLE: Final = "OSTIARY_GRAPH_TOKEN"  # noqa: S105  # the name of a variable
TOKEN: Final = "token"  # noqa: S105  # a word
CREDENTIALS: Final[Mapping[str, str]] = {
    "default": "DefaultAzureCredential",
    "azure-cli": "AzureCliCredential",
    "environment": "EnvironmentCredential",
    "managed-identity": "ManagedIdentityCredential",
    "workload-identity": "WorkloadIdentityCredential",
    "interactive": "InteractiveBrowserCredential",
    "device-code": "DeviceCodeCredential",
    "azure-powershell": "AzurePowerShellCredential",
    "azure-developer-cli": "AzureDeveloperCliCredential",
}
"""Our words for the credentials of azure-identity; `environment` is a secret or certificate."""
_WITH_AUTHORITY: Final = frozenset({"default", "environment", "interactive", "device-code"})
_WITH_TENANT: Final = frozenset(
    {
        "azure-cli",
        "interactive",
        "device-code",
        "azure-powershell",
        "azure-developer-cli",
        "workload-identity",
    }
)
_SECONDS: Final = 100.0
"""Longer than Graph itself works on a request before it gives up with 504."""


@dataclass(frozen=True, slots=True)
class Connection:
    """Where Graph is, and who asks.

    `graph`: its origin; `authority`: where tokens come from, None: the cloud's own; `trusted`: a
    file of certificates that are believed instead of the host's.
    """

    graph: str = ENTRA
    credential: str = "default"
    tenant_id: str | None = None
    authority: str | None = None
    trusted: Path | None = None

    @property
    def is_microsofts(self) -> bool:
        """Whether it leads to Microsoft Entra, and not to a server of Ostiary's."""
        return (urlsplit(self.graph).hostname or "") in AUTHORITIES

    def client(
        self, environment: Mapping[str, str], *, patience: Patience | None = None
    ) -> GraphClient:
        """Give a client that only reads. Raises InputError, SignInNeeded."""
        trust: Any = True
        if self.trusted is not None:
            try:
                trust = ssl.create_default_context(cafile=self.trusted)
            except (OSError, ssl.SSLError) as error:
                raise InputError(f"`{self.trusted}` holds no certificates: {error}") from error
        http = httpx.Client(
            base_url=_origin(self.graph),
            verify=trust,
            timeout=_SECONDS,
            headers={"User-Agent": f"ostiary/{__version__}"},
        )
        return GraphClient(http, self._tokens(environment), patience or patient())

    def _tokens(self, environment: Mapping[str, str]) -> Tokens:
        if self.credential == TOKEN:
            text = environment.get(TOKEN_VARIABLE, "").strip()
            if not text:
                raise InputError(
                    f"expected an access token for Graph in {TOKEN_VARIABLE}, it is empty",
                    hint="for example: export OSTIARY_GRAPH_TOKEN=$(az account get-access-token"
                    f" --scope {self.graph}/.default --query accessToken -o tsv)",
                )
            return GivenToken(text)
        return AzureTokens(self._credential(), f"{_origin(self.graph)}/.default")

    def _credential(self) -> Any:  # azure-identity is an extra: no type of it is known here
        name = CREDENTIALS.get(self.credential)
        if name is None:
            words = ", ".join((*CREDENTIALS, TOKEN))
            raise InputError(f"expected a credential of {words}, came `{self.credential}`")
        if find_spec("azure") is None or find_spec("azure.identity") is None:
            raise InputError(
                "expected the package azure-identity, which is not installed",
                hint="install ostiary[entra], or give a token: --credential token",
            )
        options: dict[str, Any] = {}
        host = (urlsplit(self.graph).hostname or "").casefold()
        authority = self.authority or (
            None if host == urlsplit(ENTRA).hostname else AUTHORITIES.get(host)
        )
        if authority is not None and self.credential in _WITH_AUTHORITY:
            options["authority"] = authority
        if not self.is_microsofts and self.credential in _WITH_AUTHORITY:
            # Microsoft would be asked about a host that it does not know.
            options["disable_instance_discovery"] = True
        if self.tenant_id is not None and self.credential in _WITH_TENANT:
            options["tenant_id"] = self.tenant_id
        return getattr(import_module("azure.identity"), name)(**options)


@contextmanager
def connected(
    connection: Connection, environment: Mapping[str, str], *, patience: Patience | None = None
) -> Generator[GraphClient]:
    """Give a client that only reads, and close it. Raises InputError, GraphError."""
    client = connection.client(environment, patience=patience)
    with client.http:
        yield client


def patient() -> Patience:
    """Give the patience of a command: as long as Graph asks, up to a quarter of an hour."""
    return Patience(now=lambda: datetime.now(UTC), pause=time.sleep)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if (
        not (parts.scheme == "https" or (parts.scheme == "http" and local))
        or not parts.hostname
        or parts.path.strip("/")
        or parts.query
        or parts.username
    ):
        raise InputError(
            f"expected the address of a Graph API such as {ENTRA} or https://localhost:8445,"
            f" came `{url}`",
            hint="give scheme, host and port only; a token is never sent without TLS",
        )
    return url.rstrip("/")
