"""`auditLogs/signIns`: the sign-in log, searched and told.

What policies did is shown to who may read policies, as in Graph (api-reference signin-list,
permissions). What the columns of the log tell is searched by the database.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from ostiary.directory.sign_in_conditions import conditions_of
from ostiary.directory.sign_ins import Asked, LoggedSignIn, SignIns
from ostiary.graph.answers import number_in, page, selected, token_of, top_of
from ostiary.graph.directory_objects import absent
from ostiary.graph.listing import Found, Source, latest_first, queried
from ostiary.graph.log_shapes import SIGN_IN
from ostiary.graph.permissions import READ_LOGS, READ_POLICIES
from ostiary.graph.queries import Offers, Query, query_of, unsupported
from ostiary.graph.shapes import listed, told
from ostiary.http.calls import Answer, Call
from ostiary.http.operations import Operations
from ostiary.model.json_types import JsonObject
from ostiary.schema.odata_filter import Comparison, Filter, parts_of

OPERATIONS: Final = Operations()
PATH: Final = "auditLogs/signIns"
_OFFERS: Final = Offers({"createdDateTime": False})
_APPLIED: Final = "appliedconditionalaccesspolicies"
_CHUNK: Final = 500
_MOST_SIFTED: Final = 10_000
"""Sign-ins that are looked at one by one for a page."""


@OPERATIONS.add("GET", f"/{PATH}", needs=READ_LOGS, answers=listed(SIGN_IN))
def list_sign_ins(call: Call) -> Answer:
    """List sign-ins, the latest first."""
    query = latest_first(query_of(call, _OFFERS), "createdDateTime")
    for each in parts_of(query.filter):
        _require_time(each)
    found = _searched(call, query)
    log, applied = call.store.sign_ins, _tells_of_policies(call)
    shown = [
        selected(call, _shown(call, each)) for each in log.as_graph(found.rows, applied=applied)
    ]
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


def _searched(call: Call, query: Query) -> Found[LoggedSignIn]:
    """Let the database answer what its columns tell, and ask the rest of each sign-in."""
    conditions, rest = conditions_of(query.filter)
    log, asked, left = (
        call.store.sign_ins,
        Asked(conditions=conditions),
        replace(query, filter=rest),
    )
    applied = _APPLIED in call.asked.query.get("$filter", "").casefold()
    if query.order:
        source = Source[LoggedSignIn](
            lambda place, number: log.find(asked, before=number_in(place), limit=number),
            lambda row: str(row.number),
            lambda row: log.as_graph([row], applied=applied)[0],
        )
        return queried(call, source, left)
    top, before = top_of(call), number_in(token_of(call))
    if not left.narrows:
        part = log.page(asked, before=before, limit=top)
        return Found(part.rows, None if part.further is None else str(part.further))
    return _sifted(log, left, asked, before, top, applied=applied)


def _sifted(
    log: SignIns, query: Query, asked: Asked, before: int | None, top: int, *, applied: bool
) -> Found[LoggedSignIn]:
    rows: list[LoggedSignIn] = []
    looked_at = 0
    while looked_at < _MOST_SIFTED:
        part = log.page(asked, before=before, limit=_CHUNK)
        for row, shown in zip(part.rows, log.as_graph(part.rows, applied=applied), strict=True):
            if query.takes(shown):
                rows.append(row)
            if len(rows) == top:
                return Found(rows, str(row.number))
        looked_at += _CHUNK
        before = part.further
        if before is None:
            return Found(rows, None)
        if len(part.rows) < _CHUNK:  # many rows of the log were looked at for these
            break
    return Found(rows, str(before))


def _tells_of_policies(call: Call) -> bool:
    """Tell whether an answer says what policies did, which is the longest part of it."""
    chosen = call.asked.query.get("$select", "").casefold()
    return not chosen or _APPLIED in chosen or "*" in chosen


def _require_time(part: Filter) -> None:
    """Refuse a comparison with a time that is none. Raises ApiError (400)."""
    if isinstance(part, Comparison) and "/".join(part.path).casefold() == "createddatetime":
        moment(part.value)


def moment(text: object) -> datetime:
    """Read a time of a filter. Raises ApiError (400)."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise unsupported(f"Invalid filter clause: `{str(text)[:40]}` is no time") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _shown(call: Call, sign_in: JsonObject) -> dict[str, Any]:
    """Leave out what policies did where the caller may not read policies."""
    if READ_POLICIES.refusal(call) is None:
        return dict(sign_in)
    return {**sign_in, "appliedConditionalAccessPolicies": []}
