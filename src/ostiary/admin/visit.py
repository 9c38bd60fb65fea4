"""One request of a person who is signed in, and what a page may answer."""

from __future__ import annotations

import hmac
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from starlette.requests import Request
from starlette.responses import Response

from ostiary.admin.allowed import may
from ostiary.admin.graph_calls import Graph
from ostiary.admin.host import Host
from ostiary.admin.uploads import Uploaded
from ostiary.directory.admin_sessions import AdminSession
from ostiary.secrecy.hashing import keyed_digest
from ostiary.secrecy.secret import Secret

_IN_NO_ID: Final = re.compile(r"[\x00-\x1f\x7f/?#%\\]|^\.{0,2}$")

Sent: TypeAlias = Mapping[str, Sequence[str]]
"""The fields of a form, each with all its values."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is at the page, as the ID token names him."""

    id: str
    name: str
    user_name: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A request; `form` holds the fields of a body, `sent` all their values, `files` its files.

    `roles` are the template ids of the person's directory roles.
    """

    host: Host
    browser: Request
    secret: str
    session: AdminSession
    person: Person
    graph: Graph
    roles: frozenset[str]
    form: Mapping[str, str]
    sent: Sent
    files: Mapping[str, Uploaded]

    def may(self, method: str, path: str) -> bool:
        """Tell whether the person may call this operation of Graph (`allowed.may`)."""
        return may(self.roles, method, path)

    @property
    def is_part(self) -> bool:
        """Whether a script of ours asks for a part of a page."""
        return asks_for_part(self.browser)

    @property
    def path(self) -> Mapping[str, str]:
        """The parts of the route."""
        return {name: str(value) for name, value in self.browser.path_params.items()}

    @property
    def query(self) -> Mapping[str, str]:
        """The query, the first of each name."""
        return dict(reversed(self.browser.query_params.multi_items()))

    @property
    def csrf(self) -> str:
        """What forms have to bring back: only who holds the session's secret can compute it."""
        return csrf_of(self.secret)


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: its template, and what stands in it."""

    template: str
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    status: int = 200


@dataclass(frozen=True, slots=True)
class GoTo:
    """Another page of the admin center, as after each change; `notice` is told there."""

    address: str
    notice: str = ""


Answer: TypeAlias = Shown | GoTo | Response
Handler: TypeAlias = Callable[[Visit], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class PageRoute:
    """One method of one path behind `/admin`.

    `kept`: a form that is sent to it after the session ended waits until its sender has signed in.
    `opens` follows its path in that of a route that shows a form as it was sent, and saves nothing.
    `needs` is the operation of Graph that a page with a form is for: who may not call it is told so
    instead of being shown the form.
    """

    method: str
    path: str
    handler: Handler
    kept: bool = True
    opens: str = ""
    needs: tuple[str, str] | None = None


def has_ids(places: Mapping[str, object]) -> bool:
    """Tell whether what stands in the places of an address can be ids.

    They become parts of addresses of Graph, where a `/`, a `?` or `..` would name something else.
    """
    return not any(_IN_NO_ID.search(str(each)) for name, each in places.items() if name != "rest")


def asks_for_part(browser: Request) -> bool:
    """Tell whether htmx asks, which puts the answer into the page that is open."""
    return browser.headers.get("hx-request") == "true"


def csrf_of(secret: str) -> str:
    """Give the value that forms of a session carry (checklist CS01)."""
    return keyed_digest(Secret(secret.encode()), "admin center")


def is_own_form(browser: Request, form: Mapping[str, str], secret: str, login_url: str) -> bool:
    """Tell whether a form was sent by our own page, with the value that the page was given."""
    site, origin = browser.headers.get("sec-fetch-site"), browser.headers.get("origin", login_url)
    same = site in {"same-origin", "none", None} and origin == login_url
    return same and hmac.compare_digest(form.get("csrf", "").encode(), csrf_of(secret).encode())
