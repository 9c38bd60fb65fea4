"""How Graph answers: its error envelope, and the headers of every answer.

Source: Graph concepts/errors; wire contract section 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ostiary.administration.guard import LockedOut
from ostiary.administration.people import LastAdministrator
from ostiary.directory.errors import NoSuchObject, ObjectChanged, ObjectExists
from ostiary.http.calls import Asked
from ostiary.http.errors import ApiError
from ostiary.http.shapes import TEXT, Named, Shape, closed, list_of, opened, whole
from ostiary.model.errors import InputError, OstiaryError

_WORDS: Mapping[type[OstiaryError], str] = {
    InputError: "BadRequest",
    NoSuchObject: "Request_ResourceNotFound",
    ObjectExists: "Request_MultipleObjectsWithSameKeyValue",
    ObjectChanged: "PreconditionFailed",
    LastAdministrator: "Request_BadRequest",
    LockedOut: "Conflict",
}
_DETAIL: Final = Named(
    "errorDetail",
    # Of an account that the lockout guard found locked out there is more (ours).
    opened({"code": TEXT, "target": TEXT, "message": TEXT}, needed=("code", "message")),
)
_INNER: Final = whole({"date": TEXT, "request-id": TEXT, "client-request-id": TEXT})
ERROR: Final = Named(
    "error",
    whole(
        {
            "error": closed(
                {
                    "code": TEXT,
                    "message": TEXT,
                    "details": list_of(_DETAIL),
                    "innerError": _INNER,
                },
                needed=("code", "message", "innerError"),
            )
        }
    ),
)


class GraphDialect:
    """The words of Microsoft Graph."""

    title = "Microsoft Graph"
    error_shape: Shape = ERROR

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
