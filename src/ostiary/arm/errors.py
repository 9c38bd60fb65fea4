"""How the management API answers: its error envelope and the headers of every answer.

Source: azure-docs azure-resource-manager/management/request-limits-and-throttling, common errors;
wire contract section 3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from ostiary.directory.errors import NoSuchObject, ObjectChanged, ObjectExists
from ostiary.http.calls import Asked
from ostiary.http.errors import ApiError
from ostiary.http.shapes import OBJECTS, TEXT, Named, Shape, closed, whole
from ostiary.model.errors import InputError, OstiaryError

_WORDS: Mapping[type[OstiaryError], str] = {
    InputError: "InvalidRequestContent",
    NoSuchObject: "ResourceNotFound",
    ObjectExists: "Conflict",
    ObjectChanged: "PreconditionFailed",
}
_VERSION: Final = re.compile(r"(\d{4}-\d\d-\d\d)(-[a-z]{1,20})?", re.ASCII | re.IGNORECASE)
_INNER: Final = {"code": TEXT, "message": TEXT, "details": OBJECTS}
ERROR: Final = Named("ErrorResponse", whole({"error": closed(_INNER, needed=("code", "message"))}))


class ArmDialect:
    """The words of Azure Resource Manager."""

    title = "Azure management API"
    error_shape: Shape = ERROR

    def check(self, asked: Asked) -> None:
        """Refuse a request without `api-version`, or with one that is none."""
        version = asked.query.get("api-version")
        if not version:
            raise ApiError(
                400,
                "MissingApiVersionParameter",
                "The api-version query parameter (?api-version=) is required for all requests.",
            )
        if not _is_version(version):
            raise ApiError(
                400,
                "InvalidApiVersionParameter",
                f"The api-version '{version[:40]}' is invalid: expected a date as in "
                "'2024-11-01', with '-preview' behind it or not.",
            )

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


def _is_version(text: str) -> bool:
    """Tell whether it names a day; which days had a version is not looked at (decision 0025)."""
    found = _VERSION.fullmatch(text)
    try:
        return found is not None and bool(date.fromisoformat(found.group(1)))
    except ValueError:
        return False
