"""Terms of use through Graph, and what they do to sign-ins."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import SECURITY_READER
from tests.web.browsing import Browser
from tests.web.calling import GRAPH_SCOPE, Apis, called
from tests.web.serving import ASTRID, POLICY, Served
from tests.web.test_graph_users import holds

AGREEMENTS = "/v1.0/identityGovernance/termsOfUse/agreements"


def file(text: str = "Be kind.", **more: Any) -> dict[str, Any]:
    """Give an agreementFile of plain text."""
    data = {"data": b64encode(text.encode()).decode()}
    return {"fileName": "terms.txt", "language": "en", "isDefault": True, "fileData": data, **more}


class Graph:
    """Graph, called by an administrator."""

    def __init__(self, served: Served) -> None:
        self.apis: Apis = called(served)
        self.token = self.apis.sign_in(GRAPH_SCOPE)["access_token"]

    def __call__(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        return self.apis.call(self.apis.graph, token or self.token, path, method, json=body)

    def agreement(self, **more: Any) -> str:
        """Make terms of use, and give their id."""
        body = {"displayName": "House rules", "isViewingBeforeAcceptanceRequired": False}
        made = self("POST", AGREEMENTS, {**body, "files": [file()], **more})
        assert made.status_code == 201, made.text
        assert "files" not in made.json()
        return made.json()["id"]

    def require(self, *agreements: str) -> None:
        """Let the policy ask for terms of use instead of a second factor, or for nothing."""
        store = self.apis.served.service.store
        grant = {"operator": "OR", "builtInControls": [], "termsOfUse": list(agreements)}
        state = "enabled" if agreements else "disabled"
        store.policies.modify(POLICY, {"grantControls": grant, "state": state}, by=SYSTEM)
        self.apis.served.service.snapshots.refresh()


@pytest.fixture
def graph(served: Served) -> Graph:
    return Graph(served)


def test_terms_made_through_graph_are_asked_for_and_told_of(graph: Graph, served: Served) -> None:
    made = graph.agreement(userReacceptRequiredFrequency="P90D")
    path = f"{AGREEMENTS}/{made}"
    graph.require(made)
    browser = Browser(served).signed_in()
    assert "Be kind." in browser.page.text
    browser.press("Accept")
    assert "code" in browser.answer
    (accepted,) = graph("GET", f"{path}/acceptances").json()["value"]
    assert (accepted["userId"], accepted["state"]) == (ASTRID, "accepted")
    assert accepted["expirationDateTime"] > accepted["recordedDateTime"]
    mine = graph("GET", "/v1.0/me/agreementAcceptances").json()["value"]
    assert mine == [accepted]
    assert "code" in Browser(served).open().answer, "accepted once"
    newer = graph("POST", f"{path}/file/localizations", file("Be kinder.", isMajorVersion=True))
    assert newer.status_code == 201, newer.text
    assert graph("GET", f"{path}/acceptances").json()["value"] == []
    assert "Be kinder." in Browser(served).open().page.text
    refused = graph("DELETE", path)
    assert refused.status_code == 400
    assert "Require MFA for Azure management" in refused.json()["error"]["message"]
    graph.require()
    assert graph("DELETE", path).status_code == 204
    assert graph("GET", path).status_code == 404


def test_files_stand_one_for_each_language(graph: Graph) -> None:
    path = f"{AGREEMENTS}/{graph.agreement()}"
    other = file("Sei nett.", language="de", isDefault=False)
    assert graph("POST", f"{path}/file/localizations", other).status_code == 201
    listed = graph("GET", f"{path}/files").json()["value"]
    assert [(each["language"], each["isDefault"]) for each in listed] == [
        ("en", True),
        ("de", False),
    ]
    assert graph("GET", f"{path}/file").json()["language"] == "en"
    first = file("Sei nett!", language="de")
    assert graph("POST", f"{path}/file/localizations", first).status_code == 201
    assert graph("GET", f"{path}/file").json()["language"] == "de"
    assert graph("GET", f"{path}/file/localizations").json()["value"][0]["language"] == "de"


def test_terms_are_changed(graph: Graph) -> None:
    path = f"{AGREEMENTS}/{graph.agreement()}"
    change = {"displayName": "Rules", "isPerDeviceAcceptanceRequired": True}
    assert graph("PATCH", path, change).status_code == 204
    told = graph("GET", path).json()
    assert {name: told[name] for name in change} == change
    wanted = f"{AGREEMENTS}?$filter=displayName eq 'Rules'"
    assert len(graph("GET", wanted).json()["value"]) == 1


_REFUSED: list[dict[str, Any]] = [
    {"files": []},
    {"files": [file(), file(language="de")]},
    {"files": [file(isDefault=False)]},
    {"files": [file(), file(isDefault=False)]},
    {"files": [{**file(), "fileData": {"data": "no base64"}}]},
    {"files": [{**file(), "fileData": {}}]},
    {"displayName": None},
    {"userReacceptRequiredFrequency": "every year"},
    {"userReacceptRequiredFrequency": f"P{'9' * 12}D"},
    {"userReacceptRequiredFrequency": f"P{'9' * 5000}D"},
    {"files": [{**file(), "fileData": {"data": "größe"}}]},
    {"acceptances": []},
]


@pytest.mark.parametrize("change", _REFUSED)
def test_AD05_terms_that_cannot_be_are_refused(graph: Graph, change: dict[str, Any]) -> None:
    body = {"displayName": "Rules", "isViewingBeforeAcceptanceRequired": False, "files": [file()]}
    answer = graph("POST", AGREEMENTS, {**body, **change})
    assert answer.status_code == 400, answer.text


def test_AD02_terms_are_written_by_who_writes_policies(graph: Graph) -> None:
    made = graph.agreement()
    theirs = holds(graph.apis, SECURITY_READER)
    assert graph("GET", f"{AGREEMENTS}/{made}", token=theirs).status_code == 200
    assert graph("GET", f"{AGREEMENTS}/{made}/acceptances", token=theirs).status_code == 200
    for method in ("PATCH", "DELETE"):
        answer = graph(method, f"{AGREEMENTS}/{made}", {"displayName": "x"}, theirs)
        assert answer.status_code == 403
