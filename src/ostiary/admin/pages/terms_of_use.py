"""Terms of use: made of a document for each language, asked for by policies, accepted by people."""

from __future__ import annotations

from base64 import b64decode
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

from starlette.responses import Response

from ostiary.admin.changing import refusal, send, status_of
from ostiary.admin.graph_calls import Refused
from ostiary.admin.listing import address
from ostiary.admin.pages.named_locations import POLICIES
from ostiary.admin.terms_form import EMPTY, days_of, file_sent, members_sent
from ostiary.admin.visit import Answer, GoTo, PageRoute, Shown, Visit
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_object, as_strings
from ostiary.pages.headers import file_headers

PATH: Final = "/terms-of-use"
AGREEMENTS: Final = "/identityGovernance/termsOfUse/agreements"
_NEW: Final = f"{PATH}/new"
_ONE: Final = f"{PATH}/{{id}}"
_FILE: Final = "id,displayName,fileName,language,isDefault,createdDateTime"
_ON_A_PAGE: Final = "50"


async def show_agreements(visit: Visit) -> Answer:
    """List the terms of use."""
    policies = await visit.graph.all(POLICIES, select="id,grantControls")
    rows = [
        {**each, "used": len(_using(policies, str(each["id"]))), "days": days_of(each)}
        for each in await visit.graph.all(AGREEMENTS)
    ]
    rows.sort(key=lambda each: str(each.get("displayName")).casefold())
    return Shown("terms_of_use", {"agreements": rows})


async def show_new(visit: Visit) -> Answer:
    """Show an empty form."""
    return await _shown(visit, EMPTY)


async def create(visit: Visit) -> Answer:
    """Make the terms that were sent, with their first document."""
    members = members_sent(visit)
    try:
        made = await send(
            visit, "POST", AGREEMENTS, {**members, "files": [file_sent(visit, first=True)]}
        )
    except (Refused, InputError) as error:
        return await _shown(visit, members, error)
    return GoTo(f"{PATH}/{made['id']}", "terms_created")


async def show_agreement(visit: Visit) -> Answer:
    """Show terms, their documents, the policies that ask for them, and who accepted."""
    return await _shown(visit, await _agreement(visit))


async def save(visit: Visit) -> Answer:
    """Change what is asked with the terms."""
    before, members = await _agreement(visit), members_sent(visit)
    try:
        await send(visit, "PATCH", _at(visit), members)
    except Refused as refused:
        etag = visit.form.get("etag", "")
        return await _shown(visit, {**before, **members, "@odata.etag": etag}, refused)
    return GoTo(f"{PATH}/{before['id']}", "terms_changed")


async def add_file(visit: Visit) -> Answer:
    """Add the document of a language, in the place of the one that is there."""
    try:
        await send(visit, "POST", f"{_at(visit)}/file/localizations", file_sent(visit, first=False))
    except (Refused, InputError) as error:
        return await _shown(visit, await _agreement(visit), error)
    return GoTo(f"{PATH}/{visit.path['id']}", "terms_changed")


async def delete(visit: Visit) -> Answer:
    """Remove terms that no policy asks for, and what was accepted of them."""
    agreement = await _agreement(visit)
    try:
        await send(visit, "DELETE", _at(visit))
    except Refused as refused:
        return await _shown(visit, agreement, refused)
    return GoTo(PATH, "terms_deleted")


async def download(visit: Visit) -> Answer:
    """Give a document, to be saved and never to be run."""
    for each in await visit.graph.all(f"{_at(visit)}/files"):
        if each["id"] == visit.path["file"]:
            data = str(as_object(each.get("fileData")).get("data") or "")
            headers = file_headers(str(each.get("fileName") or "terms"))
            return Response(b64decode(data), headers=headers, media_type="application/octet-stream")
    return Shown("not_found", status=404)


async def _agreement(visit: Visit) -> dict[str, Any]:
    return await visit.graph.get(_at(visit))


def _at(visit: Visit) -> str:
    return f"{AGREEMENTS}/{quote(visit.path['id'], safe='')}"


def _using(policies: list[dict[str, Any]], agreement: str) -> list[dict[str, Any]]:
    folded = agreement.casefold()
    return [
        each
        for each in policies
        for asked in as_strings(as_object(each.get("grantControls")).get("termsOfUse"))
        if asked.casefold() == folded
    ]


async def _shown(
    visit: Visit, agreement: JsonObject, error: Refused | InputError | None = None
) -> Answer:
    identifier = agreement.get("id")
    values: dict[str, Any] = {
        "agreement": agreement,
        "days": days_of(agreement),
        "files": [],
        "policies": [],
        "acceptances": [],
        "older": "",
        "typed": {name: visit.form.get(name, "") for name in ("title", "language")},
        **refusal(error),
    }
    if identifier:
        values["files"] = await visit.graph.all(f"{_at(visit)}/files", select=_FILE)
        values["policies"] = _using(await visit.graph.all(POLICIES), str(identifier))
        values |= await _accepted(visit)
    return Shown("agreement", values, status_of(error))


async def _accepted(visit: Visit) -> dict[str, Any]:
    """Give a page of who accepted, the latest first, and the way to what is older."""
    query = visit.query
    after = {"skiptoken": query["after"]} if query.get("after") else {}
    page = await visit.graph.get(f"{_at(visit)}/acceptances", top=_ON_A_PAGE, **after)
    following = parse_qs(urlsplit(str(page.get("@odata.nextLink", ""))).query)
    token = next(iter(following.get("$skiptoken", ())), "")
    older = address(visit.browser.url.path, query, after=token) if token else ""
    return {"acceptances": page["value"], "older": older}


ROUTES: Final = (
    PageRoute("GET", PATH, show_agreements),
    PageRoute("GET", _NEW, show_new, needs=("POST", AGREEMENTS)),
    PageRoute("POST", _NEW, create),
    PageRoute("GET", _ONE, show_agreement),
    PageRoute("POST", _ONE, save),
    PageRoute("POST", f"{_ONE}/files", add_file),
    PageRoute("GET", f"{_ONE}/files/{{file}}", download),
    PageRoute("POST", f"{_ONE}/delete", delete),
)
