"""One call of an API: read, with who calls and what the tenant is at that moment."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any
from uuid import UUID

from ostiary.directory.protocols import Actor, ActorKind
from ostiary.directory.snapshot import Snapshot
from ostiary.directory.store import Store
from ostiary.http.errors import ApiError
from ostiary.model.json_types import JsonObject, is_object
from ostiary.model.signin import MISSING
from ostiary.signin.client_address import client_address
from ostiary.signin.headers import Headers
from ostiary.signin.resource_server import ResourceServer
from ostiary.tokens.read import AccessToken


@dataclass(frozen=True, slots=True)
class Asked:
    """A request before anybody looked at its token; `path` holds the parts of the route."""

    server: ResourceServer
    method: str
    path: Mapping[str, str]
    location: str
    query_text: str
    query: Mapping[str, str]
    headers: Headers
    peer: str | None
    at: datetime
    request_id: str

    @property
    def client_request_id(self) -> str:
        """The id that the client chose, or ours."""
        for name in ("client-request-id", "x-ms-client-request-id"):
            value = guid(self.headers.get(name, ""))
            if value is not None:
                return value
        return self.request_id

    @property
    def correlation_id(self) -> str:
        """What several requests of one undertaking share."""
        chosen = guid(self.headers.get("x-ms-correlation-request-id", ""))
        return chosen or self.client_request_id


@dataclass(frozen=True)
class Call:
    """A call by somebody who is known."""

    asked: Asked
    token: AccessToken
    body: bytes = b""

    @property
    def server(self) -> ResourceServer:
        """The API that is called."""
        return self.asked.server

    @property
    def store(self) -> Store:
        """The tenant's store."""
        return self.server.store

    @property
    def path(self) -> Mapping[str, str]:
        """The parts of the route."""
        return self.asked.path

    @cached_property
    def snapshot(self) -> Snapshot:
        """The tenant as it is at this moment, the same throughout the call."""
        return self.server.snapshots.current()

    @cached_property
    def directory_roles(self) -> frozenset[str]:
        """Template ids of the directory roles that the caller holds now, whatever the token says.

        A role that was taken away counts no longer, although the token still names it.
        """
        return self.snapshot.roles.get(self.token.object_id, frozenset())

    @cached_property
    def sent(self) -> Any:  # JSON
        """The body as JSON, None where there is none. Raises ApiError (400).

        Half a character (a lone surrogate) is no text: it could be neither kept nor given back.
        """
        if not self.body:
            return None
        try:
            found = json.loads(self.body.decode())
            json.dumps(found, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise ApiError(400, "BadRequest", "the body is no JSON document") from error
        return found

    @property
    def document(self) -> JsonObject:
        """The body as a JSON object. Raises ApiError (400)."""
        if not is_object(self.sent):
            raise ApiError(400, "BadRequest", "the body is no JSON object")
        return self.sent

    @property
    def actor(self) -> Actor:
        """The caller, as the audit log names him."""
        claims = self.token.claims
        application = self.token.of_application
        kind = ActorKind.APPLICATION if application else ActorKind.USER
        names = ("app_displayname",) if application else ("upn", "preferred_username", "name")
        name = next((str(claims[each]) for each in names if claims.get(each)), "")
        found = client_address(self.asked.headers, self.asked.peer, self.server.judge.proxies)
        address = "" if found is MISSING else found
        return Actor(kind, self.token.object_id, name, address, self.asked.correlation_id)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call is answered; `body` None: no content, a str: plain text.

    `after` is done when the answer has been sent: the work of a long-running operation.
    """

    status: int = 200
    body: Any = None  # JSON
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    after: Callable[[], None] | None = None


def guid(text: str) -> str | None:
    """Give a text if it is a GUID, None otherwise: nothing else of a client comes back."""
    try:
        return str(UUID(text)) if len(text) == len(str(UUID(int=0))) else None
    except ValueError:
        return None
