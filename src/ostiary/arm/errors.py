"""How the management API answers: its error envelope and the headers of every answer.

Source: azure-docs azure-resource-manager/management/request-limits-and-throttling, common errors;
wire contract section 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ostiary.directory.errors import NoSuchObject, ObjectChanged, ObjectExists
from ostiary.http.calls import Asked
from ostiary.http.errors import ApiError
from ostiary.model.errors import InputError, OstiaryError

_WORDS: Mapping[type[OstiaryError], str] = {
    InputError: "InvalidRequestContent",
    NoSuchObject: "ResourceNotFound",
    ObjectExists: "Conflict",
    ObjectChanged: "PreconditionFailed",
}


class ArmDialect:
    """The words of Azure Resource Manager."""

    title = "Azure management API"

    def error_body(self, asked: Asked, error: ApiError) -> Mapping[str, Any]:
        """Write `{"error": {"code", "message"}}`."""
        inner: dict[str, Any] = {"code": error.word, "message": error.message}
        if error.details:
            inner["details"] = [dict(each) for each in error.details]
        return {"error": inner}

    def headers(self, asked: Asked) -> Mapping[str, str]:
        """Give the ids of the answer; what is read may be out of date at once."""
        return {
            "x-ms-request-id": asked.request_id,
            "x-ms-correlation-request-id": asked.correlation_id,
            "x-ms-client-request-id": asked.client_request_id,
            "Cache-Control": "no-cache",
        }

    def word(self, error: OstiaryError) -> str:
        """Give the word for an error of the store."""
        found = (word for kind, word in _WORDS.items() if isinstance(error, kind))
        return next(found, "ServiceUnavailable")
