"""From what an export says to a tenant that can be served: with what is lacking, and with people.

Nothing that the export has is changed, but for groups whose members it does not tell: in the twin
their members are those that are invented; and for mail addresses, which lead nowhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.directory.first_party import MICROSOFT, first_party_ids
from ostiary.model.directory import User
from ostiary.model.json_types import JsonObject, as_object, as_strings, is_object
from ostiary.model.lookup import Lookup
from ostiary.tenant.catalogue import BUILT_IN
from ostiary.tenant.documents import COLLECTIONS, SETTINGS, TENANT_ID, Part, RawTenant
from ostiary.tenant.loading import TenantParts, parts_of
from ostiary.tenant.spelling import MORE_MEMBERS, Spelling
from ostiary.twin.inventing import Invented, Inventing
from ostiary.twin.lacking import Lack, identifier, lacking
from ostiary.twin.stand_ins import application, is_stood_in_for, stand_ins
from ostiary.twin.uses import named, suites_named

NO_DOMAIN: Final = "twin.example"
_SOURCE: Final = "the twin"
_NOWHERE: Final = ".invalid"
_ADDRESSES: Final = frozenset({"mail", "othermails"})
_UNKNOWN: Final = "userRegistrationDetails"
"""Stays unknown where it was not exported: then everybody is given an authenticator app."""


@dataclass(frozen=True)
class Completed:
    """A tenant that can be served, `raw` and as `parts`; `exported` is what it was made of.

    `unknown_members` are names of groups whose members the export does not tell, `moved` counts
    the people whose mail addresses were made to lead nowhere, `microsofts` are applications of
    Microsoft that policies target and the export does not list.
    """

    exported: RawTenant
    raw: RawTenant
    parts: TenantParts
    lacks: tuple[Lack, ...]
    invented: tuple[Invented, ...]
    unknown_members: tuple[str, ...]
    moved: int
    microsofts: tuple[str, ...]
    domain: str
    tenant_id: str
    administrator: User

    @property
    def emergency(self) -> tuple[str, ...]:
        """Give the sign-in names of the emergency access accounts that were invented."""
        users = self.parts.directory.users
        return tuple(users[each.id].principal_name for each in self.invented if each.emergency)


@dataclass
class _Growing:
    """What the export says, and what is added to it."""

    raw: RawTenant
    added: dict[str, list[JsonObject]] = field(default_factory=dict[str, list[JsonObject]])

    def take(self, objects: Iterable[tuple[str, JsonObject]]) -> None:
        """Add objects to their collections."""
        for key, document in objects:
            self.added.setdefault(key, []).append(document)

    def so_far(self, singles: Mapping[str, Any]) -> RawTenant:
        """Give the export with the additions; `singles` take the place of its own."""
        more = {key: (Part(_SOURCE, f"/{key}", tuple(one)),) for key, one in self.added.items()}
        parts = {key: (*self.raw.part(key), *part) for key, part in more.items()}
        own = {key: (Part(_SOURCE, None, (value,)),) for key, value in singles.items()}
        return replace(self.raw, parts={**self.raw.parts, **parts, **own})


def completed(raw: RawTenant) -> Completed:
    """Complete what was read of an export. Raises InputError as `load_parts` does."""
    export = parts_of(raw)
    domain, tenant_id = _domain(export), export.directory.tenant_id or identifier("tenant")
    lacks = tuple(each for each in lacking(raw) if is_stood_in_for(each))
    singles = {SETTINGS: _settings(raw, lacks), TENANT_ID: _organization(raw, tenant_id)}
    growing = _Growing(raw)
    growing.take(stand_ins(lacks, domain=domain, tenant_id=tenant_id))
    microsofts = tuple(_microsofts(parts_of(growing.so_far(singles))))
    growing.take(microsofts)
    known = parts_of(growing.so_far(singles))
    nobody = not export.directory.users
    invented = tuple(_invented(Inventing(known, nobody, domain, tenant_id)))
    growing.take(one for each in invented for one in each.objects)
    if not raw.has("devices"):
        growing.take(("devices", each) for each in Inventing.devices())
    members = {each.id: list[str]() for each in known.directory.groups.values()}
    for each in invented:
        for group in each.groups:
            members[group].append(each.id)
    whole = _told(growing.so_far(singles), members)
    parts = parts_of(whole)
    return Completed(
        raw,
        whole,
        parts,
        lacks,
        invented,
        tuple(_unknown_members(export)),
        sum(_has_mail(item.value) for item in raw.items("users")),
        tuple(str(each["displayName"]) for key, each in microsofts if key == "applications"),
        domain,
        tenant_id,
        next(_administrators(parts)),
    )


def _domain(export: TenantParts) -> str:
    """Give the domain that most members sign in with."""
    members = (each for each in export.directory.users.values() if each.external_type is None)
    names = (each.principal_name.casefold() for each in members)
    found = Counter(name.rpartition("@")[2] for name in names if "@" in name)
    return min(found, key=lambda each: (-found[each], each)) if found else NO_DOMAIN


def _settings(raw: RawTenant, lacks: Iterable[Lack]) -> JsonObject:
    """Let names and placeholders of policies lead to what stands in for them."""
    own: dict[str, Any] = {}
    for item in raw.items(SETTINGS):
        own.update(Spelling().shallow(as_object(item.value)))
    led = {each.word: each.id for each in lacks if each.named}
    return {**own, "names": {**led, **as_object(own.get("names"))}}


def _organization(raw: RawTenant, tenant_id: str) -> JsonObject:
    own = next((as_object(item.value) for item in raw.items(TENANT_ID)), as_object(None))
    return {**own, "id": tenant_id}


def _microsofts(known: TenantParts) -> Iterator[tuple[str, JsonObject]]:
    """Make Microsoft's applications that policies name, and those of the suites they name.

    A tenant has them, whether its export lists them or not.
    """
    principals = known.directory.service_principals.values()
    there = {*first_party_ids(), *(each.app_id for each in principals)}
    suites = known.directory.settings.suites
    members = (
        app for suite in suites_named(known.policies) for app in sorted(suites.get(suite, ()))
    )
    for app in dict.fromkeys((*named(known.policies, Lookup.APPLICATION), *members)):
        if app not in there and app in BUILT_IN.applications:
            yield from application(app, BUILT_IN.applications[app], MICROSOFT)


def _invented(inventing: Inventing) -> Iterator[Invented]:
    """Give everybody who is invented, each under a sign-in name of his own."""
    people = [*inventing.people()]
    roles = [one for each in people for key, one in each.objects if key == "roleAssignments"]
    held = {str(each["roleDefinitionId"]) for each in roles}
    if GLOBAL_ADMINISTRATOR not in held and not any(_administrators(inventing.parts)):
        people.append(inventing.administrator())
    taken = {each.principal_name.casefold() for each in inventing.directory.users.values()}
    for each in people:
        yield _renamed(each, taken)
    yield from inventing.workloads()


def _renamed(person: Invented, taken: set[str]) -> Invented:
    (key, user), *rest = person.objects
    local, _, domain = str(user["userPrincipalName"]).partition("@")
    names = (f"{local}{f'-{n}' if n > 1 else ''}@{domain}" for n in range(1, len(taken) + 2))
    name = next(each for each in names if each not in taken)
    taken.add(name)
    return replace(person, objects=((key, {**user, "userPrincipalName": name}), *rest))


def _administrators(parts: TenantParts) -> Iterator[User]:
    """Give who is Global Administrator himself, in the whole tenant, and can sign in.

    Emergency access accounts come last.
    """
    directory = parts.directory
    held = (
        directory.users.get(each.principal_id)
        for each in directory.role_assignments or ()
        if each.role_id == GLOBAL_ADMINISTRATOR and each.scope == "/"
    )
    found = [each for each in held if each is not None and each.enabled and each.principal_name]
    declared = directory.settings.emergency_access
    yield from sorted(found, key=lambda each: each.id in declared)


def _unknown_members(export: TenantParts) -> Iterator[str]:
    groups = export.directory.groups.values()
    return (each.display_name or each.id for each in groups if each.members is None)


def _told(raw: RawTenant, members: Mapping[str, list[str]]) -> RawTenant:
    """Let every collection be known, and the members of every group."""
    spelling = Spelling()

    def group(value: Any) -> Any:
        if not is_object(value):
            return value
        own = spelling.shallow(value)
        added = members.get(str(own.get("id", "")).casefold(), [])
        if own.get("members") is not None and not own.get(MORE_MEMBERS):
            return {**own, "members": [*own["members"], *added]} if added else value
        rest = {name: one for name, one in own.items() if name != MORE_MEMBERS}
        return {**rest, "members": added}

    def user(value: Any) -> Any:
        return _unreachable(spelling.shallow(value)) if _has_mail(value) else value

    parts = {key: raw.part(key) for key in COLLECTIONS if raw.has(key) or key != _UNKNOWN}
    parts["users"] = tuple(
        replace(part, values=tuple(map(user, part.values))) for part in raw.part("users")
    )
    parts["groups"] = tuple(
        replace(part, values=tuple(map(group, part.values))) for part in raw.part("groups")
    )
    told = {key: part or (Part(_SOURCE, f"/{key}", ()),) for key, part in parts.items()}
    return replace(raw, parts={**raw.parts, **told})


def _has_mail(user: Any) -> bool:
    return is_object(user) and any(name.casefold() in _ADDRESSES for name in user)


def _unreachable(user: JsonObject) -> JsonObject:
    """Give somebody addresses that reach nobody (RFC 6761): people get no mail about a twin."""
    mail, others = user.get("mail"), as_strings(user.get("otherMails"))
    return {
        **user,
        "mail": f"{mail}{_NOWHERE}" if isinstance(mail, str) and mail else mail,
        "otherMails": [f"{each}{_NOWHERE}" for each in others],
    }
