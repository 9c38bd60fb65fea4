"""From raw documents to the directory of a tenant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from ostiary.model.directory import (
    Agreement,
    Application,
    AuthenticationStrength,
    Directory,
    Group,
    NamedLocation,
    RoleAssignment,
    ServicePrincipal,
    User,
)
from ostiary.model.errors import InputError, Problem
from ostiary.model.json_types import Json
from ostiary.tenant.catalogue import Catalogue
from ostiary.tenant.documents import (
    ROLE_ASSIGNMENTS,
    TENANT_ID,
    Item,
    RawTenant,
    Warning_,
    expected_object,
)
from ostiary.tenant.duplicates import replacement, same_names, settle
from ostiary.tenant.kept_reading import KeptReading, Memory
from ostiary.tenant.left_out import short_groups, without_scope
from ostiary.tenant.locations_json import read_location
from ostiary.tenant.members import WrongMember, text
from ostiary.tenant.paging import cut_off
from ostiary.tenant.people_json import (
    Ids,
    by_id,
    group_reader,
    read_all,
    read_registration,
    read_role_assignment,
    read_role_name,
    read_user,
)
from ostiary.tenant.services_json import application_of, read_application, read_service_principal
from ostiary.tenant.settings_json import ReadSettings, read_settings
from ostiary.tenant.shapes import is_object, kind_of
from ostiary.tenant.spelling import respelled
from ostiary.tenant.strengths_json import blank_combinations, read_agreement, read_strength

STRENGTHS, CONTEXTS, REGISTRATIONS = (
    "authenticationStrengthPolicies",
    "authenticationContextClassReferences",
    "userRegistrationDetails",
)


@dataclass(frozen=True, slots=True)
class ReadDirectory:
    """A directory, and what else the input says that policies may name.

    `contexts` map an id to a name.
    """

    directory: Directory
    settings: ReadSettings
    contexts: Mapping[str, str]
    warnings: tuple[Warning_, ...]


def read_directory(
    raw: RawTenant, catalogue: Catalogue, kept: KeptReading | None = None
) -> ReadDirectory:
    """Read everything but the policies. Raises InputError where a member has the wrong type.

    `kept` is the reading of the state before, of which only what changed is read again.
    """
    kept = kept or KeptReading()
    warnings: list[Warning_] = []
    settings = read_settings(raw, catalogue, warnings)
    ids = Ids()

    def read_users(memory: Memory, said: list[Warning_]) -> Mapping[str, User]:
        return MappingProxyType(by_id(raw.part("users"), read_user, said, memory))

    def read_groups(memory: Memory, said: list[Warning_]) -> Mapping[str, Group]:
        ids.update(zip(users, users, strict=True))
        said.extend(short_groups(raw))
        return MappingProxyType(by_id(raw.part("groups"), group_reader(ids), said, memory))

    def read_locations(_: Memory, said: list[Warning_]) -> Mapping[str, NamedLocation]:
        return MappingProxyType(_locations(raw, said))

    users = kept.read("users", raw.part("users"), warnings, read_users)
    groups = kept.read("groups", raw.part("groups"), warnings, read_groups)
    locations = kept.read("namedLocations", raw.part("namedLocations"), warnings, read_locations)
    principals = by_id(raw.part("servicePrincipals"), read_service_principal, warnings)
    registered = read_all(raw.part(REGISTRATIONS), read_registration)
    directory = Directory(
        tenant_id=_tenant_id(raw),
        users=users,
        groups=groups,
        role_assignments=_role_assignments(raw, warnings),
        role_names=MappingProxyType({**catalogue.roles, **_role_names(raw)}),
        service_principals=MappingProxyType(principals),
        applications=MappingProxyType(_applications(raw, principals)),
        named_locations=locations,
        strengths=MappingProxyType(_strengths(raw, catalogue, warnings)),
        agreements=MappingProxyType(_agreements(raw, warnings)),
        registrations=MappingProxyType({each.user_id: each for each, _, _ in registered}),
        settings=settings.settings,
    )
    return ReadDirectory(directory, settings, _contexts(raw), tuple(warnings))


def _tenant_id(raw: RawTenant) -> str:
    """Give the tenant's id: a text, or an object that has it (Graph's organization)."""
    for item in raw.items(TENANT_ID):
        value = item.value
        if is_object(value):
            value = value.get("tenantId") or value.get("id")
        if isinstance(value, str):
            return value.strip().casefold()
        raise InputError(f"{item.source}: expected an id, came {kind_of(item.value)}")
    return ""


def _role_assignments(
    raw: RawTenant, warnings: list[Warning_]
) -> tuple[RoleAssignment, ...] | None:
    """Give the assignments, None where the input does not have them all: then nobody knows."""
    parts = raw.part(ROLE_ASSIGNMENTS)
    if not raw.has(ROLE_ASSIGNMENTS):
        return None
    found = tuple(dict.fromkeys(each for each, _, _ in read_all(parts, read_role_assignment)))
    if cut_off(parts):
        return None
    warnings.extend(without_scope(found))
    return found


def _role_names(raw: RawTenant) -> dict[str, str]:
    named = (each for each, _, _ in read_all(raw.part(ROLE_ASSIGNMENTS), read_role_name))
    return {role: name for role, name in named if name}


def _applications(
    raw: RawTenant, principals: Mapping[str, ServicePrincipal]
) -> dict[str, Application]:
    """Give the applications that are listed, and those that have a service principal.

    Entra keeps the attributes that filters read on the service principal, so an application whose
    entry says nothing of attributes takes those of its principal.
    """
    behind = {each.app_id: application_of(each) for each in principals.values() if each.app_id}
    found: dict[str, Application] = {}
    for application, _, _ in read_all(raw.part("applications"), read_application):
        other = behind.get(application.app_id)
        if other is not None and application.attributes is None:
            application = replace(application, attributes=other.attributes)
        found.setdefault(application.app_id, application)
    return behind | found


def _settled(items: Iterable[Item], what: str, warnings: list[Warning_]) -> tuple[Item, ...]:
    """Respell objects and keep each of them once; says which of two versions is used."""
    settled = settle([Item(_respelled(item, warnings), item.source) for item in items])
    warnings.extend(
        Warning_("duplicateId", replacement(item, current), item.source)
        for item, current in settled.replaced
    )
    warnings.extend(same_names(settled.kept, what))
    return settled.kept


def _respelled(item: Item, warnings: list[Warning_]) -> Json:
    problems: list[Problem] = []
    spelled = respelled(expected_object(item), problems)
    warnings.extend(Warning_(each.code, each.message, item.source) for each in problems)
    return spelled


def _locations(raw: RawTenant, warnings: list[Warning_]) -> dict[str, NamedLocation]:
    kept = _settled(raw.items("namedLocations"), "named locations", warnings)
    found = (read_location(item, warnings) for item in kept)
    return {location.id: location for location in found}


def _strengths(
    raw: RawTenant, catalogue: Catalogue, warnings: list[Warning_]
) -> dict[str, AuthenticationStrength]:
    """Give the strengths; the built-in ones are there even if the export leaves them out."""
    found = {strength.id: strength for strength in catalogue.strengths}
    for item in _settled(raw.items(STRENGTHS), "authentication strengths", warnings):
        try:
            strength = read_strength(expected_object(item))
            blank = blank_combinations(expected_object(item))
        except WrongMember as wrong:
            raise wrong.at(item.source) from None
        if blank:
            warnings.append(Warning_("blankCombination", blank, item.source))
        found[strength.id] = strength
    return found


def _agreements(raw: RawTenant, warnings: list[Warning_]) -> dict[str, Agreement]:
    kept = _settled(raw.items("agreements"), "terms of use", warnings)
    found = (read_agreement(item, warnings) for item in kept)
    return {agreement.id: agreement for agreement in found}


def _contexts(raw: RawTenant) -> dict[str, str]:
    found = read_all(raw.part(CONTEXTS), lambda body: (text(body, "id"), text(body, "displayName")))
    return {context.casefold(): name for (context, name), _, _ in found if context}
