"""The verdict on a draft as pages show it beside the form."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ostiary.admin.graph_calls import Refused
from ostiary.admin.rendering import rendered
from ostiary.admin.verdicts import DraftVerdict, verdict_of
from ostiary.admin.visit import Visit
from ostiary.directory.objects import SETTINGS
from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import GLOBAL_ADMINISTRATOR
from tests.admin.pages import with_role
from tests.web.calling import called
from tests.web.serving import ASTRID, LIFEBOAT, Served
from tests.web.test_graph_policy_history import Graph
from tests.web.test_graph_policy_verdicts import draft


class Asking:
    """Graph as a page asks it, answered by its port."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    async def send(self, method: str, path: str, body: Any) -> Any:
        answer = self._graph(method, f"/v1.0{path}", body)
        return answer.json()

    async def get(self, path: str, **query: str) -> Any:
        return self._graph("GET", f"/v1.0{path}").json()


class Failing:
    """Graph that answers nothing."""

    def __init__(self, status: int) -> None:
        self._status = status

    async def send(self, method: str, path: str, body: Any) -> Any:
        raise Refused(self._status, "word", "not now", ())


def told(graph: object, policy: Any) -> DraftVerdict:
    visit = cast("Visit", SimpleNamespace(graph=graph))
    return asyncio.run(verdict_of(visit, policy))


@pytest.fixture
def graph(served: Served) -> Asking:
    for each in (ASTRID, LIFEBOAT):
        with_role(served, GLOBAL_ADMINISTRATOR, each)
    served.service.store.singles.write(SETTINGS, {"emergencyAccess": [LIFEBOAT]}, by=SYSTEM)
    served.service.snapshots.refresh()
    return Asking(Graph(called(served)))


def test_who_is_locked_out_is_named_and_what_is_closed_is_a_sentence(graph: Asking) -> None:
    body = draft("block")
    body["conditions"]["applications"] = {"includeApplications": ["All"]}
    body["displayName"] = "<b>Nobody</b>"
    text = rendered("verdict_part", {"verdict": told(graph, body)})
    assert "this would lock out" in text
    assert "<bdi>Lifeboat</bdi>" in text
    assert "<bdi>Astrid Moe</bdi>" in text
    assert "&lt;b&gt;Nobody&lt;/b&gt;" in text
    assert "<b>" not in text
    assert "Closes a gap" in text
    assert "<!doctype" not in text


def test_what_is_left_open_leads_to_what_if(graph: Asking) -> None:
    verdict = told(graph, draft("mfa", excludeUsers=[ASTRID, LIFEBOAT]))
    own = next(each for each in verdict.gaps if each.name == "own")
    assert own.ways[0].what_if.startswith(f"/admin/what-if?kind=user&identity={ASTRID}&resource=")
    text = rendered("verdict_part", {"verdict": verdict})
    assert "can still sign in and change policies" in text
    assert own.ways[0].what_if.replace("&", "&amp;") in text


def test_what_cannot_be_saved_yet_and_what_is_not_known_yet_are_told(graph: Asking) -> None:
    wrong = told(graph, {**draft("mfa"), "state": "perhaps"})
    assert "cannot be saved yet" in rendered("verdict_part", {"verdict": wrong})
    later = told(Failing(503), draft("mfa"))
    assert "still being worked out" in rendered("verdict_part", {"verdict": later})
    with pytest.raises(Refused):
        told(Failing(403), draft("mfa"))
