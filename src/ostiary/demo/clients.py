"""MSAL, unmodified, as the clients of the story; and Graph and the management API over HTTPS."""

from __future__ import annotations

import ssl
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import msal  # pyright: ignore[reportMissingTypeStubs]  # it has none
import requests
from pyotp.totp import TOTP as OneTimeCodes

from ostiary.demo.browser import signed_in
from ostiary.demo.credentials import Person, Workload
from ostiary.directory.first_party import AZURE_CLI
from ostiary.model.errors import OstiaryError
from ostiary.serving.free_ports import Ports

REDIRECT: Final = "http://localhost:8400"
"""Of the Azure CLI: a port of this host, where nobody listens, as the browser goes no further."""
_STEP: Final = 30
_API_VERSION: Final = "2022-12-01"
_CONDITIONAL_ACCESS: Final = "identity/conditionalAccess"


class NotAsExpected(OstiaryError):
    """A step of the story went otherwise than it has to."""

    code = "notAsExpected"


@dataclass
class Clients:
    """Who asks: one MSAL application for people, one for the workload."""

    data: Path
    ports: Ports
    tenant_id: str
    codes: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def authority(self) -> str:
        """The tenant's authority."""
        return f"{self.ports.login_url}/{self.tenant_id}"

    @property
    def bundle(self) -> str:
        """The certificate authority that everything here trusts."""
        return str(self.data / "ca.pem")

    @property
    def management_scope(self) -> str:
        """What the Azure CLI asks for at the management API."""
        return "https://management.core.windows.net//.default"

    @property
    def graph_scope(self) -> str:
        """What is asked for at Microsoft Graph."""
        return f"{self.ports.graph_url}/.default"

    def by_password(self, person: Person) -> dict[str, Any]:
        """Ask for a token with a password alone, as a script does."""
        if self.ports.realm is None:
            # MSAL would ask for the user's realm at port 443, which is not ours here.
            return self._token_endpoint(person)
        return self._public().acquire_token_by_username_password(
            person.name, person.password, [self.management_scope]
        )

    def in_browser(self, person: Person, scope: str | None = None) -> dict[str, Any]:
        """Sign a person in on the pages, with his app where a page asks for its code.

        Gives MSAL's answer; `asked` has the fields that the pages had.
        """
        app = self._public()
        with warnings.catch_warnings():
            # MSAL would rather have the answer posted; the browser here stops at the address.
            warnings.simplefilter("ignore", UserWarning)
            flow: dict[str, Any] = app.initiate_auth_code_flow(
                [scope or self.management_scope], redirect_uri=REDIRECT, login_hint=person.name
            )
        seen = signed_in(str(flow["auth_uri"]), self._trust, self._answers(person))
        if not seen.answer:
            return {"error": "page", "error_description": seen.words, "asked": seen.asked}
        found: dict[str, Any] = app.acquire_token_by_auth_code_flow(flow, seen.answer)
        return {**found, "asked": seen.asked}

    def as_workload(self, workload: Workload) -> dict[str, Any]:
        """Sign the application in by its secret."""
        app: Any = msal.ConfidentialClientApplication(
            workload.app_id,
            client_credential=workload.secret,
            authority=self.authority,
            instance_discovery=False,
            http_client=self._session(),
        )
        return app.acquire_token_for_client([self.management_scope])

    def subscriptions(self, token: str) -> list[str]:
        """Name the subscriptions that the management API shows to a token."""
        address = f"{self.ports.management_url}/subscriptions?api-version={_API_VERSION}"
        found = self._asked("GET", address, token)
        return [str(each["displayName"]) for each in found["value"]]

    def graph(
        self, token: str, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Ask Graph about Conditional Access. Raises NotAsExpected where it refuses."""
        address = f"{self.ports.graph_url}/v1.0/{_CONDITIONAL_ACCESS}/{path}"
        return self._asked(method, address, token, body)

    def sign_ins(self, token: str, query: str) -> list[dict[str, Any]]:
        """Read the sign-in log, the latest first."""
        address = f"{self.ports.graph_url}/v1.0/auditLogs/signIns?{query}"
        return self._asked("GET", address, token)["value"]

    def code_of(self, person: Person) -> str:
        """Give a code of the person's app that was not shown before, waiting where it has to.

        A code counts once; the server takes that of the step before and after its own (RFC 6238,
        5.2). The earliest comes first, so that who signs in after the story has the app's own.
        """
        earliest = self.codes.get(person.name, 0) + 1
        while earliest > (now := int(time.time()) // _STEP) + 1:
            time.sleep(0.5)
        self.codes[person.name] = step = max(earliest, now - 1)
        return OneTimeCodes(person.otp_key).at(step * _STEP)

    def _answers(self, person: Person) -> dict[str, Callable[[], str]]:
        answers: dict[str, Callable[[], str]] = {
            "login": lambda: person.name,
            "passwd": lambda: person.password,
        }
        return {**answers, "otp": lambda: self.code_of(person)} if person.otp_key else answers

    def _public(self) -> Any:
        return msal.PublicClientApplication(
            AZURE_CLI,
            authority=self.authority,
            instance_discovery=False,
            http_client=self._session(),
        )

    def _session(self) -> requests.Session:
        """Give what MSAL asks with: it trusts our authority, whatever the environment names."""
        session = requests.Session()
        # A server that ends waits for connections that are kept open.
        session.headers["Connection"] = "close"
        session.trust_env = False
        session.verify = self.bundle
        return session

    @property
    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.bundle)

    def _token_endpoint(self, person: Person) -> dict[str, Any]:
        form = {
            "grant_type": "password",
            "client_id": AZURE_CLI,
            "username": person.name,
            "password": person.password,
            "scope": f"{self.management_scope} openid profile offline_access",
        }
        address = f"{self.authority}/oauth2/v2.0/token"
        return httpx.post(address, data=form, verify=self._trust, timeout=60).json()

    def _asked(
        self, method: str, address: str, token: str, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"}
        response = httpx.request(
            method, address, headers=headers, json=body, verify=self._trust, timeout=120
        )
        if response.status_code >= 400:
            text = response.text[:400]
            raise NotAsExpected(f"{method} {address} answered {response.status_code}: {text}")
        return response.json() if response.content else {}
