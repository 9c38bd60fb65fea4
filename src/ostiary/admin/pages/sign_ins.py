"""The sign-in log: a list, and one sign-in with the reason of every policy."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from ostiary.admin.log_pages import log_page
from ostiary.admin.visit import Answer, PageRoute, Shown, Visit

PATH: Final = "/sign-ins"
_REPORT_ONLY: Final = "reportOnly"


async def show_sign_ins(visit: Visit) -> Answer:
    """List sign-ins, the latest first, of one user where one is named."""
    found = await log_page(visit, "signIns", field="user", member="userPrincipalName")
    values: dict[str, Any] = {
        "sign_ins": found.rows,
        "user": found.sought,
        "older": found.older,
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
