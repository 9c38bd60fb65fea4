"""The sign-in log: a list, and one sign-in with the reason of every policy."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

from ostiary.admin.host import PREFIX
from ostiary.admin.listing import address
from ostiary.admin.visit import Answer, PageRoute, Shown, Visit

PATH: Final = "/sign-ins"
_ON_A_PAGE: Final = "50"
_REPORT_ONLY: Final = "reportOnly"


async def show_sign_ins(visit: Visit) -> Answer:
    """List sign-ins, the latest first, of one user where one is named."""
    query = visit.query
    asked = {"top": _ON_A_PAGE}
    user = query.get("user", "").strip()
    if user:
        named = user.replace("'", "''")
        asked["filter"] = f"userPrincipalName eq '{named}'"
    if after := query.get("after"):
        asked["skiptoken"] = after
    page = await visit.graph.get("/auditLogs/signIns", **asked)
    following = parse_qs(urlsplit(str(page.get("@odata.nextLink", ""))).query)
    token = next(iter(following.get("$skiptoken", ())), "")
    values: dict[str, Any] = {
        "sign_ins": page["value"],
        "user": user,
        "older": address(f"{PREFIX}{PATH}", query, after=token) if token else "",
    }
    return Shown("sign_ins", values)


async def show_sign_in(visit: Visit) -> Answer:
    """Show one sign-in."""
    found = await visit.graph.get(f"/auditLogs/signIns/{quote(visit.path['id'])}")
    applied: list[dict[str, Any]] = found.get("appliedConditionalAccessPolicies") or []
    values: dict[str, Any] = {
        "sign_in": found,
        "policies": [each for each in applied if not _is_report_only(each)],
        "report_only": [each for each in applied if _is_report_only(each)],
    }
    return Shown("sign_in", values)


def _is_report_only(applied: dict[str, Any]) -> bool:
    return str(applied.get("result", "")).startswith(_REPORT_ONLY)


ROUTES: Final = (
    PageRoute("GET", PATH, show_sign_ins),
    PageRoute("GET", f"{PATH}/{{id}}", show_sign_in),
)
