"""The managed identities of a served tenant, and who asks for their tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.testclient import TestClient

from ostiary.administration.managed_identities import add_identity
from ostiary.arm.seeding import seed_subscription
from ostiary.directory.azure import RESOURCE_GROUP
from ostiary.directory.documents import Stored
from ostiary.directory.protocols import SYSTEM
from ostiary.web.app import managed_identity_app
from tests.web.serving import TENANT, Served

IMDS = "/metadata/identity/oauth2/token"
APP_SERVICE = "/msi/token"
MANAGEMENT = "https://management.azure.com/"


@dataclass
class Workloads:
    """The listener of managed identities, and the group in which they stand."""

    served: Served
    group: dict[str, Any]
    http: Any  # starlette types its client by a package that is not installed

    def add(self, name: str, *, system: bool = False, networks: tuple[str, ...] = ()) -> Stored:
        """Make an identity that may be asked for from these networks."""
        store = self.served.service.store
        made = add_identity(store, self.group, name, TENANT, system=system, by=SYSTEM)
        for each in networks:
            store.identity_callers.allow_network(made.id, each, by=SYSTEM)
        return made

    def imds(self, headers: dict[str, str] | None = None, /, **query: str) -> Any:
        """Ask as MSAL does on a virtual machine."""
        asked = {"api-version": "2018-02-01", "resource": MANAGEMENT, **query}
        sent = {"Metadata": "true"} if headers is None else headers
        return self.http.get(IMDS, params=asked, headers=sent)

    def app_service(self, secret: str, **query: str) -> Any:
        """Ask as MSAL does in App Service."""
        asked = {"api-version": "2019-08-01", "resource": MANAGEMENT, **query}
        return self.http.get(APP_SERVICE, params=asked, headers={"X-IDENTITY-HEADER": secret})


def workloads(served: Served, peer: str = "127.0.0.1") -> Workloads:
    """Serve the listener of managed identities to one peer."""
    store = served.service.store
    subscription = seed_subscription(store)
    group = {
        "id": f"/subscriptions/{subscription}/resourceGroups/identities",
        "name": "identities",
        "type": RESOURCE_GROUP,
        "location": "local",
    }
    if store.azure.get(group["id"]) is None:
        store.azure.create(group, by=SYSTEM)
    app = managed_identity_app(served.service)
    http: Any = TestClient(app, base_url="http://127.0.0.1:8446", client=(peer, 5))
    return Workloads(served, group, http)
