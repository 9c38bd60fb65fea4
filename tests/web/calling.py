"""Both resource APIs of a served tenant, and tokens of the token endpoint to call them with."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlencode

from starlette.testclient import TestClient

from ostiary.arm.seeding import seed_subscription
from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import GLOBAL_ADMINISTRATOR
from ostiary.web.resource_apis import graph_api, management_api
from tests.web.described import require_described
from tests.web.serving import ARM_SCOPE, ASTRID, AZ, DAEMON, PASSWORD, Served

GRAPH_SCOPE = "https://localhost:8445//.default offline_access openid profile"
CP1 = {"access_token": {"xms_cc": {"values": ["CP1"]}}}
_VERSION = {"api-version": "2024-11-01"}
AZ_AGENT = "AZURECLI/2.91.0 (PIP) azsdk-python-core/1.39.0 Python/3.12.3"


@dataclass
class Apis:
    """The two applications, and who calls them from where."""

    served: Served
    arm: Any  # starlette types its client by a package that is not installed
    graph: Any
    subscription: str
    held: dict[str, Any] = field(default_factory=dict[str, Any])

    def sign_in(
        self,
        scope: str = ARM_SCOPE,
        user: str = "astrid@fjordvik.example",
        claims: dict[str, Any] | None = CP1,
        headers: dict[str, str] | None = None,
    ) -> Any:
        """Sign in by password as the Azure CLI, able to take challenges unless told otherwise."""
        form = {"grant_type": "password", "username": user, "password": PASSWORD}
        if claims is not None:
            form["claims"] = json.dumps(claims)
        form |= {"client_id": AZ, "scope": scope}
        answer = self.served.token(form, "organizations", **(headers or {}))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refresh(
        self, tokens: dict[str, Any], scope: str, claims: dict[str, Any] | None = None
    ) -> Any:
        """Redeem a refresh token with the claims of a challenge merged into the client's own."""
        asked = {"access_token": {**CP1["access_token"], **(claims or {}).get("access_token", {})}}
        return self.served.token(
            {
                "grant_type": "refresh_token",
                "refresh_token": tokens["refresh_token"],
                "client_id": AZ,
                "scope": scope,
                "claims": json.dumps(asked),
            }
        )

    def call(self, api: Any, token: str, path: str, method: str = "GET", **options: Any) -> Any:
        """Call an API with a bearer token, from where the tenant's person is now.

        A path of the management API that names no version gets one, as clients give it.
        """
        if api is not self.graph and "api-version" not in path:
            if "params" in options:
                options["params"] = {**_VERSION, **options["params"]}
            else:
                path += f"{'&' if '?' in path else '?'}{urlencode(_VERSION)}"
        headers = {
            "Authorization": f"Bearer {token}",
            "X-Forwarded-For": self.served.address,
            "User-Agent": AZ_AGENT,
            **options.pop("headers", {}),
        }
        return api.request(method, path, headers=headers, **options)


def called(served: Served) -> Apis:
    """Serve both APIs of a tenant, whose Astrid is a Global Administrator and owns everything."""
    service = served.service
    assignment = {
        "id": "f5",
        "principalId": ASTRID,
        "roleDefinitionId": GLOBAL_ADMINISTRATOR,
        "directoryScopeId": "/",
    }
    service.store.roles.create(assignment, by=SYSTEM)
    subscription = seed_subscription(service.store, owners=[ASTRID], readers=[DAEMON])
    service.snapshots.refresh()
    peer = ("127.0.0.1", 5)
    arm: Any = TestClient(management_api(service), base_url="https://localhost:8444", client=peer)
    graph: Any = TestClient(graph_api(service), base_url="https://localhost:8445", client=peer)
    for name, client in (("management", arm), ("graph", graph)):
        client.event_hooks = {"response": [partial(_compared, name)]}
    return Apis(served, arm, graph, subscription)


def _compared(name: str, response: Any) -> None:
    response.read()
    require_described(name, response)


def challenge(response: Any) -> dict[str, Any]:
    """Read the one challenge of a refused call, as Python and Node clients do."""
    assert response.status_code == 401, response.text
    (header,) = response.headers.get_list("www-authenticate")
    assert header.count("Bearer ") == 1
    assert 'error="insufficient_claims"' in header
    assert 'authorization_uri="https://localhost:8443/common/oauth2/authorize"' in header
    text = header.partition('claims="')[2].partition('"')[0]
    assert len(text) % 4 == 0
    assert base64.b64decode(text, validate=True) == base64.urlsafe_b64decode(text)
    return json.loads(base64.b64decode(text))
