"""What the tenant is called: contacts of its organization, and its domains.

A server has one tenant, so that nobody else could claim a domain: verifying one asks no DNS
(docs/decisions/0030-graph-resources.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from ostiary.administration.guard import guarded
from ostiary.directory.errors import NoSuchObject, ObjectExists
from ostiary.directory.objects import ORGANIZATION
from ostiary.directory.protocols import Actor
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Aggregates, Store
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_object, is_list

VERIFIED, UNVERIFIED = "verifiedDomains", "unverifiedDomains"
MOST_DOMAINS: Final = 900


def domains_of(work: Aggregates) -> list[dict[str, Any]]:
    """Give the domains of the tenant, the verified ones first; `isVerified` says which are."""
    value = work.singles.value_of(ORGANIZATION)
    return [
        {**domain, "isVerified": member == VERIFIED}
        for member in (VERIFIED, UNVERIFIED)
        for domain in _listed(value, member)
    ]


def change_organization(
    store: Store, snapshots: Snapshots, members: JsonObject, *, by: Actor
) -> None:
    """Give members of the organization other values."""
    with guarded(store, snapshots, by=by) as work:
        value = work.singles.value_of(ORGANIZATION)
        work.singles.write(ORGANIZATION, {**value, **members}, by=by)


def add_domain(store: Store, snapshots: Snapshots, name: str, *, by: Actor) -> JsonObject:
    """Add a domain, which has to be verified. Raises ObjectExists, InputError."""
    with guarded(store, snapshots, by=by) as work:
        known = domains_of(work)
        if any(str(each["name"]).casefold() == name for each in known):
            raise ObjectExists(f"the domain `{name}` is there already")
        if len(known) >= MOST_DOMAINS:
            raise InputError(f"expected at most {MOST_DOMAINS} domains")
        made = {"name": name, "type": "Managed", "isDefault": False, "isInitial": False}
        _keep(work, [*known, {**made, "isVerified": False}], by)
    return {**made, "isVerified": False}


def verify_domain(store: Store, snapshots: Snapshots, name: str, *, by: Actor) -> JsonObject:
    """Let people have names of a domain from now on. Raises NoSuchObject."""
    with guarded(store, snapshots, by=by) as work:
        found = _found(work, name)
        verified = {**found, "isVerified": True}
        others = [each for each in domains_of(work) if each["name"] != found["name"]]
        _keep(work, [*others, verified], by)
    return verified


def make_default(store: Store, snapshots: Snapshots, name: str, *, by: Actor) -> None:
    """Make a verified domain the default. Raises NoSuchObject, InputError."""
    with guarded(store, snapshots, by=by) as work:
        found = _found(work, name)
        if not found["isVerified"]:
            raise InputError(f"expected a verified domain, came `{name}`")
        known = domains_of(work)
        _keep(work, [{**each, "isDefault": each["name"] == found["name"]} for each in known], by)


def remove_domain(store: Store, snapshots: Snapshots, name: str, *, by: Actor) -> None:
    """Remove a domain that nobody has his name of. Raises NoSuchObject, InputError."""
    with guarded(store, snapshots, by=by) as work:
        found = _found(work, name)
        if found.get("isDefault") or found.get("isInitial"):
            raise InputError("expected a domain that is neither the default nor the initial one")
        ending = f"@{str(found['name']).casefold()}"
        if any(_name_of(each.document).endswith(ending) for each in work.users.all()):
            raise InputError(f"people have names of the domain `{name}`")
        _keep(work, [each for each in domains_of(work) if each["name"] != found["name"]], by)


def _listed(value: JsonObject, member: str) -> list[JsonObject]:
    found = value.get(member)
    return [as_object(each) for each in found] if is_list(found) else []


def _found(work: Aggregates, name: str) -> dict[str, Any]:
    for each in domains_of(work):
        if str(each["name"]).casefold() == name.casefold():
            return each
    raise NoSuchObject(f"there is no domain `{name[:60]}`")


def _name_of(document: JsonObject) -> str:
    return str(document.get("userPrincipalName") or "").casefold()


def _keep(work: Aggregates, domains: Sequence[JsonObject], by: Actor) -> None:
    value = dict(work.singles.value_of(ORGANIZATION))
    for member, verified in ((VERIFIED, True), (UNVERIFIED, False)):
        value[member] = [
            {key: kept for key, kept in each.items() if key != "isVerified"}
            for each in domains
            if each["isVerified"] is verified
        ]
    work.singles.write(ORGANIZATION, value, by=by)
