"""A new tenant: key-encryption key, directory, first-party applications, first administrator.

There is no default password: the first administrator and every emergency access account get a
one-time link instead (checklist BG06).
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.arm.seeding import seed_subscription
from ostiary.directory.database import FILE_NAME
from ostiary.directory.first_party import PORTAL, seed_first_party
from ostiary.directory.importing import import_tenant
from ostiary.directory.objects import ORGANIZATION, SETTINGS
from ostiary.directory.protocols import Actor
from ostiary.directory.sealed import StoreSealer
from ostiary.directory.store import Store, open_store
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_object, as_strings
from ostiary.secrecy.clock import Clock
from ostiary.secrecy.kek import FILE as KEK_FILE
from ostiary.secrecy.kek import VARIABLE, KeyEncryptionKeyError, create_keys, load_keys
from ostiary.secrecy.randomness import Randomness
from ostiary.tenant.documents import RawTenant

_DOMAIN: Final = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_LOCAL_PART: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")


@dataclass(frozen=True, slots=True)
class NewTenant:
    """What the first administrator says; `emergency` are sign-in names of emergency accounts.

    `source` is an export or document of a tenant to begin with, None for an empty directory.
    """

    domain: str
    organization: str
    administrator: str
    administrator_name: str = ""
    emergency: tuple[str, ...] = ()
    source: Path | Mapping[str, Any] | RawTenant | None = None


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody who has to get a link: his id and sign-in name."""

    id: str
    name: str
    emergency: bool


@dataclass(frozen=True, slots=True)
class MadeTenant:
    """What was made."""

    tenant_id: str
    people: tuple[NewPerson, ...]
    objects: int
    refused: tuple[str, ...]


def sign_in_name(written: str, domain: str) -> str:
    """Give the sign-in name of somebody written with or without a domain. Raises InputError."""
    local, at, rest = written.strip().rpartition("@")
    local, place = (local, rest) if at else (rest, domain)
    if not _LOCAL_PART.fullmatch(local) or not _DOMAIN.fullmatch(place.casefold()):
        raise InputError(f"expected a sign-in name like `astrid@{domain}`, came `{written[:80]}`")
    return f"{local}@{place.casefold()}"


def checked_domain(written: str) -> str:
    """Give a domain in lower case. Raises InputError where it is none."""
    domain = written.strip().casefold()
    if not _DOMAIN.fullmatch(domain):
        raise InputError(f"expected a domain like `contoso.example`, came `{written[:80]}`")
    return domain


