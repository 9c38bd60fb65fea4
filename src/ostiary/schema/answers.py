"""What a request to the policy API is answered: a status, a body, and the state after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ostiary.model.errors import OstiaryError, Problem
from ostiary.schema.state import PolicyStore

_CODES = {
    400: "BadRequest",
    403: "Forbidden",
    404: "ResourceNotFound",
    405: "MethodNotAllowed",
    409: "Conflict",
}


@dataclass(frozen=True, slots=True)
class Response:
    """The answer to one request; `body` None: no content.

    A refused request leaves `state` as it was.
    """

    status: int
    body: Mapping[str, Any] | None
    state: PolicyStore


class Refusal(OstiaryError):
    """A request that is refused with a Graph error; `problems` lists everything wrong with it."""

    code = "refused"

    def __init__(self, status: int, message: str, problems: Sequence[Problem] = ()) -> None:
        """Keep the HTTP status, the sentence of the error and its details."""
        super().__init__(message)
        self.status = status
        self.problems = tuple(problems)


def not_found(what: str, identifier: str) -> Refusal:
    """Refuse a request for an object that is not there."""
    return Refusal(404, f"{what} with id {identifier} does not exist in the directory.")


def error_body(refusal: Refusal, now: datetime, request_id: str) -> dict[str, Any]:
    """Give the JSON of a Graph error; `details` (OData JSON format 4.01, 21.2) is every problem."""
    error: dict[str, Any] = {"code": _CODES[refusal.status], "message": refusal.message}
    if refusal.problems:
        error["details"] = [
            {"code": each.code, "target": each.path, "message": each.message}
            for each in refusal.problems
        ]
    error["innerError"] = {
        "date": f"{now:%Y-%m-%dT%H:%M:%S}",
        "request-id": request_id,
        "client-request-id": request_id,
    }
    return {"error": error}


def timestamp(now: datetime) -> str:
    """Write a time (UTC) as Graph does, with seven digits of the second."""
    return f"{now:%Y-%m-%dT%H:%M:%S.%f}0Z"
