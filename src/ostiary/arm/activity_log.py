"""The activity log: what was changed in a subscription, by whom, from the audit log.

Source: azure-docs azure-monitor/essentials/activity-log-schema; rest/api/monitor/activity-logs/list
(which filters there are). What was refused changed nothing and is not in it; a deployment that
failed is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from ostiary.arm import shapes
from ostiary.arm.answers import told
from ostiary.arm.listing import bad_filter, filter_of, next_link, token_of
from ostiary.arm.roles import Action
from ostiary.arm.subscriptions import subscription_of
from ostiary.directory.audit import AuditRow
from ostiary.http.calls import Answer, Call
from ostiary.http.operations import Operations
from ostiary.model.json_types import JsonObject, as_object
from ostiary.schema.odata_filter import And, Comparison, Filter

OPERATIONS: Final = Operations()
_PATH: Final = "/subscriptions/{subscription}/providers/Microsoft.Insights/eventtypes/management"
_NEEDS: Final = Action("Microsoft.Insights/eventtypes/values/Read")
_WORDS: Final = frozenset(
    {
        "eventtimestamp",
        "resourcegroupname",
        "resourceuri",
        "resourceid",
        "resourceprovider",
        "correlationid",
        "caller",
        "status",
        "eventchannels",
        "operations",
    }
)
_KEPT_FOR: Final = timedelta(days=90)
_ON_A_PAGE: Final = 200
_MOST_READ: Final = 20_000


@OPERATIONS.add("GET", f"{_PATH}/values", needs=_NEEDS, answers=shapes.listed(shapes.EVENT))
def list_events(call: Call) -> Answer:
    """List events, the latest first: a `$filter` has to tell from when on."""
    subscription = subscription_of(call).id
    asked = _asked(call, filter_of(call, _WORDS))
    selected = _selected(call)
    within = _within(subscription, asked)
    place = _number(token_of(call))
    shown: list[dict[str, Any]] = []
    looked_at = 0
    while looked_at < _MOST_READ:
        rows = call.store.audit.newest(
            before=place,
            within=within,
            since=asked.get("ge"),
            until=asked.get("le"),
            limit=_ON_A_PAGE,
        )
        for row in rows:
            place = row.seq
            event = _event(row)
            if event is not None and _fits(event, asked):
                shown.append({name: event[name] for name in event if selected(name)})
            if len(shown) == _ON_A_PAGE:
                return Answer(body={"value": shown, "nextLink": next_link(call, str(place))})
        looked_at += len(rows)
        if len(rows) < _ON_A_PAGE:
            return Answer(body={"value": shown})
    return Answer(body={"value": shown, "nextLink": next_link(call, str(place))})


def _asked(call: Call, wanted: Filter | None) -> dict[str, Any]:
    """Read the comparisons, which all must hold. Raises ApiError (400) for others."""
    text = call.asked.query.get("$filter", "")
    parts = wanted.parts if isinstance(wanted, And) else (wanted,)
    found: dict[str, Any] = {}
    for each in parts:
        if not isinstance(each, Comparison):
            raise bad_filter(text, "it has to be comparisons joined by 'and'")
        name, value = each.path[0].casefold(), each.value
        if name == "eventtimestamp" and each.operator in {"ge", "le"}:
            found[each.operator] = _moment(text, value)
        elif name != "eventtimestamp" and each.operator == "eq" and isinstance(value, str):
            found[name] = value
        else:
            raise bad_filter(text, "it compares eventTimestamp by ge and le, anything else by eq")
    if "ge" not in found:
        raise bad_filter(text, "it has to tell the beginning: eventTimestamp ge '…'")
    if found["ge"] < call.asked.at - _KEPT_FOR:
        raise bad_filter(text, f"events are kept for {_KEPT_FOR.days} days")
    return found


def _moment(text: str, value: object) -> datetime:
    try:
        found = datetime.fromisoformat(str(value).upper())
    except ValueError as error:
        raise bad_filter(text, f"'{str(value)[:40]}' is no time") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _within(subscription: str, asked: JsonObject) -> str:
    """Give where the events are: by that the search is narrowed."""
    uri = asked.get("resourceuri", asked.get("resourceid"))
    if uri is not None:
        folded = f"/{uri.strip('/')}".casefold()
        return folded if f"{folded}/".startswith(f"{subscription}/") else f"{subscription}/-"
    group = asked.get("resourcegroupname")
    return subscription if group is None else f"{subscription}/resourcegroups/{group}".casefold()


def _fits(event: JsonObject, asked: JsonObject) -> bool:
    values = {
        "resourceprovider": as_object(event["resourceProviderName"]).get("value"),
        "correlationid": event["correlationId"],
        "caller": event["caller"],
        "status": as_object(event["status"]).get("value"),
        "operations": as_object(event["operationName"]).get("value"),
    }
    return all(
        str(values[name]).casefold() == str(asked[name]).casefold()
        for name in values
        if name in asked
    )


def _event(row: AuditRow) -> dict[str, Any] | None:
    """Write a row of the audit log as an event, None for what is none."""
    kept = row.row
    detail = as_object(kept.get("detail"))
    operation, resource = detail.get("operation"), detail.get("resourceId")
    if not isinstance(operation, str) or not isinstance(resource, str):
        return None
    parts = resource.split("/")
    in_group = len(parts) > 4 and parts[3].casefold() == "resourcegroups"
    actor = as_object(kept.get("actor"))
    at, event_id = told(row.at), str(kept["id"])
    status = str(detail.get("status") or "Succeeded")
    return {
        "authorization": {"action": operation, "scope": resource},
        "caller": actor.get("name") or actor.get("id"),
        "channels": "Operation",
        "claims": {"http://schemas.microsoft.com/identity/claims/objectidentifier": actor["id"]},
        "correlationId": kept.get("correlationId"),
        "description": "",
        "eventDataId": event_id,
        "eventName": _word("EndRequest", "End request"),
        "category": _word("Administrative"),
        "eventTimestamp": at,
        "httpRequest": {"clientIpAddress": actor.get("address")},
        "id": f"{resource}/events/{event_id}/ticks/{int(row.at.timestamp() * 10**7)}",
        "level": "Informational" if status == "Succeeded" else "Error",
        "operationId": kept.get("correlationId"),
        "operationName": _word(operation),
        "resourceGroupName": parts[4] if in_group else "",
        "resourceProviderName": _word(operation.partition("/")[0]),
        "resourceType": _word(operation.rpartition("/")[0]),
        "resourceId": resource,
        "status": _word(status),
        "subStatus": _word(""),
        "submissionTimestamp": at,
        "subscriptionId": parts[2],
        "properties": {"entity": resource, **as_object(detail.get("properties"))},
    }


def _word(value: str, written: str | None = None) -> dict[str, str]:
    return {"value": value, "localizedValue": written or value}


def _selected(call: Call) -> Callable[[str], bool]:
    text = call.asked.query.get("$select", "")
    names = {each.strip().casefold() for each in text.split(",") if each.strip()}
    return lambda name: not names or name.casefold() in names


def _number(place: str | None) -> int | None:
    return int(place) if place and place.isascii() and place.isdigit() and len(place) < 19 else None