@contextmanager
def new_store(
    data: Path,
    database: str | None,
    environment: Mapping[str, str],
    *,
    clock: Clock,
    randomness: Randomness,
) -> Generator[Store]:
    """Open a store that does not exist yet, with a key-encryption key of its own.

    What was made is taken away again where this raises. Raises InputError where there is data.
    """
    if (data / FILE_NAME).exists():
        raise InputError(
            f"expected no data in `{data}`, and a server's data is there",
            hint="name another folder with --data; `ostiary recover` lets an administrator in",
        )
    with suppress(FileExistsError):
        data.mkdir(mode=0o700, parents=True)
    new_key = _make_key(data, environment, randomness)
    keys = load_keys(data, environment)
    try:
        place = database or data
        sealer = StoreSealer(keys, randomness)
        store = open_store(place, clock=clock, random=randomness.octets, sealer=sealer)
        try:
            yield store
        finally:
            store.close()
    except BaseException:
        for name in (FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"):
            (data / name).unlink(missing_ok=True)
        if new_key:
            (data / KEK_FILE).unlink(missing_ok=True)
        raise


def make_tenant(
    store: Store,
    new: NewTenant,
    *,
    by: Actor,
    randomness: Randomness,
    portal_redirect_uris: tuple[str, ...] = (),
) -> MadeTenant:
    """Fill an empty store. Raises InputError where the export cannot be used, ObjectExists."""
    refused: tuple[str, ...] = ()
    objects, tenant_id = 0, ""
    if new.source is not None:
        imported = import_tenant(store, new.source, by=by)
        objects, tenant_id = imported.objects, imported.parts.directory.tenant_id
        refused = tuple(each.name for each in imported.parts.refused)
    tenant_id = tenant_id or randomness.object_id()
    _write_organization(store, new, tenant_id, by)
    objects += seed_first_party(store, portal_redirect_uris=portal_redirect_uris)
    named = (new.administrator, *new.emergency)
    people = [_administrator(store, new, each, by) for each in dict.fromkeys(named)]
    # entra-docs role-based-access-control/elevate-access-global-admin: who owns the tenant can own
    # its subscriptions; without an owner nobody could give the first role.
    seed_subscription(store, owners=[each.id for each in people], name=new.organization, by=by)
    _declare_emergency(store, [each.name for each in people if each.emergency], by)
    return MadeTenant(tenant_id, tuple(people), objects + len(people), refused)


def let_admin_center_answer_at(store: Store, login_url: str, *, by: Actor) -> None:
    """Register where people come back to the admin center, for a server at another address.

    Raises InputError where the tenant has no admin center any more.
    """
    portal = store.applications.by_app_id(PORTAL)
    if portal is None:
        raise InputError(
            "expected the admin center among the applications of the tenant, it is gone",
            hint="name another folder with --data, or remove this one and start again",
        )
    address = f"{login_url}/admin/signed-in"
    web = as_object(portal.document.get("web"))
    uris = as_strings(web.get("redirectUris"))
    if address not in uris:
        members = {"web": {**web, "redirectUris": [*uris, address]}}
        store.applications.modify(portal.id, members, by=by)


def _make_key(data: Path, environment: Mapping[str, str], randomness: Randomness) -> bool:
    """Make a key unless the host hands one over already; tells whether it did."""
    if environment.get(VARIABLE) or environment.get("CREDENTIALS_DIRECTORY"):
        with suppress(KeyEncryptionKeyError):
            load_keys(data, environment)
            return False
    if (data / KEK_FILE).exists():
        return False
    create_keys(data, randomness)
    return True


def _write_organization(store: Store, new: NewTenant, tenant_id: str, by: Actor) -> None:
    domain = {"name": new.domain, "isDefault": True, "isInitial": True, "type": "Managed"}
    value = store.singles.value_of(ORGANIZATION)
    known = value.get("verifiedDomains")
    document: JsonObject = {
        **value,
        "id": tenant_id,
        "displayName": new.organization,
        "tenantType": "AAD",
        "verifiedDomains": known if known else [domain],
    }
    store.singles.write(ORGANIZATION, document, by=by)


def _administrator(store: Store, new: NewTenant, name: str, by: Actor) -> NewPerson:
    """Find or make a user, and make him Global Administrator."""
    found = store.users.by_name(name)
    if found is None:
        first = name == new.administrator and new.administrator_name
        found = store.users.create(
            {
                "displayName": first or name.partition("@")[0],
                "userPrincipalName": name,
                "userType": "Member",
                "accountEnabled": True,
            },
            by=by,
        )
    held = {each.document.get("roleDefinitionId") for each in store.roles.of_principal(found.id)}
    if GLOBAL_ADMINISTRATOR not in held:
        assignment = {"roleDefinitionId": GLOBAL_ADMINISTRATOR, "principalId": found.id}
        store.roles.create({**assignment, "directoryScopeId": "/"}, by=by)
    return NewPerson(found.id, name, name in new.emergency)


def _declare_emergency(store: Store, names: list[str], by: Actor) -> None:
    if not names:
        return
    value = store.singles.value_of(SETTINGS)
    declared = dict.fromkeys((*as_strings(value.get("emergencyAccess")), *names))
    store.singles.write(SETTINGS, {**value, "emergencyAccess": list(declared)}, by=by)
