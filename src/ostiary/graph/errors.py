"""How Graph answers: its error envelope, and the headers of every answer.

Source: Graph concepts/errors; wire contract section 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ostiary.administration.guard import LockedOut
from ostiary.administration.people import LastAdministrator
from ostiary.directory.errors import NoSuchObject, ObjectChanged, ObjectExists
from ostiary.http.calls import Asked
from ostiary.http.errors import ApiError
from ostiary.model.errors import InputError, OstiaryError

_WORDS: Mapping[type[OstiaryError], str] = {
    InputError: "BadRequest",
    NoSuchObject: "Request_ResourceNotFound",
    ObjectExists: "Request_MultipleObjectsWithSameKeyValue",
    ObjectChanged: "PreconditionFailed",
    LastAdministrator: "Request_BadRequest",
    LockedOut: "Conflict",
}


class GraphDialect:
    """The words of Microsoft Graph."""

    title = "Microsoft Graph"

    def check(self, asked: Asked) -> None:
        """Refuse nothing: no request needs more than its token."""

    def error_body(self, asked: Asked, error: ApiError) -> Mapping[str, Any]:
        """Write `{"error": {"code", "message", "innerError"}}`."""
        inner: dict[str, Any] = {"code": error.word, "message": error.message}
        if error.details:
            inner["details"] = [dict(each) for each in error.details]
        inner["innerError"] = {
            "date": f"{asked.at:%Y-%m-%dT%H:%M:%S}",
            "request-id": asked.request_id,
            "client-request-id": asked.client_request_id,
        }
        return {"error": inner}

    def headers(self, asked: Asked) -> Mapping[str, str]:
        """Give the ids of the answer."""
        return {
            "request-id": asked.request_id,
            "client-request-id": asked.client_request_id,
            "Cache-Control": "no-cache",
            "OData-Version": "4.0",
        }

    def word(self, error: OstiaryError) -> str:
        """Give the word for an error of the store."""
        found = (word for kind, word in _WORDS.items() if isinstance(error, kind))
        return next(found, "ServiceUnavailable")
