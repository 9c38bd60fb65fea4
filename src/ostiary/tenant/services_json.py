"""Service principals and applications with their custom security attributes, from raw objects."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ostiary.model.directory import (
    Application,
    Attributes,
    PrincipalKind,
    ServicePrincipal,
)
from ostiary.model.json_types import JsonObject
from ostiary.tenant.members import (
    WrongMember,
    identifier,
    members,
    optional_identifier,
    optional_text,
    text,
)
from ostiary.tenant.shapes import is_list, is_object
from ostiary.tenant.spelling import TYPE

_ATTRIBUTES = "customSecurityAttributes"
_NO_ATTRIBUTES: Attributes = MappingProxyType({})
_KINDS = {kind.value.casefold(): kind for kind in PrincipalKind}


def read_service_principal(raw: JsonObject) -> ServicePrincipal:
    """Read a service principal; a kind that Conditional Access does not know is an application."""
    kind = _KINDS.get(text(raw, "servicePrincipalType").casefold(), PrincipalKind.APPLICATION)
    if str(raw.get(TYPE, "")).endswith(".agentIdentity"):
        kind = PrincipalKind.AGENT_IDENTITY
    return ServicePrincipal(
        id=identifier(raw, "id"),
        app_id=text(raw, "appId").casefold(),
        display_name=text(raw, "displayName"),
        owner_tenant=optional_identifier(raw, "appOwnerOrganizationId"),
        kind=kind,
        sign_in_audience=optional_text(raw, "signInAudience"),
        attributes=read_attributes(raw),
    )


def read_application(raw: JsonObject) -> Application:
    """Read an application; policies know it by `appId`, not by the id of the object."""
    return Application(
        app_id=identifier(raw, "appId"),
        display_name=text(raw, "displayName"),
        attributes=read_attributes(raw),
    )


def application_of(principal: ServicePrincipal) -> Application:
    """Take a service principal for the resource it stands for, with its attributes."""
    return Application(principal.app_id, principal.display_name, principal.attributes)


def read_attributes(raw: JsonObject) -> Attributes | None:
    """Read `{set: {attribute: value or list}}`; only texts count in filters.

    None where the member is absent: Graph returns it only to those who ask for it and may read
    attributes, so nobody can tell what the object has. Null and `{}` say that it has none.
    Sources: entra-docs conditional-access/concept-filter-for-applications; api-reference
    serviceprincipal ("Returned only on $select").
    """
    if _ATTRIBUTES not in raw:
        return None
    sets = members(raw, _ATTRIBUTES)
    if not sets:
        return _NO_ATTRIBUTES
    found: dict[str, tuple[str, ...]] = {}
    for set_name, attributes in sets.items():
        if "@" in set_name:
            continue
        if not is_object(attributes):
            raise WrongMember(f"{_ATTRIBUTES}/{set_name}", "an object", attributes)
        found.update(_texts_of(set_name, attributes))
    return MappingProxyType(found)


def _texts_of(set_name: str, attributes: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, value in attributes.items():
        texts = tuple(each for each in (value if is_list(value) else [value]) if _is_text(each))
        if texts and "@" not in name:
            found[f"{set_name}_{name}".casefold()] = texts
    return found


def _is_text(value: object) -> bool:
    return isinstance(value, str)
