"""What a form of an application's page sends, as Graph takes it: lists are sent whole."""

from __future__ import annotations

import re
from typing import Any, Final

from ostiary.admin.application_parts import PLATFORMS, objects
from ostiary.admin.visit import Visit
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_object

_PEM: Final = re.compile(r"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)


def addresses(visit: Visit) -> dict[str, Any]:
    """Give the redirect URIs by platform, the sign-out address and what is public."""
    form = visit.form
    body: dict[str, Any] = {
        name: {"redirectUris": form.get(name, "").split()} for name, _ in PLATFORMS
    }
    body["web"]["logoutUrl"] = form.get("logoutUrl", "").strip() or None
    return {**body, "isFallbackPublicClient": "fallback" in form}


def with_certificate(visit: Visit, application: JsonObject) -> dict[str, Any]:
    """Give the certificates with the one that was pasted: PEM, or its base64 alone."""
    text = visit.form.get("certificate", "")
    found = _PEM.search(text)
    key = "".join((found[1] if found else text).split())
    if not key:
        raise InputError("expected a certificate, came nothing")
    name = visit.form.get("displayName", "").strip()
    new = {
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
        "key": key,
        **({"displayName": name} if name else {}),
    }
    return {"keyCredentials": [*_certificates(application), new]}


def without_certificate(visit: Visit, application: JsonObject) -> dict[str, Any]:
    """Give the certificates without one."""
    key = visit.form.get("key", "")
    return {"keyCredentials": [e for e in _certificates(application) if e["keyId"] != key]}


def _certificates(application: JsonObject) -> list[dict[str, Any]]:
    return [{"keyId": each["keyId"]} for each in objects(application.get("keyCredentials"))]


def with_scope(visit: Visit, application: JsonObject) -> dict[str, Any]:
    """Give the scopes with a new one."""
    form, name = visit.form, visit.form.get("name", "").strip()
    scope = {
        "id": visit.host.randomness.object_id(),
        "value": form.get("value", "").strip(),
        "type": "Admin" if "admin" in form else "User",
        "adminConsentDisplayName": name,
        "adminConsentDescription": form.get("description", "").strip() or name,
        "isEnabled": True,
    }
    return _api([*_scopes(application), scope])


def switched_scope(visit: Visit, application: JsonObject) -> dict[str, Any]:
    """Give the scopes with one of them on, off or gone."""
    return _api(_switched(visit, _scopes(application)))


def with_role(visit: Visit, application: JsonObject) -> dict[str, Any]:
    """Give the application roles with a new one."""
    form = visit.form
    role = {
        "id": visit.host.randomness.object_id(),
        "displayName": form.get("displayName", "").strip(),
        "description": form.get("description", "").strip(),
        "value": form.get("value", "").strip(),
        "allowedMemberTypes": [each for each in ("User", "Application") if each in form],
        "isEnabled": True,
    }
    return {"appRoles": [*objects(application.get("appRoles")), role]}


def switched_role(visit: Visit, application: JsonObject) -> dict[str, Any]:
    """Give the application roles with one of them on, off or gone."""
    return {"appRoles": _switched(visit, objects(application.get("appRoles")))}


def _scopes(application: JsonObject) -> list[JsonObject]:
    return objects(as_object(application.get("api")).get("oauth2PermissionScopes"))


def _api(scopes: list[JsonObject]) -> dict[str, Any]:
    return {"api": {"oauth2PermissionScopes": scopes}}


def _switched(visit: Visit, entries: list[JsonObject]) -> list[JsonObject]:
    key, to = visit.form.get("key", ""), visit.form.get("to", "")
    if to not in {"on", "off", "gone"}:
        raise InputError(f"expected `on`, `off` or `gone`, came `{to[:20]}`")
    found: list[JsonObject] = []
    for each in entries:
        if each.get("id") != key:
            found.append(each)
        elif to != "gone":
            found.append({**each, "isEnabled": to == "on"})
    return found
