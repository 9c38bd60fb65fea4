"""What stands on the page of an application: essentials, addresses, credentials, what it offers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from ostiary.admin.directory_changes import word
from ostiary.admin.directory_parts import (
    BAD,
    GOOD,
    NEUTRAL,
    Cell,
    Facts,
    Field,
    Form,
    Part,
    Row,
    Table,
    texts,
    yes_or_no,
)
from ostiary.admin.visit import Visit
from ostiary.model.json_types import JsonObject, as_object, as_strings, is_list

PATCH: Final = ("PATCH", "/applications/{id}")
PLATFORMS: Final = (("web", "apps.web"), ("spa", "apps.spa"), ("publicClient", "apps.public"))
_SOON: Final = timedelta(days=30)
_FEDERATED: Final = "/applications/{id}/federatedIdentityCredentials"


def objects(value: object) -> list[JsonObject]:
    """Give the objects of a list; nothing where it is none."""
    return [as_object(each) for each in value] if is_list(value) else []


def expiry(ends: object, now: datetime) -> Cell:
    """Give the badge of something that ends: over, soon over, or good."""
    if not isinstance(ends, str) or not ends:
        return Cell(key="apps.never_ends", tone=NEUTRAL)
    left = datetime.fromisoformat(ends) - now
    if left <= timedelta(0):
        return Cell(key="apps.expired", tone=BAD)
    return Cell(key="apps.expires_soon" if left < _SOON else "apps.current", tone=_tone(left))


def _tone(left: timedelta) -> str:
    return "enabledForReportingButNotEnforced" if left < _SOON else GOOD


def state_of_credentials(application: JsonObject, now: datetime) -> Cell:
    """Give the badge of the worst of an application's credentials; none where it has none."""
    ends = [
        str(each.get("endDateTime") or "9999-12-31T00:00:00Z")
        for name in ("passwordCredentials", "keyCredentials")
        for each in objects(application.get(name))
    ]
    return expiry(min(ends), now) if ends else Cell()


def overview(visit: Visit, application: JsonObject, principal: JsonObject, path: str) -> Part:
    """Give the essentials of an application."""
    etag, forms = str(application.get("@odata.etag", "")), list[Form]()
    if visit.may(*PATCH):
        fields = (
            Field("displayName", "apps.name", str(application["displayName"]), needed=True),
            Field("notes", "apps.notes", str(application.get("notes") or ""), "area"),
        )
        forms.append(Form(f"{path}/edit", "directory.edit", fields=fields, etag=etag))
    if visit.may("DELETE", "/applications/{id}"):
        hint = "apps.delete_hint"
        forms.append(Form(f"{path}/delete", "directory.delete", hint, danger=True, etag=etag))
    named = Cell()
    if principal:
        named = Cell(str(principal["displayName"]), link=f"/service-principals/{principal['id']}")
    audience = str(application.get("signInAudience") or "")
    rows = (
        ("apps.name", (texts(application.get("displayName")),)),
        ("apps.client_id", (texts(application.get("appId"), code=True),)),
        ("directory.object_id", (Cell(str(application["id"]), code=True),)),
        ("apps.tenant_id", (Cell(visit.host.tenant_id, code=True),)),
        ("apps.audience", (texts(audience),)),
        ("apps.managed_in", (named,)),
        ("directory.created", (Cell(moment=str(application.get("createdDateTime") or "")),)),
        ("apps.notes", (texts(application.get("notes")),)),
    )
    return Facts("directory.basics", rows, tuple(forms))


