"""Changes that pages of the directory send: where Graph refuses, the page says why, in place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from ostiary.admin.directory_parts import Error, Note, Part
from ostiary.admin.graph_calls import Refused
from ostiary.admin.rendering import texts
from ostiary.admin.visit import Answer, GoTo, PageRoute, Visit
from ostiary.model.errors import InputError

Show: TypeAlias = Callable[[Visit, Error | None], Awaitable[Answer]]
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
            return await show(visit, error)
        if answer is not None:
            return answer
        own = to or path.split("{id}")[0] + visit.path["id"]
        return GoTo(f"{own}?tab={tab}" if tab else own, notice)

    handle.__doc__ = change.__doc__
    return PageRoute("POST", path, handle)


async def readable(title: str, read: Callable[[], Awaitable[Part]]) -> Part:
    """Give a part of a page; where Graph does not show it to the person, a sentence instead."""
    try:
        return await read()
    except Refused as refused:
        if refused.status != 403:
            raise
        return Note(title, "directory.not_yours")


def word(key: str) -> str:
    """Give a sentence of ours for the place of a text."""
    return texts().plain(key)
