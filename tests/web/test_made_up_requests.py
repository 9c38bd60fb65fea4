"""schemathesis over both OpenAPI documents: no 5xx, and every answer is what the document says."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ostiary.arm.app import API as ARM
from ostiary.graph.app import API as GRAPH
from ostiary.http.api import Api
from tests.web.calling import GRAPH_SCOPE, Apis, called
from tests.web.made_up import fill, operations_of, tried
from tests.web.serving import ARM_SCOPE, serve


class _Tenant:
    """A tenant that is made anew when a made-up change has locked its administrator out."""

    def __init__(self, folder: Path, scope: str) -> None:
        self._folder, self._scope, self._made = folder, scope, 0
        self.apis = self._new()
        self._token = ""

    def send(self, method: str, url: str, **options: Any) -> Any:
        api = self.apis.graph if self._scope == GRAPH_SCOPE else self.apis.arm
        if self._scope == ARM_SCOPE:
            options["params"] = {**(options.get("params") or {}), "api-version": "2024-11-01"}
        if not self._token:
            self._token = self._signed_in()
        answer = self.apis.call(api, self._token, url, method, **options)
        if answer.status_code == 401:
            self._token = ""
        return answer

    def _signed_in(self) -> str:
        form = self.apis.sign_in
        try:
            return form(self._scope)["access_token"]
        except AssertionError:
            self.close()
            self.apis = self._new()
            return self.apis.sign_in(self._scope)["access_token"]

    def close(self) -> None:
        self.apis.served.service.store.close()

    def _new(self) -> Apis:
        self._made += 1
        folder = self._folder / str(self._made)
        folder.mkdir()
        apis = called(serve(folder))
        fill(apis)
        return apis


@pytest.mark.parametrize(
    ("api", "beginning", "scope", "reached"),
    [(GRAPH, "/v1.0", GRAPH_SCOPE, 100), (ARM, "", ARM_SCOPE, 30)],
    ids=["graph", "management"],
)
def test_DS06_made_up_requests_are_answered_as_the_document_says(
    tmp_path: Path, api: Api, beginning: str, scope: str, reached: int
) -> None:
    tenant = _Tenant(tmp_path, scope)
    succeeded = Counter[str]()
    try:
        for operation in operations_of(api, beginning):
            for status, count in tried(operation, tenant.send, tenant.apis).items():
                succeeded[operation.label] += count if status < 300 else 0
    finally:
        tenant.close()
    done = [label for label, count in succeeded.items() if count]
    assert len(done) >= reached, "hardly any request got further than an error"