def addresses(visit: Visit, application: JsonObject, path: str) -> Part:
    """Give the redirect URIs by platform, and the form that changes them."""
    known = {
        name: as_strings(as_object(application.get(name)).get("redirectUris"))
        for name, _ in PLATFORMS
    }
    logout = as_object(application.get("web")).get("logoutUrl")
    public = application.get("isFallbackPublicClient") is True
    rows = [
        *((label, [Cell(each, code=True) for each in known[name]]) for name, label in PLATFORMS),
        ("apps.logout", [texts(logout, code=True)]),
        ("apps.fallback", [yes_or_no(public)]),
    ]
    forms: tuple[Form, ...] = ()
    if visit.may(*PATCH):
        fields = (
            *(
                Field(name, label, "\n".join(known[name]), "area", "apps.redirects_hint")
                for name, label in PLATFORMS
            ),
            Field("logoutUrl", "apps.logout", str(logout or "")),
            Field("fallback", "apps.fallback", "1" if public else "", "tick"),
        )
        etag = str(application.get("@odata.etag", ""))
        forms = (Form(f"{path}/addresses", "directory.edit", fields=fields, etag=etag),)
    return Facts("apps.authentication", rows, forms)


async def credentials(visit: Visit, application: JsonObject, path: str) -> list[Part]:
    """Give secrets, certificates and federated credentials."""
    now, key = visit.host.clock.now(), str(application["id"])
    trusted = await visit.graph.all(f"/applications/{key}/federatedIdentityCredentials")
    return [
        _secrets(visit, objects(application.get("passwordCredentials")), path, now),
        _certificates(visit, application, path, now),
        _trusted(visit, trusted, path),
    ]


def _secrets(visit: Visit, found: Sequence[JsonObject], path: str, now: datetime) -> Part:
    rows = [
        Row(
            (
                texts(each.get("displayName") or each["keyId"]),
                texts(each.get("hint")),
                Cell(moment=str(each.get("endDateTime") or "")),
                expiry(each.get("endDateTime"), now),
            ),
            _removing(visit, f"{path}/secrets/remove", str(each["keyId"]), each),
        )
        for each in found
    ]
    forms: tuple[Form, ...] = ()
    if visit.may("POST", "/applications/{id}/addPassword"):
        months = tuple((str(days), word(f"apps.days_{days}")) for days in (90, 180, 365, 730))
        fields = (
            Field("displayName", "directory.description"),
            Field("days", "apps.expires", "180", "choice", options=months),
        )
        forms = (Form(f"{path}/secrets/add", "apps.new_secret", fields=fields),)
    columns = ("directory.description", "apps.hint", "apps.expires", "apps.state")
    return Table("apps.secrets", columns, rows, "apps.no_secrets", forms=forms)


def _certificates(visit: Visit, application: JsonObject, path: str, now: datetime) -> Part:
    etag = str(application.get("@odata.etag", ""))
    rows = [
        Row(
            (
                texts(each.get("displayName") or each["keyId"]),
                texts(each.get("customKeyIdentifier"), code=True),
                Cell(moment=str(each.get("endDateTime") or "")),
                expiry(each.get("endDateTime"), now),
            ),
            _removing(visit, f"{path}/certificates/remove", str(each["keyId"]), each, PATCH),
        )
        for each in objects(application.get("keyCredentials"))
    ]
    forms: tuple[Form, ...] = ()
    if visit.may(*PATCH):
        fields = (
            Field("displayName", "directory.description"),
            Field("certificate", "apps.certificate", "", "area", "apps.certificate_hint"),
        )
        adding = f"{path}/certificates/add"
        forms = (Form(adding, "apps.upload_certificate", fields=fields, etag=etag),)
    columns = ("directory.description", "apps.thumbprint", "apps.expires", "apps.state")
    return Table("apps.certificates", columns, rows, "apps.no_certificates", forms=forms)


def _trusted(visit: Visit, found: Sequence[JsonObject], path: str) -> Part:
    gone = ("DELETE", f"{_FEDERATED}/{{key}}")
    rows = [
        Row(
            (
                texts(each.get("name")),
                texts(each.get("issuer"), code=True),
                texts(each.get("subject"), code=True),
            ),
            _removing(visit, f"{path}/federated/remove", str(each["id"]), each, gone),
        )
        for each in found
    ]
    forms: tuple[Form, ...] = ()
    if visit.may("POST", _FEDERATED):
        fields = (
            Field("name", "directory.name", needed=True),
            Field("issuer", "apps.issuer", "https://", needed=True),
            Field("subject", "apps.subject", needed=True),
            Field("audience", "apps.audience_of", "api://AzureADTokenExchange", needed=True),
        )
        forms = (Form(f"{path}/federated/add", "apps.add_credential", fields=fields),)
    columns = ("directory.name", "apps.issuer", "apps.subject")
    return Table("apps.federated", columns, rows, "apps.no_federated", forms=forms)


