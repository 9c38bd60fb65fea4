"""Makes the tenant of the demonstration in a data folder: its people, application and identity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from joserfc.jwk import RSAKey

from ostiary.administration.certificates import Holder, keep_certificates, read_certificate
from ostiary.administration.grants import assign_app_role
from ostiary.administration.managed_identities import LOOPBACK, add_caller_secret, allow
from ostiary.arm.seeding import seed_subscription
from ostiary.demo import people
from ostiary.demo.certificate import write_certificate
from ostiary.demo.credentials import Credentials, Person, Workload, keep
from ostiary.directory.documents import Stored
from ostiary.directory.store import Store
from ostiary.factors import totp
from ostiary.model.errors import InputError
from ostiary.model.json_types import as_object, is_list
from ostiary.oidc.first_party import GRAPH
from ostiary.secrecy.clock import Clock
from ostiary.secrecy.randomness import Randomness
from ostiary.serving.first_setup import (
    NewTenant,
    let_admin_center_answer_at,
    make_tenant,
    new_store,
)
from ostiary.serving.host import host_actor
from ostiary.serving.identities import made_identity
from ostiary.signin.accounts import TOTP
from ostiary.signin.stored_methods import totp_document
from ostiary.web.service import Service, Settings, open_service

SUBJECT: Final = "repo:fjordvik/timetable:ref:refs/heads/main"
AUDIENCE: Final = "api://AzureADTokenExchange"
REDIRECT: Final = "http://localhost:9555/cb"
_LASTS: Final = timedelta(days=180)
_IDENTITY: Final = "timetable-reader"
_PERMISSIONS: Final = (
    "Policy.Read.All",
    "Policy.ReadWrite.ConditionalAccess",
    "Application.Read.All",
    "AuditLog.Read.All",
    "Directory.Read.All",
    "User.ReadWrite.All",
)
"""Of the application at Graph: policies, named locations, sign-ins and users."""


def made(
    data: Path, environment: Mapping[str, str], *, clock: Clock, randomness: Randomness
) -> Credentials:
    """Make everything in an empty folder. Raises InputError where a server's data is there."""
    new = NewTenant(
        people.DOMAIN,
        people.ORGANIZATION,
        people.ADMIN,
        emergency=people.BREAK_GLASS,
        source=people.organisation(),
    )
    with new_store(data, None, environment, clock=clock, randomness=randomness) as store:
        tenant = make_tenant(store, new, by=host_actor(), randomness=randomness)
    service = open_service(
        data, Settings(), clock=clock, randomness=randomness, environment=environment
    )
    try:
        told = _Making(service, data).told(tenant.tenant_id)
    finally:
        service.store.close()
    keep(data, told, randomness)
    return told


