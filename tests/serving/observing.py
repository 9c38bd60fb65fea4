"""A service with everything that stands around a listener."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient
from starlette.types import ASGIApp

from ostiary.serving.metrics import Metrics
from ostiary.serving.settings import ServerSettings
from ostiary.serving.telemetry import Telemetry, WithHealth, observed
from ostiary.web.app import sign_in_app
from tests.web.serving import Served, serve

URL = "https://login.fjordvik.example:8443"


@dataclass
class Watched:
    """A served tenant behind its telemetry."""

    served: Served
    telemetry: Telemetry
    http: Any
    app: ASGIApp

    def asked_from(self, address: str) -> Any:
        """Give a client at an address."""
        return TestClient(self.app, base_url=URL, client=(address, 5))

    def sample(self, name: str, **labels: str) -> float:
        """Give a number as Prometheus reads it, 0 where it is not there."""
        from prometheus_client.parser import text_string_to_metric_families as families

        text = self.telemetry.metrics.page()[0].decode()
        found = [each for family in families(text) for each in family.samples]
        return sum(each.value for each in found if each.name == name and each.labels == labels)


def watch(data: Path, url: str = URL, app: ASGIApp | None = None) -> Watched:
    """Serve a tenant and put everything around it."""
    served = serve(data)
    telemetry = Telemetry(served.service, Metrics(), ServerSettings())
    whole = observed(app or WithHealth(sign_in_app(served.service), telemetry), url, "x", telemetry)
    client: Any = TestClient(
        whole, base_url=URL, client=("127.0.0.1", 5), raise_server_exceptions=False
    )
    served.http = client
    return Watched(served, telemetry, client, whole)
