"""A page of a log, the latest first: of what is looked for, and the way to what is older."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from ostiary.admin.visit import Visit
from ostiary.model.errors import InputError

_ON_A_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class LogPage:
    """Rows as Graph gives them; `older` is empty on the last page.

    `short`: not all of the log was looked at for a page that is not full.
    """

    rows: list[dict[str, Any]]
    older: str
    short: str


async def read_page(visit: Visit, path: str, wanted: str, *, select: str = "") -> LogPage:
    """Read a page of a log by `$filter`, behind `after` of the address. Raises Refused."""
    asked = {"top": str(_ON_A_PAGE)}
    if wanted:
        asked["filter"] = wanted
    if select:
        asked["select"] = select
    if after := visit.query.get("after"):
        asked["skiptoken"] = after
    page = await visit.graph.get(path, **asked)
    following = dict(parse_qsl(urlsplit(str(page.get("@odata.nextLink", ""))).query))
    token = following.get("$skiptoken", "")
    older = _behind(visit, token) if token else ""
    rows: list[dict[str, Any]] = page["value"]
    return LogPage(rows, older, older if len(rows) < _ON_A_PAGE else "")


def _behind(visit: Visit, token: str) -> str:
    """Give the same address behind a place; members that stand there twice stay."""
    kept = [
        (name, value)
        for name, value in visit.browser.query_params.multi_items()
        if value and name not in {"after", "notice"}
    ]
    return f"{visit.browser.url.path}?{urlencode([*kept, ('after', token)])}"


def quoted(text: str) -> str:
    """Write a text for `$filter`."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def day_clause(member: str, operator: str, text: str, *, later: int = 0) -> str:
    """Write a bound of a time by its day, so many days later, '' for none. Raises InputError."""
    if not text:
        return ""
    try:
        found = date.fromisoformat(text) + timedelta(days=later)
    except (ValueError, OverflowError):
        raise InputError(
            f"expected a date, came `{text[:40]}`", hint="write it as in 2026-11-22, in UTC"
        ) from None
    return f"{member} {operator} {found.isoformat()}T00:00:00Z"


def is_id(text: str) -> bool:
    """Tell whether a text is the id of an object, not its name."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
