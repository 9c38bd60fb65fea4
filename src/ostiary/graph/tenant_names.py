"""`organization` and `domains`: what the tenant is called, and whose names people may have.

Sources: api-reference organization-list, -get, -update; domain-list, -get, -post-domains,
-update, -verify, -delete.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from ostiary.administration import tenant_names
from ostiary.directory.objects import ORGANIZATION
from ostiary.graph.answers import entity, page, selected
from ostiary.graph.bodies import FLAG, OBJECT, TEXT, TEXTS, Kind, Members, body_shape, written
from ostiary.graph.directory_objects import absent
from ostiary.graph.directory_permissions import (
    READ_DOMAINS,
    WRITE_DOMAINS,
    WRITE_ORGANIZATION,
)
from ostiary.graph.listing import filter_of
from ostiary.graph.permissions import READ_ORGANIZATION
from ostiary.graph.shapes import DONE, MAYBE_TEXT, listed, told
from ostiary.graph.shapes import made as new
from ostiary.http import shapes
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.http.shapes import Named, opened
from ostiary.schema.odata_filter import holds

OPERATIONS: Final = Operations()
_ORGANIZATION: Final = Named(
    "organization",
    opened({"id": shapes.TEXT, "displayName": MAYBE_TEXT, "verifiedDomains": shapes.OBJECTS}),
)
_CONTACTS: Final[Members] = {
    "businessPhones": TEXTS,
    "marketingNotificationEmails": TEXTS,
    "privacyProfile": OBJECT,
    "securityComplianceNotificationMails": TEXTS,
    "securityComplianceNotificationPhones": TEXTS,
    "technicalNotificationMails": TEXTS,
}
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME: Final = re.compile(rf"(?:{_LABEL}\.)+{_LABEL}")
_DOMAIN_ID: Final = Kind(
    lambda value: (
        isinstance(value, str)
        and len(value) <= 253
        and _NAME.fullmatch(value.casefold()) is not None
    ),
    "a domain name such as fjordvik.example",
    empties=False,
    shape=TEXT.shape,
)
_NEW_DOMAIN: Final[Members] = {"id": _DOMAIN_ID}
_DEFAULT: Final[Members] = {"isDefault": FLAG}
_DOMAIN: Final = Named(
    "domain",
    opened(
        {
            "id": shapes.TEXT,
            "authenticationType": MAYBE_TEXT,
            "isAdminManaged": shapes.FLAG,
            "isDefault": shapes.FLAG,
            "isInitial": shapes.FLAG,
            "isRoot": shapes.FLAG,
            "isVerified": shapes.FLAG,
            "supportedServices": shapes.TEXTS,
        }
    ),
)
_ONE: Final = "/domains/{id}"


@OPERATIONS.add("GET", "/organization", needs=READ_ORGANIZATION, answers=listed(_ORGANIZATION))
def list_organization(call: Call) -> Answer:
    """Tell the tenant."""
    return page(call, [_organization(call)], "organization")


@OPERATIONS.add("GET", "/organization/{id}", needs=READ_ORGANIZATION, answers=told(_ORGANIZATION))
def get_organization(call: Call) -> Answer:
    """Tell the tenant by its id."""
    _require_own(call)
    return Answer(body=entity(call, _organization(call), "organization"))


@OPERATIONS.add(
    "PATCH",
    "/organization/{id}",
    needs=WRITE_ORGANIZATION,
    answers=DONE,
    body=body_shape(_CONTACTS),
)
def patch_organization(call: Call) -> Answer:
    """Change whom to reach at the organization."""
    _require_own(call)
    members = written(call.document, _CONTACTS)
    tenant_names.change_organization(call.store, call.server.snapshots, members, by=call.actor)
    return Answer(204)


@OPERATIONS.add("GET", "/domains", needs=READ_DOMAINS, answers=listed(_DOMAIN))
def list_domains(call: Call) -> Answer:
    """List the domains of the tenant."""
    wanted = filter_of(call)
    found = [_shown(each) for each in tenant_names.domains_of(call.store)]
    left = [each for each in found if wanted is None or holds(wanted, each, fold=True)]
    return page(call, [selected(call, each) for each in left], "domains")


@OPERATIONS.add("GET", _ONE, needs=READ_DOMAINS, answers=told(_DOMAIN))
def get_domain(call: Call) -> Answer:
    """Tell one domain."""
    wanted = call.path["id"].casefold()
    for each in map(_shown, tenant_names.domains_of(call.store)):
        if each["id"].casefold() == wanted:
            return Answer(body=entity(call, selected(call, each), "domains"))
    raise absent(wanted)


@OPERATIONS.add(
    "POST",
    "/domains",
    needs=WRITE_DOMAINS,
    answers=new(_DOMAIN),
    body=body_shape(_NEW_DOMAIN, needed=("id",)),
)
def create_domain(call: Call) -> Answer:
    """Add a domain, which has to be verified."""
    name = str(written(call.document, _NEW_DOMAIN, needed=("id",))["id"]).casefold()
    made = tenant_names.add_domain(call.store, call.server.snapshots, name, by=call.actor)
    return Answer(201, entity(call, _shown(made), "domains"))


@OPERATIONS.add("POST", f"{_ONE}/verify", needs=WRITE_DOMAINS, answers=told(_DOMAIN))
def verify_domain(call: Call) -> Answer:
    """Let people have names of a domain from now on."""
    name = call.path["id"]
    found = tenant_names.verify_domain(call.store, call.server.snapshots, name, by=call.actor)
    return Answer(body=entity(call, _shown(found), "domains"))


@OPERATIONS.add("PATCH", _ONE, needs=WRITE_DOMAINS, answers=DONE, body=body_shape(_DEFAULT))
def patch_domain(call: Call) -> Answer:
    """Make a domain the default."""
    if written(call.document, _DEFAULT, needed=("isDefault",))["isDefault"] is not True:
        raise ApiError(400, "Request_BadRequest", "expected `isDefault` true on another domain")
    name = call.path["id"]
    tenant_names.make_default(call.store, call.server.snapshots, name, by=call.actor)
    return Answer(204)


@OPERATIONS.add("DELETE", _ONE, needs=WRITE_DOMAINS, answers=DONE)
def delete_domain(call: Call) -> Answer:
    """Remove a domain that nobody has his name of."""
    name = call.path["id"]
    tenant_names.remove_domain(call.store, call.server.snapshots, name, by=call.actor)
    return Answer(204)


def _require_own(call: Call) -> None:
    if call.path["id"].casefold() != call.server.tenant_id.casefold():
        raise absent(call.path["id"])


def _organization(call: Call) -> dict[str, Any]:
    value = dict(call.store.singles.value_of(ORGANIZATION))
    value.pop(tenant_names.UNVERIFIED, None)
    plain: dict[str, Any] = {"displayName": "", "verifiedDomains": []}
    return selected(call, {**plain, **value, "id": call.server.tenant_id})


def _shown(domain: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": str(domain["name"]),
        "authenticationType": str(domain.get("type") or "Managed"),
        "isAdminManaged": True,
        "isDefault": domain.get("isDefault") is True,
        "isInitial": domain.get("isInitial") is True,
        "isRoot": True,
        "isVerified": domain["isVerified"] is True,
        "supportedServices": [],
    }
