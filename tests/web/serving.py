"""A tenant that is served: its people, its applications, its policy, and a client that asks."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pyotp.totp import TOTP as OneTimeCodes
from starlette.testclient import TestClient

from ostiary.directory.first_party import seed_first_party
from ostiary.directory.importing import import_tenant
from ostiary.directory.protocols import SYSTEM
from ostiary.directory.sealed import StoreSealer
from ostiary.directory.sign_ins import Asked
from ostiary.directory.store import open_store
from ostiary.factors import totp
from ostiary.model.json_types import JsonObject
from ostiary.secrecy.clock import Clock, FixedClock
from ostiary.secrecy.kek import create_keys, load_keys
from ostiary.secrecy.outbound import Outbound
from ostiary.secrecy.randomness import SystemRandomness
from ostiary.secrecy.secret import Secret
from ostiary.signin.client_address import trusted_proxies
from ostiary.signin.stored_methods import TOTP, totp_document
from ostiary.web.app import sign_in_app
from ostiary.web.service import Service, Settings, open_service
from tests.secrecy.seeded import START

TENANT = "5a1f9a40-0000-4000-8000-000000000000"
ASTRID, LIFEBOAT = (f"5a1f9a40-0000-4000-8000-00000000000{n}" for n in (1, 2))
DAEMON, DAEMON_APP = "5a1f9a40-0000-4000-8000-0000000000d1", "5a1f9a40-0000-4000-8000-0000000000d2"
POLICY, PLACES, HQ = (f"5a1f9a40-0000-4000-8000-0000000000c{n}" for n in (1, 2, 3))
AZ = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
ARM = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
ARM_SCOPE = "https://management.core.windows.net//.default offline_access openid profile"
PASSWORD = "correct horse battery staple"  # noqa: S105  # a test's
OFFICE, ELSEWHERE = "203.0.113.7", "198.51.100.9"

_ALL_USERS = {"includeUsers": ["All"], "excludeUsers": [LIFEBOAT]}


def _policy(policy_id: str, name: str, control: str, **conditions: Any) -> JsonObject:
    return {
        "id": policy_id,
        "displayName": name,
        "state": "disabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": [ARM]},
            **conditions,
        },
        "grantControls": {"operator": "OR", "builtInControls": [control]},
    }


def tenant() -> JsonObject:
    """Give the tenant as a document."""
    outside = {"includeLocations": ["All"], "excludeLocations": [HQ]}
    return {
        "tenantId": TENANT,
        "users": [
            {
                "id": ASTRID,
                "displayName": "Astrid Moe",
                "userPrincipalName": "astrid@fjordvik.example",
                "accountEnabled": True,
            },
            {
                "id": LIFEBOAT,
                "displayName": "Lifeboat",
                "userPrincipalName": "lifeboat@fjordvik.example",
                "accountEnabled": True,
            },
        ],
        "groups": [],
        "roleAssignments": [],
        "applications": [
            {"id": "a1", "appId": DAEMON_APP, "displayName": "Backup", "signInAudience": "x"}
        ],
        "servicePrincipals": [
            {
                "id": DAEMON,
                "appId": DAEMON_APP,
                "displayName": "Backup",
                "servicePrincipalType": "Application",
                "appOwnerOrganizationId": TENANT,
            }
        ],
        "namedLocations": [
            {
                "@odata.type": "#microsoft.graph.ipNamedLocation",
                "id": HQ,
                "displayName": "Head office",
                "isTrusted": True,
                "ipRanges": [
                    {
                        "@odata.type": "#microsoft.graph.iPv4CidrRange",
                        "cidrAddress": "203.0.113.0/24",
                    }
                ],
            }
        ],
        "conditionalAccessPolicies": [
            _policy(POLICY, "Require MFA for Azure management", "mfa", users=_ALL_USERS),
            _policy(PLACES, "Only from the office", "block", users=_ALL_USERS, locations=outside),
        ],
    }


@dataclass
class Served:
    """A running service and what tests do with it."""

    service: Service
    clock: FixedClock
    http: Any  # starlette types its client by a package that is not installed
    daemon_secret: str
    address: str = OFFICE
    apps: dict[str, str] = field(default_factory=dict[str, str])

    def enrol(self, user: str = ASTRID) -> None:
        """Register an authenticator app for a user."""
        made = totp.enrol(
            user,
            account="astrid",
            issuer="Fjordvik",
            sealer=self.service.seeds,
            randomness=self.service.randomness,
            now=self.clock.now(),
        )
        method = made.method
        self.service.store.methods.add(
            user,
            TOTP,
            totp_document(method),
            by=SYSTEM,
            method_id=method.id,
            sealed=method.sealed_seed,
        )
        self.apps[user] = made.key.reveal()
        self.clock.move(timedelta(seconds=1))

    def otp(self, user: str = ASTRID) -> str:
        """Give the code that the user's app shows now."""
        return OneTimeCodes(self.apps[user]).at(int(self.clock.seconds()))

    def policy(self, state: str, policy_id: str = POLICY) -> None:
        """Put a policy into a state, and let the time go by in which everybody sees it."""
        self.change_policy(policy_id, {"state": state})

    def change_policy(self, policy_id: str, members: JsonObject) -> None:
        """Change a policy, and let the time go by in which everybody sees it."""
        self.service.store.policies.modify(policy_id, members, by=SYSTEM)
        self.clock.move(timedelta(seconds=1))

    def token(self, form: dict[str, str], tenant: str = TENANT, **headers: str) -> Any:
        """Ask the token endpoint and give the response."""
        return self.http.post(
            f"/{tenant}/oauth2/v2.0/token",
            data=form,
            headers={"X-Forwarded-For": self.address, **headers},
        )

    def by_password(self, user: str = "astrid@fjordvik.example", word: str = PASSWORD) -> Any:
        """Sign in by the password grant as the Azure CLI."""
        form = {"grant_type": "password", "username": user, "password": word}
        return self.token({**form, "client_id": AZ, "scope": ARM_SCOPE}, "organizations")

    def refreshed(self, token: str) -> Any:
        """Use a refresh token as the Azure CLI does."""
        form = {"grant_type": "refresh_token", "refresh_token": token}
        return self.token({**form, "client_id": AZ, "scope": ARM_SCOPE})

    def as_daemon(self, secret: str | None = None) -> Any:
        """Ask for the token of an application."""
        form = {"grant_type": "client_credentials", "client_id": DAEMON_APP}
        scope = "https://management.azure.com/.default"
        return self.token({**form, "client_secret": secret or self.daemon_secret, "scope": scope})

    def rows(self) -> int:
        """Give how many sign-ins were logged."""
        return len(self.service.store.sign_ins.find(Asked(), limit=1000))

    def logged(self) -> dict[str, Any]:
        """Give the last sign-in in Graph's shape."""
        log = self.service.store.sign_ins
        return log.as_graph(log.find(Asked(), limit=1))[0]


