"""`auditLogs/signIns`: the sign-in log, searched and told.

What policies did is shown to who may read policies, as in Graph (api-reference signin-list,
permissions). Comparisons of user, application, error code and time are searched by an index.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from ostiary.directory.sign_ins import Asked, LoggedSignIn
from ostiary.graph.answers import number_in, page, selected
from ostiary.graph.directory_objects import absent
from ostiary.graph.listing import Source, comparisons, latest_first, queried
from ostiary.graph.log_shapes import SIGN_IN
from ostiary.graph.permissions import READ_LOGS, READ_POLICIES
from ostiary.graph.queries import Offers, query_of, unsupported
from ostiary.graph.shapes import listed, told
from ostiary.http.calls import Answer, Call
from ostiary.http.operations import Operations
from ostiary.model.json_types import JsonObject
from ostiary.schema.odata_filter import Comparison, Filter

OPERATIONS: Final = Operations()
PATH: Final = "auditLogs/signIns"
_OFFERS: Final = Offers({"createdDateTime": False})
_LARGEST: Final = 2**31
"""Of numbers that every database can be asked for; no error code is larger."""


@OPERATIONS.add("GET", f"/{PATH}", needs=READ_LOGS, answers=listed(SIGN_IN))
def list_sign_ins(call: Call) -> Answer:
    """List sign-ins, the latest first."""
    query, log = query_of(call, _OFFERS), call.store.sign_ins
    asked = searched(query.filter)
    source = Source[LoggedSignIn](
        lambda place, number: log.find(asked, before=number_in(place), limit=number),
        lambda row: str(row.number),
        lambda row: log.as_graph([row])[0],
    )
    found = queried(call, source, latest_first(query, "createdDateTime"))
    shown = [selected(call, _shown(call, each)) for each in log.as_graph(found.rows)]
    return page(call, shown, PATH, following=found.following)


@OPERATIONS.add("GET", f"/{PATH}/{{id}}", needs=READ_LOGS, answers=told(SIGN_IN))
def get_sign_in(call: Call) -> Answer:
    """Tell one sign-in."""
    log, name = call.store.sign_ins, call.path["id"].casefold()
    found = log.get(name)
    if found is None:
        raise absent(name)
    (shown,) = log.as_graph([found])
    return Answer(body=selected(call, _shown(call, shown)))


def searched(wanted: Filter | None) -> Asked:
    """Narrow the search by what a filter says of indexed columns; the rest is asked of each row.

    Raises ApiError (400) for a time that cannot be read.
    """
    asked = Asked()
    for each in comparisons(wanted):
        path = "/".join(each.path).casefold()
        if path == "createddatetime":
            asked = _since_or_until(asked, each)
        elif each.operator == "eq" and isinstance(each.value, str | int):
            asked = _narrowed(asked, path, each.value)
    return asked


def moment(text: object) -> datetime:
    """Read a time of a filter. Raises ApiError (400)."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise unsupported(f"Invalid filter clause: `{str(text)[:40]}` is no time") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _narrowed(asked: Asked, path: str, value: str | int) -> Asked:
    if path in {"userid", "serviceprincipalid"} and isinstance(value, str):
        return replace(asked, principal_id=value)
    if path == "appid" and isinstance(value, str):
        return replace(asked, app_id=value)
    if path == "status/errorcode" and isinstance(value, int) and abs(value) <= _LARGEST:
        return replace(asked, error_code=value)
    return asked


def _since_or_until(asked: Asked, each: Comparison) -> Asked:
    if each.operator in {"ge", "gt"}:
        return replace(asked, since=moment(each.value))
    if each.operator == "lt":
        return replace(asked, until=moment(each.value))
    return asked


def _shown(call: Call, sign_in: JsonObject) -> dict[str, Any]:
    """Leave out what policies did where the caller may not read policies."""
    if READ_POLICIES.refusal(call) is None:
        return dict(sign_in)
    return {**sign_in, "appliedConditionalAccessPolicies": []}
