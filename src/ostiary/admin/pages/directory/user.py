"""One user: properties, methods, sessions, memberships, devices; and what is done to him."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from ostiary.admin import user_parts
from ostiary.admin.changing import send
from ostiary.admin.directory_changes import acting, readable
from ostiary.admin.directory_parts import (
    NEUTRAL,
    Cell,
    Error,
    Facts,
    Form,
    ObjectPage,
    Part,
    Tab,
    Told,
    enabled,
    known_tab,
    shown,
)
from ostiary.admin.pages.directory.users import PATH, type_of
from ostiary.admin.visit import Answer, PageRoute, Visit
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject

_ONE: Final = f"{PATH}/{{id}}"
_SELECT: Final = ",".join(
    ("id,accountEnabled,userType,createdDateTime", *(name for name, _ in user_parts.PROPERTIES))
)
_TABS: Final = (
    Tab("overview", "directory.overview"),
    Tab("authentication", "users.authentication"),
    Tab("sessions", "users.sessions"),
    Tab("memberships", "users.memberships"),
    Tab("objects", "users.objects"),
    Tab("applications", "users.applications"),
)
_RISKY: Final = "/identityProtection/riskyUsers"


async def show_user(visit: Visit) -> Answer:
    """Show a user."""
    return await _shown(visit, None, visit.query.get("tab", ""))


async def _shown(visit: Visit, error: Error | None, tab: str, *told: Part) -> Answer:
    user = await visit.graph.get(f"/users/{quote(visit.path['id'])}", select=_SELECT)
    tab = known_tab(_TABS, tab)
    path = f"{PATH}/{user['id']}"
    name = str(user.get("displayName") or user.get("userPrincipalName") or user["id"])
    page = ObjectPage(
        (PATH, "users.title"),
        name,
        path,
        (*told, *await _parts(visit, user, path, tab)),
        badges=(enabled(user), replace(type_of(user), tone=NEUTRAL)),
        links=_links(visit, user),
        tabs=_TABS,
        tab=tab,
    )
    return shown(visit, page, error)


def _links(visit: Visit, user: JsonObject) -> list[Cell]:
    name = quote(str(user.get("userPrincipalName") or user["id"]))
    found = [Cell(key="users.what_if", link=f"/what-if?user={name}")]
    if visit.may("GET", "/auditLogs/signIns"):
        found.append(Cell(key="directory.sign_ins", link=f"/sign-ins?user={name}"))
    return found


async def _parts(visit: Visit, user: JsonObject, path: str, tab: str) -> list[Part]:
    key = str(user["id"])
    match tab:
        case "authentication":
            found = [await readable("methods.title", lambda: user_parts.methods(visit, key, path))]
            return [*found, *_resetting(visit, user, path)]
        case "sessions":
            read = await readable("sessions.title", lambda: user_parts.sessions(visit, key, path))
            return [read, *user_parts.revoking(visit, path)]
        case "memberships":
            return [await user_parts.memberships(visit, key)]
        case "objects":
            return [await user_parts.devices(visit, key), await user_parts.owned(visit, key)]
        case "applications":
            return [await user_parts.applications(visit, key)]
        case _:
            told = [await user_parts.properties(visit, user, path)]
            risk = await readable("risk.title", lambda: user_parts.risk(visit, key, path))
            return [*told, risk, *_account(visit, user, path)]


def _resetting(visit: Visit, user: JsonObject, path: str) -> list[Part]:
    if not visit.may("PATCH", "/users/{id}"):
        return []
    etag = str(user.get("@odata.etag", ""))
    form = Form(f"{path}/reset-password", "users.reset_password", "users.reset_hint", danger=True)
    return [form.of(etag)]


def _account(visit: Visit, user: JsonObject, path: str) -> list[Part]:
    """Give the forms that disable, enable and delete."""
    etag, forms = str(user.get("@odata.etag", "")), list[Form]()
    if visit.may("PATCH", "/users/{id}"):
        if user.get("accountEnabled") is False:
            forms.append(Form(f"{path}/enable", "directory.enable"))
        else:
            hint = "users.disable_hint"
            forms.append(Form(f"{path}/disable", "directory.disable", hint, danger=True))
    if visit.may("DELETE", "/users/{id}"):
        forms.append(Form(f"{path}/delete", "directory.delete", "users.delete_hint", danger=True))
    if not forms:
        return []
    return [Facts("directory.account", (), tuple(each.of(etag) for each in forms))]


async def _edit(visit: Visit) -> None:
    """Change what is known of a user."""
    form = visit.form
    body: dict[str, Any] = {
        name: form[name].strip() or None for name, _ in user_parts.PROPERTIES if name in form
    }
    await send(visit, "PATCH", _user(visit), body)


def _user(visit: Visit) -> str:
    return f"/users/{quote(visit.path['id'])}"


async def _enable(visit: Visit) -> None:
    """Let a user sign in again."""
    await send(visit, "PATCH", _user(visit), {"accountEnabled": True})


async def _disable(visit: Visit) -> None:
    """Stop a user; his sessions end."""
    await send(visit, "PATCH", _user(visit), {"accountEnabled": False})


async def _delete(visit: Visit) -> None:
    """Delete a user, who can be restored for 30 days."""
    await send(visit, "DELETE", _user(visit))


async def _reset_password(visit: Visit) -> Answer:
    """Give a user a temporary password, and show it once."""
    password = visit.host.randomness.password().reveal()
    profile = {"password": password, "forceChangePasswordNextSignIn": True}
    await send(visit, "PATCH", _user(visit), {"passwordProfile": profile})
    told = Told("users.temporary_password", password, "users.password_hint")
    return await _shown(visit, None, "authentication", told)


async def _access_pass(visit: Visit) -> Answer:
    """Give a user a Temporary Access Pass, and show it once."""
    minutes = visit.form.get("lifetime", "").strip()
    if not (minutes.isascii() and minutes.isdigit() and len(minutes) < 6):
        raise InputError(f"expected a number of minutes, came `{minutes[:20]}`")
    body = {"lifetimeInMinutes": int(minutes), "isUsableOnce": "once" in visit.form}
    path = f"{_user(visit)}/authentication/temporaryAccessPassMethods"
    made = await visit.graph.send("POST", path, body)
    told = Told("methods.access_pass_told", str(made["temporaryAccessPass"]), "methods.provide")
    return await _shown(visit, None, "authentication", told)


async def _delete_method(visit: Visit) -> None:
    """Take a method away from a user."""
    kind, method = visit.path["kind"], quote(visit.path["method"])
    if f"/users/{{id}}/authentication/{kind}Methods/{{method}}" not in _METHODS:
        raise InputError(f"expected a kind of authentication method, came `{kind[:30]}`")
    await send(visit, "DELETE", f"{_user(visit)}/authentication/{kind}Methods/{method}")


_METHODS: Final = frozenset(
    f"/users/{{id}}/authentication/{kind}Methods/{{method}}"
    for kind in ("fido2", "softwareOath", "temporaryAccessPass")
)


async def _reregister(visit: Visit) -> None:
    """Remove every method but the password: the user registers anew."""
    await send(visit, "POST", f"{_user(visit)}/authentication/requireReregistration")


async def _revoke(visit: Visit) -> None:
    """End all sessions of a user."""
    await send(visit, "POST", f"{_user(visit)}/revokeSignInSessions")


async def _confirm(visit: Visit) -> None:
    """Say that an account is in other hands."""
    await send(visit, "POST", f"{_RISKY}/confirmCompromised", {"userIds": [visit.path["id"]]})


async def _dismiss(visit: Visit) -> None:
    """Say that there is no risk."""
    await send(visit, "POST", f"{_RISKY}/dismiss", {"userIds": [visit.path["id"]]})


_METHOD: Final = f"{_ONE}/methods/{{kind}}/{{method}}/delete"
_AUTH, _SESSIONS = "authentication", "sessions"
ROUTES: Final = (
    PageRoute("GET", _ONE, show_user),
    acting(f"{_ONE}/edit", _edit, _shown, "user_changed"),
    acting(f"{_ONE}/enable", _enable, _shown, "user_enabled"),
    acting(f"{_ONE}/disable", _disable, _shown, "user_disabled"),
    acting(f"{_ONE}/delete", _delete, _shown, "user_deleted", to=PATH),
    acting(f"{_ONE}/reset-password", _reset_password, _shown, "", tab=_AUTH),
    acting(f"{_ONE}/access-pass", _access_pass, _shown, "", tab=_AUTH),
    acting(_METHOD, _delete_method, _shown, "method_deleted", tab=_AUTH),
    acting(f"{_ONE}/reregister", _reregister, _shown, "reregistration", tab=_AUTH),
    acting(f"{_ONE}/revoke", _revoke, _shown, "sessions_revoked", tab=_SESSIONS),
    acting(f"{_ONE}/risk/confirm", _confirm, _shown, "risk_changed"),
    acting(f"{_ONE}/risk/dismiss", _dismiss, _shown, "risk_changed"),
)
