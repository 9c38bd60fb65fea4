"""A tenant whose policies can be rolled out: two administrators, one of them for emergencies."""

from __future__ import annotations

from typing import Any

from ostiary.directory.objects import SETTINGS
from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import GLOBAL_ADMINISTRATOR
from tests.admin.pages import with_role
from tests.web.calling import Apis, called
from tests.web.serving import LIFEBOAT, POLICY, Served
from tests.web.test_graph_policy_history import CA, Graph

ROLLOUTS = f"{CA}/rollouts"
EASY: dict[str, Any] = {"days": 0, "usersSeen": 0, "administrators": False, "stageDays": 0}
"""Settings with which a tenant without a log gets through."""


def ready(served: Served) -> Graph:
    """Declare the emergency access account, and give both people a way in."""
    with_role(served, GLOBAL_ADMINISTRATOR, LIFEBOAT)
    served.service.store.singles.write(SETTINGS, {"emergencyAccess": [LIFEBOAT]}, by=SYSTEM)
    served.enrol()
    served.service.snapshots.refresh()
    return Graph(called(served))


class Rolling:
    """One rollout, stepped over Graph with the version that was seen last."""

    def __init__(self, graph: Graph, policy: str = POLICY, **settings: Any) -> None:
        """Start it."""
        self.graph = graph
        body = {"policyId": policy, "settings": {**EASY, **settings}}
        answer = graph("POST", ROLLOUTS, body)
        assert answer.status_code == 201, answer.text
        self.told: dict[str, Any] = answer.json()
        self.etag: str = answer.headers["etag"]

    @property
    def path(self) -> str:
        """Its address."""
        return f"{ROLLOUTS}/{self.told['id']}"

    def step(self, name: str, body: Any = None, **headers: str) -> Any:
        """Take a step; what it makes of the rollout is seen."""
        sent = {"If-Match": self.etag, **headers}
        answer = self.graph("POST", f"{self.path}/{name}", body or {}, **sent)
        if answer.status_code == 200:
            self.told, self.etag = answer.json(), answer.headers["etag"]
        return answer

    def advanced(self, **body: Any) -> dict[str, Any]:
        """Go to the next stage."""
        answer = self.step("advance", body)
        assert answer.status_code == 200, answer.text
        return self.told

    @property
    def policy(self) -> dict[str, Any]:
        """The policy as it is stored."""
        store = self.graph.apis.served.service.store
        return dict(store.policies.need(self.told["policyId"]).document)

    @property
    def apis(self) -> Apis:
        """The APIs that are called."""
        return self.graph.apis