def _removing(
    visit: Visit,
    path: str,
    key: str,
    about: JsonObject,
    needs: tuple[str, str] = ("POST", "/applications/{id}/removePassword"),
) -> tuple[Form, ...]:
    if not visit.may(*needs):
        return ()
    named = str(about.get("displayName") or about.get("name") or key)
    return (Form(path, "directory.remove", hidden={"key": key}, about=named),)


def offered(visit: Visit, application: JsonObject, path: str) -> list[Part]:
    """Give the scopes that an application exposes as an API, and its identifier URIs."""
    scopes = objects(as_object(application.get("api")).get("oauth2PermissionScopes"))
    rows = [
        Row(
            (
                texts(each.get("value"), code=True),
                texts(each.get("adminConsentDisplayName")),
                texts(each.get("type")),
                _on(each),
            ),
            _switching(visit, f"{path}/scopes/switch", each),
        )
        for each in scopes
    ]
    uris = as_strings(application.get("identifierUris"))
    etag, may = str(application.get("@odata.etag", "")), visit.may(*PATCH)
    edit = Field("uris", "apps.uris", "\n".join(uris), "area", "apps.uris_hint")
    fields = (
        Field("value", "apps.scope", needed=True),
        Field("name", "apps.consent_name", needed=True),
        Field("description", "apps.consent_description"),
        Field("admin", "apps.admin_only", "", "tick"),
    )
    editing = (Form(f"{path}/uris", "directory.edit", fields=(edit,), etag=etag),) if may else ()
    adding = (Form(f"{path}/scopes/add", "apps.add_scope", fields=fields),) if may else ()
    columns = ("apps.scope", "apps.consent_name", "apps.who_consents", "apps.state")
    return [
        Facts("apps.uris", (("apps.uris", [Cell(each, code=True) for each in uris]),), editing),
        Table("apps.scopes", columns, rows, "apps.no_scopes", forms=adding),
    ]


def roles(visit: Visit, application: JsonObject, path: str) -> Part:
    """Give the roles that an application knows."""
    rows = [
        Row(
            (
                texts(each.get("displayName")),
                texts(each.get("value"), code=True),
                texts(", ".join(as_strings(each.get("allowedMemberTypes")))),
                _on(each),
            ),
            _switching(visit, f"{path}/roles/switch", each),
        )
        for each in objects(application.get("appRoles"))
    ]
    forms: tuple[Form, ...] = ()
    if visit.may(*PATCH):
        fields = (
            Field("displayName", "directory.name", needed=True),
            Field("value", "apps.role_value", needed=True),
            Field("description", "directory.description", needed=True),
            Field("User", "apps.for_users", "1", "tick"),
            Field("Application", "apps.for_applications", "", "tick"),
        )
        forms = (Form(f"{path}/roles/add", "apps.add_role", fields=fields),)
    columns = ("directory.name", "apps.role_value", "apps.allowed_types", "apps.state")
    return Table("apps.roles", columns, rows, "apps.no_roles", forms=forms)


def _on(entry: JsonObject) -> Cell:
    on = entry.get("isEnabled") is not False
    return Cell(key="directory.enabled" if on else "directory.disabled", tone=GOOD if on else BAD)


def _switching(visit: Visit, path: str, entry: JsonObject) -> tuple[Form, ...]:
    """Give the forms that turn a scope or role on and off, and remove one that is off."""
    if not visit.may(*PATCH):
        return ()
    on, named = entry.get("isEnabled") is not False, str(entry.get("value") or entry.get("id"))
    hidden: dict[str, Any] = {"key": str(entry["id"])}
    label = "directory.disable" if on else "directory.enable"
    switch = Form(path, label, hidden={**hidden, "to": "off" if on else "on"}, about=named)
    gone = Form(path, "directory.remove", hidden={**hidden, "to": "gone"}, about=named)
    return (switch,) if on else (switch, gone)
