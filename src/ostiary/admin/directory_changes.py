"""Changes that pages of the directory send: where Graph refuses, the page says why, in place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias
from urllib.parse import quote

from ostiary.admin.directory_parts import Cell, Error, Note, Part, Row, Table
from ostiary.admin.directory_parts import texts as texts_of
from ostiary.admin.graph_calls import Refused
from ostiary.admin.rendering import texts
from ostiary.admin.usage import uses_of
from ostiary.admin.visit import Answer, GoTo, PageRoute, Visit
from ostiary.conditions.base import Lookup
from ostiary.model.errors import InputError

Show: TypeAlias = Callable[[Visit, Error | None, str], Awaitable[Answer]]
"""Shows the page of an object at one of its tabs, with what was refused."""
Change: TypeAlias = Callable[[Visit], Awaitable[Any]]
"""Changes something; gives an answer of its own, as one with a secret, or None."""


def acting(
    path: str, change: Change, show: Show, notice: str, *, to: str = "", tab: str = ""
) -> PageRoute:
    """Give the route of a change: then `to` is shown, or the object's page (one step up)."""

    async def handle(visit: Visit) -> Answer:
        try:
            answer = await change(visit)
        except (Refused, InputError) as error:
            return await show(visit, error, tab)
        if answer is not None:
            return answer
        own = to or path.split("{id}")[0] + visit.path["id"]
        return GoTo(f"{own}?tab={tab}" if tab else own, notice)

    handle.__doc__ = change.__doc__
    return PageRoute("POST", path, handle)


def chosen(visit: Visit, name: str) -> str:
    """Give the id that the button of a row sent, as an address takes it. Raises InputError."""
    key = visit.form.get(name, "").strip()
    if not key:
        raise InputError("expected which one it is about, came nothing: open the page again")
    return quote(key, safe="")


async def readable(title: str, read: Callable[[], Awaitable[Part]]) -> Part:
    """Give a part of a page; where Graph does not show it to the person, a sentence instead."""
    try:
        return await read()
    except Refused as refused:
        if refused.status != 403:
            raise
        return Note(title, "directory.not_yours")


def policies_part(
    visit: Visit, title: str, lookup: Lookup, *words: str
) -> Callable[[], Awaitable[Part]]:
    """Give what reads the policies that name an object, by its id or a word it belongs to."""

    async def read() -> Part:
        policies = await visit.graph.all("/identity/conditionalAccess/policies")
        rows = [
            Row(
                (
                    Cell(str(each.policy["displayName"]), link=f"/policies/{each.policy['id']}"),
                    Cell(key=f"state.{each.policy['state']}", tone=str(each.policy["state"])),
                    texts_of(", ".join(each.labels)),
                )
            )
            for each in uses_of(policies, lookup, *words)
        ]
        return Table(title, ("used.policy", "column.state", "used.where"), rows, "used.none")

    return read


def word(key: str) -> str:
    """Give a sentence of ours for the place of a text."""
    return texts().plain(key)
