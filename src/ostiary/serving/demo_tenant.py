"""A tenant to try everything with: two kinds of people, an application, the founding policy.

Its passwords are drawn at random and told once on the terminal; they stand in a file for the
server's user only, so that the demonstration can be started again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from ostiary.arm.seeding import seed_subscription
from ostiary.factors import totp
from ostiary.model.errors import InputError
from ostiary.model.policy import PolicyState
from ostiary.secrecy.clock import Clock
from ostiary.secrecy.randomness import Randomness
from ostiary.serving.files import PRIVATE, write_once
from ostiary.serving.first_setup import NewTenant, make_tenant, new_store
from ostiary.serving.host import host_actor
from ostiary.serving.settings import PasswordGrant, ServerSettings
from ostiary.signin.accounts import TOTP
from ostiary.signin.stored_methods import totp_document
from ostiary.web.service import Service, Settings, open_service

FILE_NAME: Final = "demo.json"
AZURE_CLI: Final = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
_DOMAIN: Final = "fjordvik.example"
_SECRET_LASTS: Final = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody of the demonstration; who has no second factor has no URI and key of one."""

    name: str
    password: str
    otp_uri: str = ""
    otp_key: str = ""


@dataclass(frozen=True, slots=True)
class DemoTenant:
    """What somebody needs to try it."""

    tenant_id: str
    people: tuple[DemoPerson, ...]
    app_id: str
    app_secret: str


def demo_tenant(
    data: Path,
    story: Mapping[str, Any],
    environment: Mapping[str, str],
    *,
    clock: Clock,
    randomness: Randomness,
) -> DemoTenant:
    """Give the demonstration in a folder; it is made where there is none yet.

    `story` is the tenant document of `ostiary demo`. Raises InputError where the folder holds other
    data.
    """
    file = data / FILE_NAME
    if file.exists():
        return _read(file)
    document = {**story, "conditionalAccessPolicies": _in_report_only(story)}
    administrator = document["users"][0]["userPrincipalName"]
    new = NewTenant(_DOMAIN, "Fjordvik", administrator, source=document)
    with new_store(data, None, environment, clock=clock, randomness=randomness) as store:
        made = make_tenant(store, new, by=host_actor(), randomness=randomness)
    service = open_service(
        data, Settings(), clock=clock, randomness=randomness, environment=environment
    )
    try:
        people = tuple(
            _person(service, each, second=number == 0)
            for number, each in enumerate(document["users"])
        )
        lifeboats = [each["id"] for each in document["users"][1:]]
        (principal,) = document["servicePrincipals"]
        secret = _application(service, principal)
        seed_subscription(
            service.store, owners=lifeboats, readers=[principal["id"]], by=host_actor()
        )
    finally:
        service.store.close()
    demo = DemoTenant(made.tenant_id, people, principal["appId"], secret)
    content = json.dumps(asdict(demo), indent=2).encode()
    write_once(data / FILE_NAME, content, mode=PRIVATE, randomness=randomness)
    return demo


def demo_settings(settings: ServerSettings) -> ServerSettings:
    """Let the Azure CLI use the password grant, which is off anywhere else (checklist K4)."""
    return replace(settings, password_grant=PasswordGrant(enabled=True, apps=(AZURE_CLI,)))


def _in_report_only(story: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the policies as an administrator first saves them."""
    state = PolicyState.REPORT_ONLY.value
    return [{**each, "state": state} for each in story["conditionalAccessPolicies"]]


def _person(service: Service, user: Mapping[str, Any], *, second: bool) -> DemoPerson:
    """Give somebody a password, and a second factor."""
    name, by = str(user["userPrincipalName"]), host_actor()
    drawn = service.randomness.password()
    password, hashed = drawn.reveal(), service.attempts.passwords.hash(drawn)
    service.store.passwords.set(user["id"], hashed, by=by)
    if not second:
        return DemoPerson(name, password)
    made = totp.enrol(
        user["id"],
        account=name,
        issuer="Fjordvik",
        sealer=service.seeds,
        randomness=service.randomness,
        now=service.clock.now(),
    )
    method = made.method
    service.store.methods.add(
        user["id"],
        TOTP,
        totp_document(method),
        by=by,
        method_id=method.id,
        sealed=method.sealed_seed,
    )
    return DemoPerson(name, password, made.uri.reveal(), made.key.reveal())


def _application(service: Service, principal: Mapping[str, Any]) -> str:
    """Register the application of a service principal, and give its secret."""
    app_id, name = principal["appId"], principal["displayName"]
    store, by = service.store, host_actor()
    store.applications.create({"appId": app_id, "displayName": name}, by=by)
    secret = service.randomness.token().reveal()
    ends = service.clock.now() + _SECRET_LASTS
    store.app_credentials.add_secret(app_id, secret, {"displayName": "demo"}, ends=ends, by=by)
    return secret


def _read(file: Path) -> DemoTenant:
    """Read what was told before. Raises InputError."""
    try:
        body = json.loads(file.read_text(encoding="utf-8"))
        people = tuple(DemoPerson(**each) for each in body.pop("people"))
        return DemoTenant(people=people, **body)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(
            f"expected what the demonstration told in `{file}`, came something else",
            hint="remove the folder and start again",
        ) from error
