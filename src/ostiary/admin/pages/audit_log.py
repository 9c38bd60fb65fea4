"""The audit log: who changed what and when; searched, as a file, and checked from end to end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ostiary.admin.audit_entries import entry_of, values_of
from ostiary.admin.graph_calls import Refused
from ostiary.admin.host import PREFIX
from ostiary.admin.listing import address
from ostiary.admin.log_export import MOST_ROWS, exported
from ostiary.admin.log_pages import LogPage, day_clause, is_id, quoted, read_page
from ostiary.admin.rendering import texts
from ostiary.admin.visit import Answer, PageRoute, Shown, Visit
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject

PATH: Final = "/audit-log"
_LOG: Final = "/auditLogs/directoryAudits"
FIELDS: Final = ("who", "activity", "target", "category", "result", "since", "until")
RESULTS: Final = ("success", "failure")
_COLUMNS: Final = ("at", "activity", "category", "result", "by", "address", "targets", "changes")


async def show_audit_log(visit: Visit) -> Answer:
    """List the changes, the latest first, as searched."""
    query = visit.query
    kept = {name: query.get(name, "") for name in FIELDS}
    found, wrong = LogPage([], "", ""), ""
    try:
        found = await read_page(visit, _LOG, filter_of(query))
    except (InputError, Refused) as error:
        if isinstance(error, Refused) and error.status != 400:
            raise
        wrong = str(error)
    values: dict[str, Any] = {
        "entries": [entry_of(each) for each in found.rows],
        "older": found.older,
        "short": found.short,
        "form": kept,
        "searched": any(kept.values()),
        "results": RESULTS,
        "wrong": wrong,
        "files": [
            (each, address(f"{PREFIX}{PATH}/export", {**kept, "format": each}))
            for each in ("csv", "json")
        ],
        "most": MOST_ROWS,
    }
    return Shown("audit_log", values, 400 if wrong else 200)


async def export(visit: Visit) -> Answer:
    """Give what is searched for as a file."""
    try:
        wanted = filter_of(visit.query)
    except InputError as error:
        raise Refused(400, "BadRequest", str(error), ()) from error
    asked = {"top": "999", **({"filter": wanted} if wanted else {})}
    columns = [(texts().plain(f"audit.{each}"), values_of(each)) for each in _COLUMNS]
    return await exported(visit, "audit-log", _LOG, asked, columns)


async def verify(visit: Visit) -> Answer:
    """Check the chain of the whole log, and tell in words what came of it."""
    try:
        found: JsonObject | None = await visit.graph.send("POST", f"{_LOG}/verify")
        refused = None
    except Refused as error:
        if error.status == 403:
            raise
        found, refused = None, error
    values = {"found": found, "refused": refused}
    return Shown("audit_verified", values, refused.status if refused else 200)


def filter_of(query: Mapping[str, str]) -> str:
    """Write `$filter` for what was typed and chosen, '' for everything. Raises InputError."""
    typed = {name: query.get(name, "").strip() for name in FIELDS}
    parts = [
        _who(typed["who"]),
        _begins("activityDisplayName", typed["activity"]),
        _target(typed["target"]),
        _begins("category", typed["category"]),
        f"result eq '{typed['result']}'" if typed["result"] in RESULTS else "",
        day_clause("activityDateTime", "ge", typed["since"]),
        day_clause("activityDateTime", "lt", typed["until"], later=1),
    ]
    return " and ".join(each for each in parts if each)


def _begins(member: str, text: str) -> str:
    return f"startswith({member},{quoted(text)})" if text else ""


def _who(text: str) -> str:
    if not text:
        return ""
    if is_id(text):
        same = f"eq {quoted(text.lower())}"
        return f"(initiatedBy/user/id {same} or initiatedBy/app/servicePrincipalId {same})"
    names = ("initiatedBy/user/userPrincipalName", "initiatedBy/app/displayName")
    return f"({' or '.join(_begins(each, text) for each in names)})"


def _target(text: str) -> str:
    if not text:
        return ""
    if is_id(text):
        return f"targetResources/any(t: t/id eq {quoted(text.lower())})"
    return f"targetResources/any(t: startswith(t/displayName,{quoted(text)}))"


ROUTES: Final = (
    PageRoute("GET", PATH, show_audit_log),
    PageRoute("GET", f"{PATH}/export", export),
    PageRoute("POST", f"{PATH}/verify", verify),
)
