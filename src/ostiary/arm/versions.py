"""Objects as answers, with their version in `ETag`; `If-Match` and `If-None-Match` of a change.

Source: azure-docs rest/api (conditional requests); RFC 9110 section 13.1.
"""

from __future__ import annotations

from ostiary.directory.documents import Stored
from ostiary.directory.store import Aggregates
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.model.json_types import JsonObject, as_object


def as_answer(found: Stored, status: int = 200) -> Answer:
    """Answer with an object."""
    return Answer(status, dict(found.document), {"ETag": f'"{found.etag}"'})


def kept(call: Call, work: Aggregates, old: Stored | None, document: JsonObject) -> Answer:
    """Keep an object, new (201) or in the place of an old one (200). Raises ApiError (412)."""
    require_version(call, old)
    if old is None:
        return as_answer(work.azure.create(document, by=call.actor), 201)
    return as_answer(work.azure.replace(old.id, document, by=call.actor, expected=old.etag))


def require_version(call: Call, old: Stored | None) -> None:
    """Refuse a change of another version than the caller names. Raises ApiError (412)."""
    wanted = _etags(call, "if-match")
    if wanted and not (old and ("*" in wanted or old.etag in wanted)):
        raise _changed("If-Match")
    unwanted = _etags(call, "if-none-match")
    if old and unwanted and ("*" in unwanted or old.etag in unwanted):
        raise _changed("If-None-Match")


def state_of(found: Stored) -> str:
    """Give the provisioning state of an object."""
    return str(as_object(found.document.get("properties")).get("provisioningState"))


def _etags(call: Call, header: str) -> list[str]:
    text = call.asked.headers.get(header, "")
    return [each.strip().removeprefix("W/").strip('"') for each in text.split(",") if each.strip()]


def _changed(header: str) -> ApiError:
    return ApiError(
        412,
        "PreconditionFailed",
        f"The condition '{header}' is not met: the resource is another version. Read it again.",
    )
