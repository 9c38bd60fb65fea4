"""A Graph in memory, answered by the rules of the policy API, that can lag behind as Entra does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

import httpx

from ostiary.entra.client import GraphClient
from ostiary.entra.endpoint import GraphEndpoint
from ostiary.entra.tokens import GivenToken
from ostiary.model.json_types import is_list, is_object
from ostiary.schema.requests import validate_request
from ostiary.schema.state import Collection, PolicyStore
from tests.entra.faults import FaultProxy, Waits, is_change
from tests.entra.stub import ORIGIN

TENANT = "5a1f9a40-0000-4000-8000-000000000000"
_MADE = frozenset({"id", "createdDateTime", "modifiedDateTime", "templateId"})
_NOTHING: tuple[object, ...] = (None, [], {}, "", False)
_NOW = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass
class MemoryGraph(httpx.BaseTransport):
    """Policies and their objects by `state`, groups by id.

    `lag`: so many answers after a change, lists and objects are still told as they were before, and
    what was made is not known to policies yet.
    """

    state: PolicyStore = field(default_factory=PolicyStore)
    groups: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    lag: int = 0
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _shown: tuple[PolicyStore, dict[str, dict[str, Any]]] | None = None
    _left: int = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer."""
        version, _, path = request.url.path.lstrip("/").partition("/")
        body = json.loads(request.content) if request.content else None
        if path == "organization":
            return httpx.Response(200, json={"value": [{"id": TENANT}]})
        if request.method == "GET":
            return self._told(version, path)
        early = self._too_early(path, request.content.decode())
        if early is not None:
            return early
        before = self.state, dict(self.groups)
        answer = self._changed(request.method, version, path, body)
        if answer.status_code < 400 and self.lag and self._left == 0:
            self._shown, self._left = before, self.lag
        return answer

    def _told(self, version: str, path: str) -> httpx.Response:
        state, groups = self.state, self.groups
        if self._left and self._shown is not None:
            self._left -= 1
            state, groups = self._shown
        kind, _, identifier = path.partition("/")
        if kind == "groups":
            if not identifier:
                return httpx.Response(200, json={"value": list(groups.values())})
            found = groups.get(identifier)
            return httpx.Response(200 if found else 404, json=found or {"error": {}})
        found = validate_request(state, "GET", f"/{version}/{path}", now=_NOW)
        return httpx.Response(found.status, json=found.body)

    def _too_early(self, path: str, text: str) -> httpx.Response | None:
        """Refuse a policy that names what Entra does not know everywhere yet."""
        if not (self._left and self._shown and path.endswith("/policies") and "identity" in path):
            return None
        known = self._shown[0].all(Collection.NAMED_LOCATIONS)
        new = [each for each in self.state.all(Collection.NAMED_LOCATIONS) if each not in known]
        missing = next((each for each in new if each in text), None)
        if missing is None:
            return None
        self._left -= 1
        said = f"1040: NamedLocation with id {missing} does not exist in the directory."
        return httpx.Response(400, json={"error": {"code": "BadRequest", "message": said}})

    def _changed(self, method: str, version: str, path: str, body: Any) -> httpx.Response:
        kind, _, identifier = path.partition("/")
        if kind == "groups":
            return self._group(method, identifier, body)
        found = validate_request(
            self.state, method, f"/{version}/{path}", body, now=_NOW, new_id=self._id
        )
        self.state = found.state
        return httpx.Response(found.status, json=found.body) if found.body else _bare(found.status)

    def _group(self, method: str, identifier: str, body: Any) -> httpx.Response:
        if method == "POST":
            made = {"id": self._id(), **body}
            self.groups[made["id"]] = made
            return httpx.Response(201, json=made)
        if identifier not in self.groups:
            return httpx.Response(404, json={"error": {}})
        if method == "DELETE":
            del self.groups[identifier]
        else:
            self.groups[identifier] = {**self.groups[identifier], **body}
        return _bare(204)

    def _id(self) -> str:
        return f"9e000000-0000-4000-8000-{next(self.numbers):012d}"

    def said(self) -> dict[str, Any]:
        """Give all that it holds, without ids of what was made and without times, by names."""
        names = {key: each["displayName"] for key, each in self.groups.items()}
        for collection in Collection:
            for key, each in self.state.all(collection).items():
                names[key] = str(each.get("displayName"))
        found = {
            collection.value: sorted(
                (_plain(each) for each in self.state.all(collection).values()),
                key=lambda each: json.dumps(each, sort_keys=True),
            )
            for collection in Collection
        }
        groups = sorted(each["displayName"] for each in self.groups.values())
        text = json.dumps({**found, "groups": groups}, sort_keys=True)
        for key, name in names.items():
            text = text.replace(key, f"<{name}>")
        return json.loads(text)


def _plain(value: object) -> Any:
    """Leave what says something: lists in order, nothing empty, nothing that was made."""
    if is_object(value):
        kept = {name: _plain(each) for name, each in value.items() if name not in _MADE}
        return {name: each for name, each in kept.items() if each not in _NOTHING}
    return sorted(map(_plain, value), key=str) if is_list(value) else value


def _bare(status: int) -> httpx.Response:
    return httpx.Response(status)


def endpoint_of(graph: MemoryGraph) -> tuple[GraphEndpoint, FaultProxy, Waits]:
    """Give an endpoint of a Graph in memory, the proxy before it, and the pauses that are made."""
    proxy = FaultProxy(graph, counts=is_change)
    waits = Waits()
    http = httpx.Client(transport=proxy, base_url=ORIGIN)
    client = GraphClient(http, GivenToken("t"), waits.patience(), writes=True)
    return GraphEndpoint(client), proxy, waits