@dataclass
class _Making:
    """A tenant that is getting its credentials."""

    service: Service
    data: Path

    @property
    def store(self) -> Store:
        """Where everything is."""
        return self.service.store

    def told(self, tenant_id: str) -> Credentials:
        """Make all credentials."""
        administrator, user = (self.person(each, app=True) for each in (people.ADMIN, people.TUSER))
        emergency = tuple(self.person(each, app=False) for each in people.BREAK_GLASS)
        for each in self.other_administrators():
            self.person(each, app=True)
        application, principal_id = self.application()
        subscription = seed_subscription(
            self.store,
            owners=[administrator.id, *(each.id for each in emergency)],
            contributors=[user.id, principal_id],
            by=host_actor(),
        )
        identity = made_identity(
            self.store, _IDENTITY, group="timetable", system=False, role="Reader"
        )
        allow(self.store, identity, LOOPBACK, by=host_actor())
        secret, _ = add_caller_secret(self.store, identity, by=host_actor())
        key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
        return Credentials(
            tenant_id,
            subscription,
            administrator,
            user,
            emergency,
            application,
            str(identity.document["appId"]),
            secret,
            key.as_dict(private=True),
        )

    def other_administrators(self) -> list[str]:
        """Name who else holds a role: they have an authenticator app, and can go on working."""
        known = {people.ADMIN, people.TUSER, *people.BREAK_GLASS}
        held = (str(each.document["principalId"]) for each in self.store.roles.all())
        users = (self.store.users.get(each) for each in dict.fromkeys(held))
        names = (str(each.document["userPrincipalName"]) for each in users if each is not None)
        return [each for each in names if each not in known]

    def person(self, name: str, *, app: bool) -> Person:
        """Give somebody a password, and an authenticator app."""
        service, by = self.service, host_actor()
        user = _there(service.store.users.by_name(name))
        drawn = service.randomness.password()
        password, hashed = drawn.reveal(), service.attempts.passwords.hash(drawn)
        service.store.passwords.set(user.id, hashed, by=by)
        if not app:
            return Person(user.id, name, password)
        enrolled = totp.enrol(
            user.id,
            account=name,
            issuer=people.ORGANIZATION,
            sealer=service.seeds,
            randomness=service.randomness,
            now=service.clock.now(),
        )
        method = enrolled.method
        service.store.methods.add(
            user.id,
            TOTP,
            totp_document(method),
            by=by,
            method_id=method.id,
            sealed=method.sealed_seed,
        )
        return Person(user.id, name, password, enrolled.key.reveal())

    def application(self) -> tuple[Workload, str]:
        """Register the application, with a secret and a certificate; give its principal's id."""
        store, by, now = self.store, host_actor(), self.service.clock.now()
        app_id = people.identifier(f"app {people.PUBLISHER}")
        common: dict[str, Any] = {
            "appId": app_id,
            "displayName": people.PUBLISHER,
            "signInAudience": "AzureADMyOrg",
        }
        store.applications.create(
            {
                **common,
                "publicClient": {"redirectUris": ["http://localhost"]},
                "web": {"redirectUris": [REDIRECT]},
            },
            by=by,
        )
        principal = store.principals.create(
            {
                **common,
                "servicePrincipalType": "Application",
                "accountEnabled": True,
                "appOwnerOrganizationId": people.TENANT_ID,
            },
            by=by,
        )
        secret = self.service.randomness.token().reveal()
        store.app_credentials.add_secret(
            app_id, secret, {"displayName": "demo"}, ends=now + _LASTS, by=by
        )
        ends = now + _LASTS
        written = write_certificate(self.data, people.PUBLISHER, now, ends, self.service.randomness)
        with store.transaction() as work:
            added = [read_certificate(written)]
            keep_certificates(work, Holder(app_id), kept=(), added=added, by=by)
        self.permit(principal.id)
        return Workload(app_id, secret), principal.id

    def permit(self, principal_id: str) -> None:
        """Give the application its permissions at Graph, as an administrator consents to them."""
        graph = _there(self.store.principals.by_app_id(GRAPH))
        listed = graph.document.get("appRoles")
        roles = [as_object(each) for each in (listed if is_list(listed) else ())]
        at = f"{self.service.clock.now():%Y-%m-%dT%H:%M:%SZ}"
        for each in roles:
            if each.get("value") in _PERMISSIONS:
                assign_app_role(
                    self.store, principal_id, graph.id, str(each["id"]), at=at, by=host_actor()
                )


def _there(found: Stored | None) -> Stored:
    """Give what the import has made. Raises InputError where somebody took it away since."""
    if found is None:
        raise InputError(
            "expected the tenant as the demonstration made it, a part of it is gone",
            hint="name another folder with --data, or remove this one and start again",
        )
    return found


def settle(store: Store, *, login_url: str, issuer: str, application: Workload) -> None:
    """Let an existing demonstration know where it is served this time."""
    by = host_actor()
    let_admin_center_answer_at(store, login_url, by=by)
    held = [
        each
        for each in store.app_credentials.of_app(application.app_id)
        if each.kind == "federated"
    ]
    if [each.issuer for each in held] == [issuer]:
        return
    for each in held:
        store.app_credentials.remove(each.id, by=by)
    store.app_credentials.add_federated(
        application.app_id, issuer, SUBJECT, {"audiences": [AUDIENCE]}, by=by
    )
