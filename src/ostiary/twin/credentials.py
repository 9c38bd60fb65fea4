"""Test credentials for the people and workloads of a twin, and the file that holds them.

An export has no passwords. Everybody is given the same one, drawn for this twin, and a key of an
authenticator app of his own unless the export says that he registered no second factor.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from ostiary.directory.documents import Stored
from ostiary.directory.protocols import Actor
from ostiary.directory.store import Aggregates
from ostiary.factors import totp
from ostiary.model.directory import Directory, PrincipalKind
from ostiary.model.errors import InputError
from ostiary.secrecy.randomness import Randomness
from ostiary.serving.files import PRIVATE, write_anew
from ostiary.signin.stored_methods import TOTP, totp_document
from ostiary.twin.devices import TwinDevice
from ostiary.web.service import Service

FILE_NAME: Final = "twin.json"
ORGANIZATION: Final = "Digital twin"
_LASTS: Final = timedelta(days=180)
_AT_ONCE: Final = 500
"""So many people are written in one transaction."""


@dataclass(frozen=True, slots=True)
class TwinPerson:
    """Somebody to sign in as; without a second factor there is no key of an app."""

    id: str
    name: str
    display_name: str
    otp_key: str


@dataclass(frozen=True, slots=True)
class TwinWorkload:
    """An application to sign in as, by its client id and secret."""

    app_id: str
    name: str
    secret: str
    principal_id: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """All credentials of a twin; `source` says of what it is one, `password` is everybody's."""

    source: str
    tenant_id: str
    subscription_id: str
    password: str
    administrator: str
    emergency: tuple[str, ...]
    people: tuple[TwinPerson, ...]
    workloads: tuple[TwinWorkload, ...]
    devices: tuple[TwinDevice, ...]

    def person(self, name: str) -> TwinPerson:
        """Give somebody by his sign-in name. Raises InputError."""
        folded = name.casefold()
        for each in self.people:
            if each.name.casefold() == folded:
                return each
        raise InputError(f"expected somebody of the twin, nobody signs in as `{name}`")


def people_of(
    service: Service, directory: Directory, *, by: Actor, tell: Callable[[int], None]
) -> tuple[str, list[TwinPerson]]:
    """Give everybody who has a sign-in name a password, and an app; gives that password and them.

    `directory` tells who registered a second factor, and who is an agent, which has none.
    """
    drawn = service.randomness.password()
    # One password, hashed once: a hash takes a fiftieth of a second, and large tenants 100,000.
    hashed = service.attempts.passwords.hash(drawn)
    users = [each for each in service.store.users.all() if each.document.get("userPrincipalName")]
    made: list[TwinPerson] = []
    for first in range(0, len(users), _AT_ONCE):
        with service.store.transaction() as work:
            for user in users[first : first + _AT_ONCE]:
                known = directory.users.get(user.id)
                if known is not None and known.is_agent:
                    continue
                work.passwords.set(user.id, hashed, by=by)
                registered = directory.registrations.get(user.id)
                lacking = registered is not None and registered.mfa is False
                key = "" if lacking else _app(service, work, user, by)
                made.append(_person(user, key))
        tell(len(made))
    return drawn.reveal(), made


def _person(user: Stored, key: str) -> TwinPerson:
    name = str(user.document["userPrincipalName"])
    return TwinPerson(user.id, name, str(user.document.get("displayName") or name), key)


def _app(service: Service, work: Aggregates, user: Stored, by: Actor) -> str:
    """Register an authenticator app for somebody, and give its key."""
    enrolled = totp.enrol(
        user.id,
        account=str(user.document["userPrincipalName"]),
        issuer=ORGANIZATION,
        sealer=service.seeds,
        randomness=service.randomness,
        now=service.clock.now(),
    )
    method = enrolled.method
    document = totp_document(method)
    work.methods.add(user.id, TOTP, document, by=by, method_id=method.id, sealed=method.sealed_seed)
    return enrolled.key.reveal()


def workloads_of(service: Service, directory: Directory, *, by: Actor) -> list[TwinWorkload]:
    """Give every workload of the tenant's own a secret, and an application where it has none.

    Those of other tenants prove themselves at home, and managed identities by where they run.
    """
    made: list[TwinWorkload] = []
    ends = service.clock.now() + _LASTS
    with service.store.transaction() as work:
        for principal in work.principals.all():
            known = directory.service_principals.get(principal.id)
            if known is None or known.owner_tenant not in (None, directory.tenant_id):
                continue
            if known.kind is PrincipalKind.MANAGED_IDENTITY or not known.app_id:
                continue
            name = known.display_name or known.app_id
            if work.applications.by_app_id(known.app_id) is None:
                audience = known.sign_in_audience or "AzureADMyOrg"
                members = {"appId": known.app_id, "displayName": name, "signInAudience": audience}
                work.applications.create(members, by=by)
            secret = service.randomness.token().reveal()
            told = {"displayName": "twin"}
            work.app_credentials.add_secret(known.app_id, secret, told, ends=ends, by=by)
            made.append(TwinWorkload(known.app_id, name, secret, principal.id))
    return made


def keep(data: Path, told: Credentials, randomness: Randomness) -> None:
    """Write the credentials, for the owner of the folder only."""
    content = json.dumps(asdict(told), indent=1).encode()
    write_anew(data / FILE_NAME, content, mode=PRIVATE, randomness=randomness)


def kept(data: Path) -> Credentials | None:
    """Read them again, None where there are none. Raises InputError."""
    file = data / FILE_NAME
    if not file.exists():
        return None
    try:
        body: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        people = tuple(TwinPerson(**each) for each in body.pop("people"))
        workloads = tuple(TwinWorkload(**each) for each in body.pop("workloads"))
        emergency = tuple(body.pop("emergency"))
        devices = tuple(TwinDevice(**each) for each in body.pop("devices"))
        return Credentials(
            **body, emergency=emergency, people=people, workloads=workloads, devices=devices
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(
            f"expected the credentials of a twin in `{file}`, came something else",
            hint="name another folder with --data, or remove this one and start again",
        ) from error
