"""The coverage matrix, one cell of it in full, and the report for an auditor."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from starlette.responses import Response

from ostiary.admin.coverage_report import report
from ostiary.admin.host import PREFIX
from ostiary.admin.proofs import ROOT, worked_out
from ostiary.admin.references import known
from ostiary.admin.rendering import admin_headers
from ostiary.admin.visit import Answer, PageRoute, Shown, Visit
from ostiary.analysis.coverage import CIRCUMSTANCES
from ostiary.analysis.coverage_kinds import Kind
from ostiary.conditions.base import Lookup
from ostiary.model.json_types import JsonObject

PATH: Final = "/coverage"
ROWS: Final = ("classes", "groups")
ICONS: Final = {
    "none": "lock_open",
    "other": "document",
    "deviceOrMfa": "laptop",
    "device": "laptop",
    "mfa": "phone",
    "mfaAndDevice": "phone",
    "phishingResistant": "key",
    "phishingResistantAndDevice": "key",
    "more": "key_multiple",
    "block": "prohibited",
    "unknown": "question_circle",
}


async def show_coverage(visit: Visit) -> Answer:
    """Show the matrix, and one cell in full where the address names it."""
    query = _query(visit)
    found = await _matrix(visit, query)
    values: dict[str, Any] = {
        "matrix": found,
        "asked": query,
        "circumstances": tuple(CIRCUMSTANCES),
        "kinds": [each.value for each in Kind],
        "icons": ICONS,
        "row_words": ROWS,
        "address": f"{PREFIX}{PATH}?{urlencode(query)}",
        "cell": await _cell(visit, found) if found else None,
    }
    return Shown("coverage", values, 200 if found else 202)


async def _matrix(visit: Visit, query: dict[str, str]) -> dict[str, Any] | None:
    """Ask for the matrix; None: it is being worked out."""
    return await worked_out(visit, f"{ROOT}/coverage?{urlencode(query)}")


def _query(visit: Visit) -> dict[str, str]:
    """Read what the address asks for; words that nobody knows are passed over."""
    query = visit.query
    facts, rows = query.get("circumstances", ""), query.get("rows", "")
    found = {
        "circumstances": facts if facts in CIRCUMSTANCES else next(iter(CIRCUMSTANCES)),
        "rows": rows if rows in ROWS else ROWS[0],
        "reportOnly": "true" if query.get("reportOnly") == "true" else "",
        "resource": query.get("resource", "").strip(),
    }
    return {name: value for name, value in found.items() if value}


async def _cell(visit: Visit, matrix: JsonObject) -> dict[str, Any] | None:
    """Give the cell that `row` and `column` name, with its policies and some of its people."""
    rows, columns = matrix["rows"], matrix["columns"]
    row, column = (_number(visit.query.get(each, "")) for each in ("row", "column"))
    if row is None or column is None or row >= len(rows) or column >= len(columns):
        return None
    named = {each["id"]: each for each in matrix["policies"]}
    found = rows[row]["cells"][column]
    examples = rows[row].get("examples", ())
    return {
        "row": rows[row],
        "column": columns[column],
        "found": found,
        "policies": [{**named[each["id"]], **each} for each in found["policies"]],
        "elsewhere": [{**named[each["id"]], **each} for each in found["elsewhere"]],
        "examples": await names_of_people(visit, examples),
    }


async def names_of_people(visit: Visit, ids: list[str]) -> list[tuple[str, str]]:
    """Give the ids of some people with their names."""
    user = Lookup.USER.value
    named = await known(visit.graph, ((user, each) for each in ids))
    return [(each, named.name(user, each)) for each in ids]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


async def download_report(visit: Visit) -> Answer:
    """Give the matrix as one HTML file, for an auditor to keep or to print."""
    query = _query(visit)
    found = await _matrix(visit, query)
    if not found:
        return Shown("coverage_waiting", status=202)
    organization = await visit.graph.all("/organization")
    tenant: JsonObject = organization[0] if organization else {}
    text = report(
        found,
        tenant=str(tenant.get("displayName") or tenant.get("id") or ""),
        tenant_id=str(tenant.get("id") or ""),
        made_by=visit.person.user_name or visit.person.name,
        query=query,
    )
    day = str(found["asOf"])[:10]
    # What browsers show of it is bound by the policy that the file itself carries.
    headers = {
        **admin_headers(urlsplit(visit.host.login_url).hostname or ""),
        "Content-Disposition": f'attachment; filename="coverage-{day}.html"',
        "Content-Type": "text/html; charset=utf-8",
    }
    return Response(text, headers=headers)


ROUTES: Final = (
    PageRoute("GET", PATH, show_coverage),
    PageRoute("GET", f"{PATH}/report", download_report),
)