def serve(
    data: Path,
    outbound: Outbound | None = None,
    *,
    login_url: str = "https://localhost:8443",
    database: str | None = None,
) -> Served:
    """Make a tenant in a folder and serve it; nothing is sent elsewhere unless it is said.

    `database` is the URL of the store where it is not in the folder.
    """
    clock = FixedClock(START)
    settings = Settings(
        login_url=login_url,
        password_grant_apps=frozenset({AZ}),
        proxies=trusted_proxies(["127.0.0.0/8"]),
        outbound=outbound or Outbound(),
        emergency_accounts=frozenset({"Lifeboat@fjordvik.example"}),
    )
    if database is None:
        template, secret = _template()
        shutil.copytree(template.name, data, dirs_exist_ok=True)
    else:
        secret = _fill(data, database)
    service = _opened(data, settings, clock, database)
    clock.move(timedelta(seconds=1))
    return Served(service, clock, _client(service), secret)


def another(served: Served, data: Path, database: str | None = None) -> Served:
    """Serve the same tenant once more, as another process does: they share the store alone."""
    own = served.service
    service = _opened(data, own.settings, own.clock, database)
    client = _client(service)
    return Served(service, served.clock, client, served.daemon_secret, apps=served.apps)


def _client(service: Service) -> Any:
    return TestClient(
        sign_in_app(service), base_url=service.settings.login_url, client=("127.0.0.1", 5)
    )


def _opened(data: Path, settings: Settings, clock: Clock, database: str | None) -> Service:
    randomness = SystemRandomness()
    return open_service(
        data, settings, clock=clock, randomness=randomness, environment={}, database=database
    )


@cache
def _template() -> tuple[TemporaryDirectory[str], str]:
    """Give a folder with the tenant and the daemon's secret, made once for all tests of a process.

    Every test copies it: migrations and password hashes cost more than what most tests do.
    """
    folder = TemporaryDirectory(prefix="ostiary-served-")
    return folder, _fill(Path(folder.name), None)


def _fill(data: Path, database: str | None) -> str:
    """Make keys, tenant and credentials in a folder; give the daemon's secret."""
    randomness, clock = SystemRandomness(), FixedClock(START)
    create_keys(data, randomness)
    sealer = StoreSealer(load_keys(data, {}), randomness)
    store = open_store(database or data, clock=clock, random=randomness.octets, sealer=sealer)
    import_tenant(store, tenant(), by=SYSTEM)
    seed_first_party(store)
    organization = {"id": TENANT, "verifiedDomains": [{"name": "fjordvik.example"}]}
    store.singles.write("organization", organization, by=SYSTEM)
    store.close()
    service = _opened(data, Settings(login_url="https://localhost:8443"), clock, database)
    store = service.store
    for user in (ASTRID, LIFEBOAT):
        store.passwords.set(user, service.attempts.passwords.hash(Secret(PASSWORD)), by=SYSTEM)
    secret = randomness.token().reveal()
    ends = clock.now() + timedelta(days=365)
    store.app_credentials.add_secret(DAEMON_APP, secret, {}, ends=ends, by=SYSTEM)
    store.close()
    return secret
