"""`auditLogs/directoryAudits`: the audit log in Graph's shape (api-reference directoryaudit)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from ostiary.directory.audit import AuditRow
from ostiary.graph.answers import number_in, page, selected
from ostiary.graph.listing import Source, equals, latest_first, queried
from ostiary.graph.log_shapes import AUDIT
from ostiary.graph.permissions import READ_LOGS
from ostiary.graph.queries import Offers, query_of
from ostiary.graph.shapes import listed
from ostiary.http.calls import Answer, Call
from ostiary.http.operations import Operations
from ostiary.model.json_types import JsonObject, as_object, is_list
from ostiary.schema.odata_filter import And, AnyElement, Comparison, Filter

OPERATIONS: Final = Operations()
PATH: Final = "auditLogs/directoryAudits"
_OFFERS: Final = Offers({"activityDateTime": False, "activityDisplayName": False})
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


@OPERATIONS.add("GET", f"/{PATH}", needs=READ_LOGS, answers=listed(AUDIT))
def list_directory_audits(call: Call) -> Answer:
    """List what was changed, the latest first."""
    query = query_of(call, _OFFERS)
    narrow = equals(query.filter)
    activity = narrow.get("activitydisplayname")
    actor = narrow.get("initiatedby/user/id") or narrow.get("initiatedby/app/serviceprincipalid")
    target, (since, until) = _target_in(query.filter), _times_in(query.filter)
    source = Source[AuditRow](
        lambda place, number: call.store.audit.newest(
            before=number_in(place),
            activity=activity if isinstance(activity, str) else None,
            actor_id=actor if isinstance(actor, str) else None,
            target_id=target,
            since=since,
            until=until,
            limit=number,
        ),
        lambda row: str(row.seq),
        lambda row: directory_audit(row.row),
    )
    found = queried(call, source, latest_first(query, "activityDateTime"))
    shown = [selected(call, directory_audit(each.row)) for each in found.rows]
    return page(call, shown, PATH, following=found.following)


def _target_in(wanted: Filter | None) -> str | None:
    """Give the target that a filter asks for by its id in any case."""
    parts = wanted.parts if isinstance(wanted, And) else (wanted,)
    for each in parts:
        match each:
            case AnyElement(("targetResources",), Comparison(("id",), "eq", str() as value)):
                return value
            case _:
                continue
    return None


def _times_in(wanted: Filter | None) -> tuple[datetime | None, datetime | None]:
    """Give the times between which a filter wants rows, both inclusive; it is asked of each too."""
    since: datetime | None = None
    until: datetime | None = None
    for each in wanted.parts if isinstance(wanted, And) else (wanted,):
        match each:
            case Comparison(("activityDateTime",), operator, str() as value):
                at = _moment(value)
                since = at if operator in {"ge", "gt"} else since
                until = at if operator in {"le", "lt"} else until
            case _:
                continue
    return since, until


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def directory_audit(row: JsonObject) -> dict[str, Any]:
    """Give a row of the audit log as Graph's directoryAudit."""
    target, modified = as_object(row["target"]), row["modified"]
    at = _BEGINNING + timedelta(microseconds=row["at"])
    detail = as_object(row["detail"])
    return {
        "id": row["id"],
        "category": row["category"],
        "correlationId": row["correlationId"] or None,
        "result": "success",
        "resultReason": "",
        "activityDisplayName": row["activity"],
        "activityDateTime": at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "loggedByService": "Core Directory",
        "operationType": str(row["activity"]).partition(" ")[0],
        "initiatedBy": _initiated_by(as_object(row["actor"])),
        "targetResources": [
            {
                "id": target["id"],
                "displayName": target["name"],
                "type": target["kind"],
                "modifiedProperties": [
                    {
                        "displayName": each["name"],
                        "oldValue": _text(each["old"]),
                        "newValue": _text(each["new"]),
                    }
                    for each in (modified if is_list(modified) else ())
                ],
            }
        ],
        "additionalDetails": [
            {"key": key, "value": value if isinstance(value, str) else _text(value)}
            for key, value in detail.items()
        ],
    }


def _initiated_by(actor: JsonObject) -> dict[str, Any]:
    """Name who did it; the host's own user and the system are applications to Graph."""
    if actor["kind"] == "user":
        user = {
            "id": actor["id"],
            "userPrincipalName": actor["name"],
            "ipAddress": actor["address"],
        }
        return {"user": user, "app": None}
    app = {"servicePrincipalId": actor["id"] or None, "displayName": actor["name"]}
    return {"user": None, "app": app}


def _text(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
