"""One app registration: addresses, credentials, API permissions, what it offers, its owners."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote

from ostiary.admin import application_changes, application_parts, application_permissions
from ostiary.admin.changing import send
from ostiary.admin.directory_changes import acting, chosen
from ostiary.admin.directory_objects import add_each
from ostiary.admin.directory_owners import owners_part
from ostiary.admin.directory_parts import Error, ObjectPage, Part, Tab, Told, known_tab, shown
from ostiary.admin.pages.directory.applications import PATH
from ostiary.admin.visit import Answer, PageRoute, Visit
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject

_ONE: Final = f"{PATH}/{{id}}"
_TABS: Final = (
    Tab("overview", "directory.overview"),
    Tab("authentication", "apps.authentication"),
    Tab("credentials", "apps.credentials"),
    Tab("permissions", "apps.permissions"),
    Tab("api", "apps.expose"),
    Tab("roles", "apps.roles"),
    Tab("owners", "groups.owners"),
)


async def show_application(visit: Visit) -> Answer:
    """Show an application."""
    return await _shown(visit, None, visit.query.get("tab", ""))


async def _shown(visit: Visit, error: Error | None, tab: str, *told: Part) -> Answer:
    application = await visit.graph.get(_application(visit))
    tab = known_tab(_TABS, tab)
    path = f"{PATH}/{application['id']}"
    parts = [*told, *await _parts(visit, application, path, tab)]
    name, way = str(application["displayName"]), (PATH, "apps.title")
    return shown(visit, ObjectPage(way, name, path, parts, tabs=_TABS, tab=tab), error)


async def _parts(visit: Visit, application: JsonObject, path: str, tab: str) -> list[Part]:
    match tab:
        case "authentication":
            return [application_parts.addresses(visit, application, path)]
        case "credentials":
            return await application_parts.credentials(visit, application, path)
        case "permissions":
            return [await _permissions(visit, application, path)]
        case "api":
            return application_parts.offered(visit, application, path)
        case "roles":
            return [application_parts.roles(visit, application, path)]
        case "owners":
            return [await owners_part(visit, f"/applications/{application['id']}", path)]
        case _:
            app_id = str(application["appId"])
            principal = await application_permissions.principal_of(visit, app_id)
            return [application_parts.overview(visit, application, principal, path)]


async def _permissions(visit: Visit, application: JsonObject, path: str) -> Part:
    principal = await application_permissions.principal_of(visit, str(application["appId"]))
    asked = await application_permissions.permissions_of(visit, application, principal)
    etag = str(application.get("@odata.etag", ""))
    return application_permissions.permissions_table(visit, asked, path, etag)


def _application(visit: Visit) -> str:
    return f"/applications/{quote(visit.path['id'])}"


async def _read(visit: Visit) -> dict[str, Any]:
    return await visit.graph.get(_application(visit))


async def _edit(visit: Visit) -> None:
    """Change name and notes."""
    form = visit.form
    body: dict[str, Any] = {
        "displayName": form.get("displayName", "").strip(),
        "notes": form.get("notes", "").strip() or None,
    }
    await send(visit, "PATCH", _application(visit), body)


async def _delete(visit: Visit) -> None:
    """Delete an application, which can be restored for 30 days."""
    await send(visit, "DELETE", _application(visit))


async def _addresses(visit: Visit) -> None:
    """Change the redirect URIs."""
    await send(visit, "PATCH", _application(visit), application_changes.addresses(visit))


async def _add_secret(visit: Visit) -> Answer:
    """Make a secret, and show it once."""
    days = visit.form.get("days", "")
    if not (days.isascii() and days.isdigit() and 0 < int(days[:6]) <= 730):
        raise InputError(f"expected a number of days from 1 to 730, came `{days[:20]}`")
    ends = visit.host.clock.now() + timedelta(days=int(days))
    name = visit.form.get("displayName", "").strip()
    body = {
        "passwordCredential": {
            **({"displayName": name} if name else {}),
            "endDateTime": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    }
    made = await send(visit, "POST", f"{_application(visit)}/addPassword", body)
    told = Told("apps.secret", str(made["secretText"]))
    return await _shown(visit, None, "credentials", told)


async def _remove_secret(visit: Visit) -> None:
    """Remove a secret."""
    body = {"keyId": visit.form.get("key", "")}
    await send(visit, "POST", f"{_application(visit)}/removePassword", body)


async def _add_certificate(visit: Visit) -> None:
    """Add a certificate beside those that are there."""
    body = application_changes.with_certificate(visit, await _read(visit))
    await send(visit, "PATCH", _application(visit), body)


async def _remove_certificate(visit: Visit) -> None:
    """Remove a certificate."""
    body = application_changes.without_certificate(visit, await _read(visit))
    await send(visit, "PATCH", _application(visit), body)


async def _add_federated(visit: Visit) -> None:
    """Trust the tokens of another issuer."""
    form = visit.form
    body: dict[str, Any] = {
        name: form.get(name, "").strip() for name in ("name", "issuer", "subject")
    }
    body["audiences"] = [form.get("audience", "").strip()]
    await send(visit, "POST", f"{_application(visit)}/federatedIdentityCredentials", body)


async def _remove_federated(visit: Visit) -> None:
    """Trust them no more."""
    key = chosen(visit, "key")
    await send(visit, "DELETE", f"{_application(visit)}/federatedIdentityCredentials/{key}")


async def _add_permission(visit: Visit) -> None:
    """Ask for permissions of an API."""
    await application_permissions.add(visit, await _read(visit))


async def _remove_permission(visit: Visit) -> None:
    """Ask for a permission no more."""
    await application_permissions.remove(visit, await _read(visit))


async def _consent(visit: Visit) -> None:
    """Grant what the application asks for."""
    await application_permissions.consent(visit, await _read(visit))


async def _uris(visit: Visit) -> None:
    """Change the identifier URIs."""
    body = {"identifierUris": visit.form.get("uris", "").split()}
    await send(visit, "PATCH", _application(visit), body)


async def _add_scope(visit: Visit) -> None:
    """Offer one more scope."""
    body = application_changes.with_scope(visit, await _read(visit))
    await send(visit, "PATCH", _application(visit), body)


async def _switch_scope(visit: Visit) -> None:
    """Turn a scope on or off, or remove it."""
    body = application_changes.switched_scope(visit, await _read(visit))
    await send(visit, "PATCH", _application(visit), body)


async def _add_role(visit: Visit) -> None:
    """Offer one more application role."""
    body = application_changes.with_role(visit, await _read(visit))
    await send(visit, "PATCH", _application(visit), body)


async def _switch_role(visit: Visit) -> None:
    """Turn an application role on or off, or remove it."""
    body = application_changes.switched_role(visit, await _read(visit))
    await send(visit, "PATCH", _application(visit), body)


async def _add_owners(visit: Visit) -> None:
    """Add owners by their names."""
    await add_each(visit, f"{_application(visit)}/owners", visit.form.get("names", ""))


async def _remove_owner(visit: Visit) -> None:
    """Take an owner away."""
    owner = chosen(visit, "owner")
    await send(visit, "DELETE", f"{_application(visit)}/owners/{owner}/$ref")


def _changing(path: str, change: Any, tab: str) -> PageRoute:
    return acting(f"{_ONE}/{path}", change, _shown, "app_changed", tab=tab)


ROUTES: Final = (
    PageRoute("GET", _ONE, show_application),
    acting(f"{_ONE}/edit", _edit, _shown, "app_changed"),
    acting(f"{_ONE}/delete", _delete, _shown, "app_deleted", to=PATH),
    _changing("addresses", _addresses, "authentication"),
    _changing("secrets/add", _add_secret, "credentials"),
    _changing("secrets/remove", _remove_secret, "credentials"),
    _changing("certificates/add", _add_certificate, "credentials"),
    _changing("certificates/remove", _remove_certificate, "credentials"),
    _changing("federated/add", _add_federated, "credentials"),
    _changing("federated/remove", _remove_federated, "credentials"),
    _changing("permissions/add", _add_permission, "permissions"),
    _changing("permissions/remove", _remove_permission, "permissions"),
    _changing("permissions/consent", _consent, "permissions"),
    _changing("uris", _uris, "api"),
    _changing("scopes/add", _add_scope, "api"),
    _changing("scopes/switch", _switch_scope, "api"),
    _changing("roles/add", _add_role, "roles"),
    _changing("roles/switch", _switch_role, "roles"),
    _changing("owners/add", _add_owners, "owners"),
    _changing("owners/remove", _remove_owner, "owners"),
)
