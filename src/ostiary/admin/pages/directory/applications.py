"""App registrations: the list, and the way to a new one (web, in a browser, on devices, daemon)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from ostiary.admin.application_parts import state_of_credentials
from ostiary.admin.changing import send
from ostiary.admin.directory_changes import word
from ostiary.admin.directory_lists import Listing, show_list
from ostiary.admin.directory_parts import (
    Cell,
    Error,
    Facts,
    Field,
    Form,
    ObjectPage,
    Part,
    Row,
    Told,
    shown,
    texts,
)
from ostiary.admin.graph_calls import Refused
from ostiary.admin.visit import Answer, PageRoute, Visit
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject

PATH: Final = "/applications"
NEW: Final = f"{PATH}/new"
_KINDS: Final = {"web": "web", "spa": "spa", "public": "publicClient", "daemon": ""}
"""Kinds, and the platform that the redirect URIs of each belong to."""
_WITH_SECRET: Final = frozenset({"web", "daemon"})


def _listing(now: datetime) -> Listing:
    def row(application: JsonObject) -> Row:
        return Row(
            (
                Cell(str(application.get("displayName")), link=f"{PATH}/{application['id']}"),
                texts(application.get("appId"), code=True),
                Cell(moment=str(application.get("createdDateTime") or "")),
                state_of_credentials(application, now),
            )
        )

    columns = ("apps.name", "apps.client_id", "directory.created", "apps.credentials")
    select = "id,displayName,appId,createdDateTime,passwordCredentials,keyCredentials"
    return Listing(
        "apps.title",
        PATH,
        "/applications",
        columns,
        row,
        select,
        only="publisherDomain ne 'microsoft.com'",  # the service's own, which nobody changes
        small=True,
    )


async def show_applications(visit: Visit) -> Answer:
    """List the applications that are registered here."""
    links = [Cell(key="apps.new", link=NEW)] if visit.may("POST", "/applications") else []
    return await show_list(visit, _listing(visit.host.clock.now()), links)


async def show_new(visit: Visit) -> Answer:
    """Show the form of a new application."""
    return _form(visit)


async def create(visit: Visit) -> Answer:
    """Register an application with its service principal; a secret is shown once."""
    form, kind = visit.form, visit.form.get("kind", "")
    redirects = form.get("redirects", "").split()
    try:
        body = _body(form.get("displayName", "").strip(), kind, redirects)
        made = await send(visit, "POST", "/applications", body)
    except (Refused, InputError) as error:
        return _form(visit, error)
    told, error = await _completed(visit, made, with_secret=kind in _WITH_SECRET)
    tenant = f"{visit.host.login_url}/{visit.host.tenant_id}/v2.0"
    rows = (
        ("apps.client_id", (Cell(str(made["appId"]), code=True),)),
        ("apps.tenant_id", (Cell(visit.host.tenant_id, code=True),)),
        ("apps.issuer", (Cell(tenant, code=True),)),
        ("apps.discovery", (Cell(f"{tenant}/.well-known/openid-configuration", code=True),)),
    )
    own = f"{PATH}/{made['id']}"
    links = (Cell(key="apps.open", link=own),)
    parts: tuple[Part, ...] = (*told, Facts("apps.next", rows))
    page = ObjectPage((PATH, "apps.title"), str(made["displayName"]), own, parts, links=links)
    return shown(visit, page, error)


async def _completed(
    visit: Visit, made: JsonObject, *, with_secret: bool
) -> tuple[tuple[Part, ...], Error | None]:
    """Make the service principal, and a secret; what is refused leaves the application as it is."""
    try:
        await visit.graph.send("POST", "/servicePrincipals", {"appId": made["appId"]})
        if not with_secret:
            return (), None
        body = {"passwordCredential": {"displayName": word("apps.first_secret")}}
        path = f"/applications/{made['id']}/addPassword"
        secret = await visit.graph.send("POST", path, body)
    except Refused as refused:
        return (), refused
    return (Told("apps.secret", str(secret["secretText"])),), None


def _body(name: str, kind: str, redirects: list[str]) -> dict[str, Any]:
    if kind not in _KINDS:
        raise InputError(f"expected a kind of application, came `{kind[:20]}`")
    if kind == "daemon" and redirects:
        raise InputError("a daemon signs nobody in: it has no redirect URI")
    if kind in {"web", "spa"} and not redirects:
        raise InputError("expected one redirect URI at least: it is where people come back to")
    body: dict[str, Any] = {"displayName": name, "isFallbackPublicClient": kind == "public"}
    if redirects:
        body[_KINDS[kind]] = {"redirectUris": redirects}
    return body


def _form(visit: Visit, error: Error | None = None) -> Answer:
    kinds = tuple((each, word(f"apps.kind.{each}")) for each in _KINDS)
    form = Form(
        NEW,
        "apps.register",
        "apps.new_lead",
        (
            Field("displayName", "apps.name", needed=True),
            Field("kind", "apps.kind_label", "web", "choice", options=kinds),
            Field("redirects", "apps.redirects", "", "area", "apps.redirects_hint"),
        ),
        opened=True,
    )
    page = ObjectPage((PATH, "apps.title"), word("apps.new"), NEW, (form,))
    return shown(visit, page, error)


ROUTES: Final = (
    PageRoute("GET", PATH, show_applications),
    PageRoute("GET", NEW, show_new, needs=("POST", "/applications")),
    PageRoute("POST", NEW, create),
)
