"""A page of a log, the latest first: of what is looked for, and the way to what is older."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from ostiary.admin.listing import address
from ostiary.admin.visit import Visit

_ON_A_PAGE: Final = "50"


@dataclass(frozen=True, slots=True)
class LogPage:
    """Rows as Graph gives them; `older` is empty on the last page."""

    rows: list[dict[str, Any]]
    sought: str
    older: str


async def log_page(visit: Visit, log: str, *, field: str, member: str) -> LogPage:
    """Read a page of a log; what stands in `field` of the address, a `member` has to equal."""
    asked, query = {"top": _ON_A_PAGE}, visit.query
    sought = query.get(field, "").strip()
    if sought:
        quoted = sought.replace("'", "''")
        asked["filter"] = f"{member} eq '{quoted}'"
    if after := query.get("after"):
        asked["skiptoken"] = after
    page = await visit.graph.get(f"/auditLogs/{log}", **asked)
    following = parse_qs(urlsplit(str(page.get("@odata.nextLink", ""))).query)
    token = next(iter(following.get("$skiptoken", ())), "")
    older = address(visit.browser.url.path, query, after=token) if token else ""
    return LogPage(page["value"], sought, older)
