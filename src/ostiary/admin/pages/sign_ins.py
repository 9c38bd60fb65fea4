"""The sign-in logs: searched, with columns of choice, as a file, and one with all its tabs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from ostiary.admin.graph_calls import Refused
from ostiary.admin.host import PREFIX
from ostiary.admin.listing import address
from ostiary.admin.log_export import MOST_ROWS, exported
from ostiary.admin.log_pages import LogPage, read_page
from ostiary.admin.logged_policies import verdicts_of
from ostiary.admin.rendering import texts
from ostiary.admin.sign_in_search import (
    COLUMNS,
    FIELDS,
    KINDS,
    RESULTS,
    columns_of,
    filter_of,
    members_of,
)
from ostiary.admin.visit import Answer, PageRoute, Shown, Visit
from ostiary.model.errors import InputError

PATH: Final = "/sign-ins"
_LOG: Final = "/auditLogs/signIns"
_EVERY: Final = ",".join(dict.fromkeys(each for column in COLUMNS for each in column.members))


async def show_sign_ins(visit: Visit) -> Answer:
    """List sign-ins, the latest first, as searched."""
    query, chosen = visit.query, visit.browser.query_params.getlist("column")
    columns = columns_of(chosen)
    kept = {name: query.get(name, "") for name in ("kind", *FIELDS)}
    found, wrong = LogPage([], "", ""), ""
    try:
        wanted = await filter_of(visit.graph, query)
        found = await read_page(visit, _LOG, wanted, select=members_of(columns))
    except (InputError, Refused) as error:
        if isinstance(error, Refused) and error.status != 400:
            raise
        wrong = str(error)
    values: dict[str, Any] = {
        "sign_ins": found.rows,
        "older": found.older,
        "short": found.short,
        "latest": address(f"{PREFIX}{PATH}", {**query, "after": ""}) if "after" in query else "",
        "columns": columns,
        "every": COLUMNS,
        "form": kept,
        "searched": any(kept[name] for name in FIELDS),
        "kinds": [(each, _of_kind(query, each)) for each in ("", *KINDS)],
        "results": RESULTS,
        "wrong": wrong,
        "files": [
            (each, address(f"{PREFIX}{PATH}/export", {**kept, "format": each}))
            for each in ("csv", "json")
        ],
        "most": MOST_ROWS,
    }
    return Shown("sign_ins", values, 400 if wrong else 200)


def _of_kind(query: Mapping[str, str], kind: str) -> str:
    """Give the address of the same search among sign-ins of one kind."""
    return address(f"{PREFIX}{PATH}", query, kind=kind, after="")


async def export(visit: Visit) -> Answer:
    """Give what is searched for as a file."""
    try:
        wanted = await filter_of(visit.graph, visit.query)
    except InputError as error:
        raise Refused(400, "BadRequest", str(error), ()) from error
    asked = {"top": "999", **({"filter": wanted} if wanted else {})}
    if visit.query.get("format") != "json":
        asked["select"] = _EVERY
    columns = [(texts().plain(f"log.{each.name}"), each.value) for each in COLUMNS]
    return await exported(visit, "sign-ins", _LOG, asked, columns)


async def show_sign_in(visit: Visit) -> Answer:
    """Show one sign-in, with the part that each policy played."""
    found = await visit.graph.get(f"{_LOG}/{quote(visit.path['id'])}")
    applied: list[dict[str, Any]] = found.get("appliedConditionalAccessPolicies") or []
    enforced, report_only = verdicts_of(applied)
    values = {"sign_in": found, "enforced": enforced, "report_only": report_only}
    return Shown("sign_in", values)


ROUTES: Final = (
    PageRoute("GET", PATH, show_sign_ins),
    PageRoute("GET", f"{PATH}/export", export),
    PageRoute("GET", f"{PATH}/{{id}}", show_sign_in),
)
