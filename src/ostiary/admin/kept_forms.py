"""A form that somebody sent without being signed in any more, or without enough of a sign-in.

It is sealed for him, goes through the sign-in with him, and waits in his new session for him to
send it again. What another page, or another person, sent is not kept.
"""

from __future__ import annotations

from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from ostiary.admin.host import PREFIX, Host
from ostiary.admin.uploads import Received, received
from ostiary.admin.visit import PageRoute, is_own_form
from ostiary.directory.admin_sessions import AdminSession
from ostiary.model.json_types import JsonObject

PATH: Final = "/kept-form"
FIELD: Final = "kept"
"""Marks a form that is sent again: once it is answered, it is kept no longer."""
LONGEST: Final = 64 * 1024
"""Characters of names and values: a session is opened at every request, and holds it."""
_MEMBER: Final = "form"
_NOT_KEPT: Final = frozenset({"csrf", FIELD})


async def sealed(
    host: Host, browser: Request, page: PageRoute, form: Received | None, secret: str
) -> str:
    """Seal a form for whoever sent it; empty where it is not to be kept.

    `form` is None where nobody read it yet. `secret` is that of the session, over or not, whose
    page it was: only whoever had the page has the value in it that belongs to the secret. Files are
    not kept, nor what comes with them.
    """
    if browser.method == "GET" or not page.kept or not secret:
        return ""
    owner = await run_in_threadpool(host.store.admin_sessions.owner, secret)
    if owner is None:
        return ""
    form = form or await received(browser)
    if form is None or form.files:
        return ""
    first = {name: values[0] for name, values in form.fields.items()}
    fields = {name: each for name, each in form.fields.items() if name not in _NOT_KEPT}
    length = sum(len(name) + sum(map(len, each)) for name, each in fields.items())
    if length > LONGEST or not is_own_form(browser, first, secret, host.login_url):
        return ""
    query = f"?{browser.url.query}" if browser.url.query else ""
    document = {
        "action": f"{browser.url.path}{query}",
        "opens": f"{browser.url.path}{page.opens}" if page.opens else "",
        "fields": [[name, value] for name, values in fields.items() for value in values],
    }
    return await run_in_threadpool(host.store.admin_sessions.sealed_form, owner, document)


async def brought(host: Host, user_id: str, begun: JsonObject) -> dict[str, Any]:
    """Give what of a form goes from a sign-in into the session; nothing where it is another's."""
    text, page = begun.get(_MEMBER), begun.get("page")
    if not text:
        return {}
    found = await run_in_threadpool(host.store.admin_sessions.opened_form, user_id, str(text))
    return {_MEMBER: {**found, "page": page}} if found else {}


def taken_along(text: str) -> dict[str, str]:
    """Give what of a form goes into a sign-in."""
    return {_MEMBER: text} if text else {}


def kept_in(session: AdminSession) -> JsonObject | None:
    """Give the form that waits in a session: action, fields, and the page where it stood."""
    return session.document.get(_MEMBER)


def where_it_waits(document: JsonObject) -> str | None:
    """Give the page to open after a sign-in that brought a form."""
    return f"{PREFIX}{PATH}" if _MEMBER in document else None


async def forget(host: Host, secret: str) -> None:
    """Keep the form of a session no longer."""
    sessions = host.store.admin_sessions
    session = await run_in_threadpool(sessions.of, secret)
    if session is None or _MEMBER not in session.document:
        return
    rest = {name: value for name, value in session.document.items() if name != _MEMBER}
    await run_in_threadpool(sessions.keep, session, rest)
