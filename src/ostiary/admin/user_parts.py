"""What stands on the page of a user, tab by tab; each reads only what it shows."""

from __future__ import annotations

from typing import Any, Final

from ostiary.admin.directory_lists import ON_A_PAGE, following
from ostiary.admin.directory_objects import objects_table
from ostiary.admin.directory_parts import (
    BAD,
    GOOD,
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
from ostiary.admin.graph_calls import Refused
from ostiary.admin.visit import Visit
from ostiary.model.json_types import JsonObject

PROPERTIES: Final = (
    ("displayName", "users.display_name"),
    ("userPrincipalName", "users.principal_name"),
    ("givenName", "users.given_name"),
    ("surname", "users.surname"),
    ("jobTitle", "users.job_title"),
    ("department", "users.department"),
    ("companyName", "users.company"),
    ("employeeId", "users.employee_id"),
    ("mail", "users.mail"),
    ("mobilePhone", "users.mobile"),
    ("usageLocation", "users.usage_location"),
)
"""Members that are shown, and that *Edit* changes."""
_AUTHENTICATION: Final = "/users/{id}/authentication"
_PASS: Final = "temporaryAccessPass"  # noqa: S105  # a kind of method


async def properties(visit: Visit, user: JsonObject, path: str) -> Part:
    """Give what is known of a user, and the form that changes it."""
    manager: dict[str, Any] = {}
    try:
        manager = await visit.graph.get(f"/users/{user['id']}/manager")
    except Refused as refused:
        if refused.status != 404:
            raise
    rows = [(label, (texts(user.get(name)),)) for name, label in PROPERTIES]
    named = texts(manager.get("displayName"), link=f"/users/{manager.get('id')}")
    rows += [
        ("users.manager", (named,)),
        ("users.created", (Cell(moment=str(user.get("createdDateTime") or "")),)),
        ("directory.object_id", (Cell(str(user["id"]), code=True),)),
    ]
    forms: tuple[Form, ...] = ()
    if visit.may("PATCH", "/users/{id}"):
        fields = tuple(
            Field(
                name,
                label,
                str(user.get(name) or ""),
                hint="users.location_hint" if name == "usageLocation" else "",
                needed=name in {"displayName", "userPrincipalName"},
            )
            for name, label in PROPERTIES
        )
        form = Form(f"{path}/edit", "directory.edit", fields=fields)
        forms = (form.of(str(user.get("@odata.etag", ""))),)
    return Facts("directory.properties", rows, forms)


async def risk(visit: Visit, user_id: str, path: str) -> Part:
    """Tell the risk of a user, and let it be decided."""
    found: dict[str, Any] = {}
    try:
        found = await visit.graph.get(f"/identityProtection/riskyUsers/{user_id}")
    except Refused as refused:
        if refused.status != 404:
            raise
    forms: tuple[Form, ...] = ()
    if visit.may("POST", "/identityProtection/riskyUsers/dismiss"):
        forms = (
            Form(f"{path}/risk/confirm", "risk.confirm", "risk.confirm_hint", danger=True),
            Form(f"{path}/risk/dismiss", "risk.dismiss", "risk.dismiss_hint"),
        )
    if not found:
        return Table("risk.title", (), (), "risk.none", forms=forms)
    high = found.get("riskLevel") in {"medium", "high"}
    rows = (
        ("risk.level", (texts(found.get("riskLevel"), tone=BAD if high else GOOD),)),
        ("risk.state", (texts(found.get("riskState")),)),
        ("risk.updated", (Cell(moment=str(found.get("riskLastUpdatedDateTime") or "")),)),
    )
    return Facts("risk.title", rows, forms)


async def methods(visit: Visit, user_id: str, path: str) -> Part:
    """List what a user proves himself by."""
    found = await visit.graph.all(f"/users/{user_id}/authentication/methods")
    forms: list[Form] = []
    if visit.may("POST", f"{_AUTHENTICATION}/temporaryAccessPassMethods"):
        fields = (
            Field("lifetime", "methods.lifetime", "60", "number", "methods.lifetime_hint"),
            Field("once", "methods.once", "1", "tick"),
        )
        giving = Form(f"{path}/access-pass", "methods.access_pass", "methods.access_pass_hint")
        forms.append(Form(giving.path, giving.label, giving.hint, fields))
        again = f"{path}/reregister"
        forms.append(Form(again, "methods.reregister", "methods.reregister_hint", danger=True))
    columns = ("methods.method", "methods.detail", "methods.registered")
    rows = [_method(visit, each, path) for each in found]
    return Table("methods.title", columns, rows, "methods.none", forms=tuple(forms))


def _method(visit: Visit, method: JsonObject, path: str) -> Row:
    kind = str(method["@odata.type"]).rpartition(".")[2].removesuffix("AuthenticationMethod")
    forms: tuple[Form, ...] = ()
    if kind != "password" and visit.may("DELETE", f"{_AUTHENTICATION}/{kind}Methods/{{method}}"):
        gone = f"{path}/methods/{kind}/{method['id']}/delete"
        forms = (Form(gone, "methods.delete", about=str(method.get("displayName") or kind)),)
    detail = texts(method.get("displayName"))
    if kind == _PASS:
        usable = method.get("isUsable") is True
        detail = Cell(
            key="methods.usable" if usable else "methods.not_usable", tone=GOOD if usable else BAD
        )
    registered = Cell(moment=str(method.get("createdDateTime") or ""))
    return Row((Cell(key=f"methods.{kind}"), detail, registered), forms)


async def sessions(visit: Visit, user_id: str, path: str) -> Part:
    """List the sessions of a user."""
    found = await visit.graph.all(f"/users/{user_id}/signInSessions")
    rows = [
        Row(
            (
                Cell(moment=str(each["createdDateTime"])),
                texts(", ".join(each["methods"])),
                Cell(moment=str(each["lastSeenDateTime"])),
                Cell(moment=str(each["expirationDateTime"])),
                yes_or_no(each["isPersistent"]),
            )
        )
        for each in found
    ]
    names = ("began", "methods", "seen", "ends", "persistent")
    columns = tuple(f"sessions.{each}" for each in names)
    return Table("sessions.title", columns, rows, "sessions.none")


def revoking(visit: Visit, path: str) -> tuple[Part, ...]:
    """Give the form that ends all sessions, where the person may."""
    if not visit.may("POST", "/users/{id}/revokeSignInSessions"):
        return ()
    return (Form(f"{path}/revoke", "sessions.revoke", "sessions.revoke_hint", danger=True),)


async def memberships(visit: Visit, user_id: str) -> Part:
    """List the groups and roles of a user, himself or by groups."""
    page = await visit.graph.get(f"/users/{user_id}/transitiveMemberOf", **_asked(visit))
    return objects_table(
        "users.memberships",
        page["value"],
        empty="users.no_memberships",
        after=following(visit, page),
        hint="users.roles_hint",
    )


async def devices(visit: Visit, user_id: str) -> Part:
    """List the devices of a user."""
    found = await visit.graph.all(f"/users/{user_id}/registeredDevices")
    owned = await visit.graph.all(f"/users/{user_id}/ownedDevices")
    both = {each["id"]: each for each in (*owned, *found)}
    return objects_table("users.registered_devices", both.values(), empty="users.no_devices")


async def owned(visit: Visit, user_id: str) -> Part:
    """List what a user owns."""
    page = await visit.graph.get(f"/users/{user_id}/ownedObjects")
    return objects_table("users.owned_objects", page["value"], empty="users.no_objects")


async def applications(visit: Visit, user_id: str) -> Part:
    """List the applications that a user was assigned to."""
    found = await visit.graph.all(f"/users/{user_id}/appRoleAssignments")
    rows = [
        Row(
            (
                Cell(
                    str(each.get("resourceDisplayName") or each["resourceId"]),
                    link=f"/service-principals/{each['resourceId']}",
                ),
                Cell(moment=str(each.get("createdDateTime") or "")),
            )
        )
        for each in found
    ]
    columns = ("directory.name", "directory.created")
    return Table("users.applications", columns, rows, "users.no_applications")


def _asked(visit: Visit) -> dict[str, str]:
    after = visit.query.get("after")
    return {"top": ON_A_PAGE, **({"skiptoken": after} if after else {})}
