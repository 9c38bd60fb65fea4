"""A log as a file: streamed page by page, bounded, and safe to open in a spreadsheet.

A cell that begins as a formula does gets an apostrophe before it (OWASP *CSV Injection*; checklist
CS06).
"""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from io import StringIO
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from starlette.responses import Response, StreamingResponse

from ostiary.admin.graph_calls import Graph, Refused
from ostiary.admin.rendering import admin_headers, texts
from ostiary.admin.tokens import SignInAgain
from ostiary.admin.visit import Visit

MOST_ROWS: Final = 100_000
"""Rows in a file; the Microsoft Entra admin center downloads as many."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_KINDS: Final = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
Page = tuple[list[dict[str, Any]], bool]


def format_of(visit: Visit) -> str:
    """Give the format that an address asks for; anything but `json` is CSV."""
    return "json" if visit.query.get("format") == "json" else "csv"


async def exported(
    visit: Visit,
    name: str,
    path: str,
    asked: Mapping[str, str],
    columns: Sequence[tuple[str, Callable[[dict[str, Any]], object]]],
) -> Response:
    """Answer a file of all rows of a list of Graph, at most `MOST_ROWS`. Raises Refused.

    `columns` are those of CSV with their headings; JSON has the rows as Graph gives them. What goes
    wrong after the first page is told at the end of the file.
    """
    kind, pages = format_of(visit), _pages(visit.graph, path, asked)
    first = await anext(pages)
    lines = _csv(columns, first, pages) if kind == "csv" else _json(first, pages)
    headers = {
        **admin_headers(urlsplit(visit.host.login_url).hostname or ""),
        "Content-Disposition": f'attachment; filename="{name}.{kind}"',
    }
    return StreamingResponse(lines, headers=headers, media_type=_KINDS[kind])


def cell(value: object) -> str:
    """Write a value so that no spreadsheet takes it for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


async def _pages(graph: Graph, path: str, asked: Mapping[str, str]) -> AsyncIterator[Page]:
    """Give the pages of a list, and of each whether there is more behind what may be exported."""
    token, rows = "", 0
    while True:
        more = {"skiptoken": token} if token else {}
        page = await graph.get(path, **asked, **more)
        following = parse_qs(urlsplit(str(page.get("@odata.nextLink", ""))).query)
        token = next(iter(following.get("$skiptoken", ())), "")
        found: list[dict[str, Any]] = page["value"]
        kept = found[: MOST_ROWS - rows]
        rows += len(kept)
        cut = rows == MOST_ROWS and (bool(token) or len(kept) < len(found))
        yield kept, cut
        if not token or rows == MOST_ROWS:
            return


async def _rest(
    first: Page, pages: AsyncIterator[Page]
) -> AsyncIterator[tuple[list[dict[str, Any]], str]]:
    """Give all pages, and at the end what is to be said of them."""
    said = "" if not first[1] else texts().plain("log.cut", number=MOST_ROWS)
    yield first[0], said
    try:
        async for rows, cut in pages:
            yield rows, texts().plain("log.cut", number=MOST_ROWS) if cut else ""
    except (Refused, SignInAgain) as error:
        yield [], texts().plain("log.broke_off", why=str(error))


async def _csv(
    columns: Sequence[tuple[str, Callable[[dict[str, Any]], object]]],
    first: Page,
    pages: AsyncIterator[Page],
) -> AsyncIterator[str]:
    yield "\ufeff" + _line([heading for heading, _ in columns])  # spreadsheets know UTF-8 by it
    async for rows, said in _rest(first, pages):
        yield "".join(_line([cell(value(each)) for _, value in columns]) for each in rows)
        if said:
            yield _line([said])


def _line(cells: Sequence[str]) -> str:
    out = StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow(cells)
    return out.getvalue()


async def _json(first: Page, pages: AsyncIterator[Page]) -> AsyncIterator[str]:
    yield '{"value": ['
    between, told = "\n", ""
    async for rows, said in _rest(first, pages):
        for each in rows:
            yield between + json.dumps(each, ensure_ascii=False)
            between = ",\n"
        told = said or told
    yield f'\n], "@ostiary.note": {json.dumps(told, ensure_ascii=False)}}}\n'
