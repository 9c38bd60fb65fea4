"""References of OData: objects that a body names by their address.

Source: OData JSON format 4.01, section 8.5 (bind); Graph group-post-members.
"""

from __future__ import annotations

import re
from typing import Final

from ostiary.http.calls import Call
from ostiary.http.errors import ApiError
from ostiary.http.shapes import TEXT, Named, whole
from ostiary.model.json_types import is_list

MEMBERS_BIND: Final = "members@odata.bind"
REFERENCE: Final = Named("reference", whole({"@odata.id": TEXT}))
MOST_BOUND: Final = 20
_OBJECT: Final = re.compile(
    r"/(?:v1\.0|beta)/(?:directoryObjects|users|groups|servicePrincipals|devices)"
    r"(?:/([\w-]{1,100})|\('([\w-]{1,100})'\))/?",
    re.IGNORECASE,
)


def referred(call: Call) -> str:
    """Read the object of a `$ref` request. Raises ApiError (400)."""
    return _object(call, call.document.get("@odata.id"), "@odata.id")


def bound(call: Call, member: str) -> list[str]:
    """Read the objects that a member binds, none where it is absent. Raises ApiError (400)."""
    found = call.document.get(member)
    if found is None:
        return []
    if not is_list(found) or len(found) > MOST_BOUND:
        raise _wrong(member, f"a list of at most {MOST_BOUND} addresses")
    return [_object(call, each, member) for each in found]


def _object(call: Call, address: object, member: str) -> str:
    """Read an object's id from its address, which has to be one of this Graph."""
    own = call.server.urls.graph
    if isinstance(address, str) and address.casefold().startswith(own.casefold()):
        found = _OBJECT.fullmatch(address[len(own) :])
        if found is not None:
            return (found[1] or found[2]).casefold()
    raise _wrong(member, f"an address such as {own}/v1.0/directoryObjects/{{id}}")


def _wrong(member: str, expected: str) -> ApiError:
    return ApiError(400, "Request_BadRequest", f"expected {expected} in `{member}`")
