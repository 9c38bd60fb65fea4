"""Settings: of the tenant, which Graph changes, and of the server, which its file changes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final
from urllib.parse import quote

from ostiary.admin.changing import refusal, send, status_of
from ostiary.admin.graph_calls import Refused
from ostiary.admin.pages.named_locations import POLICIES
from ostiary.admin.visit import Answer, GoTo, PageRoute, Shown, Visit
from ostiary.model.json_types import JsonObject, as_object, as_strings

PATH: Final = "/settings"
_MANDATORY_MFA: Final = "/policies/mandatoryMultifactorAuthentication"
_METHODS: Final = "/identity/conditionalAccess/authenticationStrength/authenticationMethodModes"
_CONTACTS: Final = ("technicalNotificationMails", "securityComplianceNotificationMails")
_DOMAIN: Final = f"{PATH}/domains/{{id}}"


async def show_settings(visit: Visit) -> Answer:
    """Show all settings that may be shown."""
    return await _shown(visit)


async def save_mandatory_mfa(visit: Visit) -> Answer:
    """Require multifactor authentication for changes of resources, or no longer."""
    return await _sent(
        visit, "PATCH", _MANDATORY_MFA, {"isRequiredForResourceChanges": "required" in visit.form}
    )


async def save_contacts(visit: Visit) -> Answer:
    """Change whom to reach at the organization."""
    body = {each: visit.form.get(each, "").split() for each in _CONTACTS}
    return await _sent(visit, "PATCH", f"/organization/{visit.host.tenant_id}", body)


async def add_domain(visit: Visit) -> Answer:
    """Add a domain, which has to be verified before anybody can have a name of it."""
    return await _sent(visit, "POST", "/domains", {"id": visit.form.get("domain", "").strip()})


async def verify_domain(visit: Visit) -> Answer:
    """Let people have names of a domain from now on."""
    return await _sent(visit, "POST", f"{_domain(visit)}/verify")


async def make_default(visit: Visit) -> Answer:
    """Make a domain the one that new names are of."""
    return await _sent(visit, "PATCH", _domain(visit), {"isDefault": True})


async def remove_domain(visit: Visit) -> Answer:
    """Remove a domain that nobody has his name of."""
    return await _sent(visit, "DELETE", _domain(visit))


def _domain(visit: Visit) -> str:
    return f"/domains/{quote(visit.path['id'], safe='')}"


async def _sent(visit: Visit, method: str, path: str, body: JsonObject | None = None) -> Answer:
    try:
        await send(visit, method, path, body)
    except Refused as refused:
        return await _shown(visit, refused)
    return GoTo(PATH, "settings_changed")


async def _shown(visit: Visit, error: Refused | None = None) -> Answer:
    graph = visit.graph
    server = await graph.get("/admin/ostiary/server")
    (organization,) = await graph.all("/organization")
    mandatory = await graph.get(_MANDATORY_MFA)
    values: dict[str, Any] = {
        "server": server,
        "tables": _tables(server["settings"]),
        "organization": organization,
        "domains": await graph.all("/domains"),
        "contacts": {each: as_strings(organization.get(each)) for each in _CONTACTS},
        "mandatory": mandatory["isRequiredForResourceChanges"] is True,
        "continuous": _continuous(await graph.all(POLICIES)),
        "methods": await graph.all(_METHODS),
        "typed": visit.form.get("domain", ""),
        **refusal(error),
    }
    return Shown("settings", values, status_of(error))


def _tables(settings: Sequence[JsonObject]) -> list[tuple[str, list[JsonObject]]]:
    """Put settings below the tables of the file in which they stand."""
    grouped = groupby(settings, key=lambda each: str(each["name"]).rpartition(".")[0])
    return [(table, list(each)) for table, each in grouped]


def _continuous(policies: Sequence[JsonObject]) -> list[tuple[JsonObject, str]]:
    """Give the policies that change continuous access evaluation, each with how."""
    found: list[tuple[JsonObject, str]] = []
    for policy in policies:
        session = as_object(policy.get("sessionControls"))
        mode = as_object(session.get("continuousAccessEvaluation")).get("mode")
        if mode:
            found.append((policy, str(mode)))
    return found


ROUTES: Final = (
    PageRoute("GET", PATH, show_settings),
    PageRoute("POST", f"{PATH}/mandatory-mfa", save_mandatory_mfa),
    PageRoute("POST", f"{PATH}/contacts", save_contacts),
    PageRoute("POST", f"{PATH}/domains", add_domain),
    PageRoute("POST", f"{_DOMAIN}/verify", verify_domain),
    PageRoute("POST", f"{_DOMAIN}/default", make_default),
    PageRoute("POST", f"{_DOMAIN}/remove", remove_domain),
)
