"""A client of ours, signed in to the Graph of a served tenant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ostiary.entra.client import GraphClient
from ostiary.entra.tokens import GivenToken
from tests.entra.faults import Fault, FaultProxy, Waits, proxied
from tests.web.calling import AZ_AGENT, GRAPH_SCOPE, Apis, called
from tests.web.serving import Served


@dataclass
class Asked:
    """The tenant, our client, and the proxy between them."""

    apis: Apis
    client: GraphClient
    waits: Waits

    @property
    def served(self) -> Served:
        """The tenant that is served."""
        return self.apis.served

    @property
    def store(self) -> Any:
        """Its store."""
        return self.apis.served.service.store

    def meets(self, *faults: tuple[int, Fault]) -> FaultProxy:
        """Put a new proxy in between, with these faults."""
        return proxied(self.apis.graph, *faults)


def asked(served: Served) -> Asked:
    """Sign in as the Azure CLI and give a client that reads."""
    apis = called(served)
    token = apis.sign_in(GRAPH_SCOPE)["access_token"]
    apis.graph.headers.update({"X-Forwarded-For": served.address, "User-Agent": AZ_AGENT})
    # The proxy answers in words of its own, which no document of an API describes.
    apis.graph.event_hooks = {}
    waits = Waits()
    client = GraphClient(apis.graph, GivenToken(token), waits.patience())
    return Asked(apis, client, waits)
