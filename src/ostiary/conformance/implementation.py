"""What an engine has to offer to be held to the suite: three pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ostiary.model.errors import OstiaryError
from ostiary.model.json_types import JsonObject


class NotSupported(OstiaryError):
    """The engine does not offer what a case is about.

    Raise it for cases with `"ostiary": true`, which are skipped then; any other case fails.
    """

    code = "notSupported"


@dataclass(frozen=True, slots=True)
class Call:
    """One call to the policy API; `path` is below `/v1.0` or `/beta`."""

    method: str
    path: str
    body: Any = None
    headers: JsonObject = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Answer:
    """What the policy API answers; `body` None: no content."""

    status: int
    body: Any = None


class Implementation(Protocol):
    """An engine. Every document it gets is its own: it may change them, nobody looks again.

    Whatever it raises fails the case at hand, and the message stands in the report.
    """

    def decide(self, tenant: JsonObject, sign_in: JsonObject) -> JsonObject:
        """Decide a sign-in: a What If body with `facts` beside it.

        `tenant` is the whole tenant document, `conditionalAccessPolicies` included. The answer
        has the member names of `expect`.
        """
        ...

    def what_if(self, tenant: JsonObject, request: JsonObject) -> JsonObject:
        """Evaluate a What If body; answer `{"policies": [...]}`, or Graph's `{"value": [...]}`."""
        ...

    def call(
        self, fixtures: JsonObject, given: JsonObject, calls: Sequence[Call]
    ) -> Sequence[Answer]:
        """Make a policy API whose state is `given` over `fixtures`, and call it, in order."""
        ...
