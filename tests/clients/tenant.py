"""The tenant that the real clients sign in to: people, applications and policies."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from ostiary.arm.seeding import seed_subscription
from ostiary.directory.protocols import SYSTEM
from ostiary.directory.store import Aggregates, Store
from ostiary.factors import totp
from ostiary.model.json_types import JsonObject
from ostiary.secrecy.passwords import Passwords
from ostiary.secrecy.randomness import Randomness
from ostiary.secrecy.sealing import Sealer
from ostiary.secrecy.secret import Secret
from ostiary.signin.stored_methods import TOTP, totp_document

DOMAIN: Final = "fjordvik.example"
PASSWORD: Final = "correct horse battery staple"  # noqa: S105  # a test's
PEOPLE: Final = 80
ADMINISTRATOR, LIFEBOAT = f"astrid@{DOMAIN}", f"lifeboat@{DOMAIN}"
CLI: Final = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
MANAGEMENT: Final = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
GRAPH: Final = "00000003-0000-0000-c000-000000000000"
HEAD_OFFICE: Final = "5a1f9a40-0000-4000-8000-0000000000c3"
MFA, OFFICE = "Require MFA for Azure management", "Only from the office"
GRAPH_MFA, STEP_UP = "Require MFA for Microsoft Graph", "Require MFA for sensitive operations"
CONTEXT = "c1"
NEWCOMER: Final = f"newcomer@{DOMAIN}"
NEWCOMER_ID: Final = "5a1f9a40-0000-4000-8000-000000000200"
DAEMON: Final = "5a1f9a40-0000-4000-8000-0000000000d2"
WEB: Final = "5a1f9a40-0000-4000-8000-0000000000e2"
WEB_REDIRECT: Final = "http://localhost:8400/signed-in"
EVERYWHERE, FAR_AWAY = "127.0.0.0/8", "203.0.113.0/24"


@dataclass(frozen=True, slots=True)
class Filled:
    """What only its owners know: the keys of the people's apps, and the applications' secrets."""

    apps: dict[str, str]
    daemon_secret: str
    daemon_pem: str
    web_secret: str


def person_id(number: int) -> str:
    """Give the object id of a person."""
    return f"5a1f9a40-0000-4000-8000-0000000001{number:02d}"


def person_name(number: int) -> str:
    """Give the name that a person signs in with."""
    return f"person{number:02d}@{DOMAIN}"


def fill(store: Store, passwords: Passwords, seeds: Sealer, randomness: Randomness) -> Filled:
    """Add everything to a store whose tenant was made."""
    with store.transaction() as work:
        filled = _fill(work, passwords, seeds, randomness)
        daemon = work.principals.by_app_id(DAEMON)
        assert daemon is not None
    people = [NEWCOMER_ID, *(person_id(number) for number in range(PEOPLE))]
    seed_subscription(store, owners=[*people, daemon.id])
    return filled


def _fill(store: Aggregates, passwords: Passwords, seeds: Sealer, randomness: Randomness) -> Filled:
    word = passwords.hash(Secret(PASSWORD))
    lifeboat, administrator = (store.users.by_name(name) for name in (LIFEBOAT, ADMINISTRATOR))
    assert lifeboat is not None
    assert administrator is not None
    # Whoever could not get in any more would keep the policies from being turned on.
    for each in (lifeboat, administrator):
        store.passwords.set(each.id, word, by=SYSTEM)
        _app(store, each.id, seeds, randomness)
    apps: dict[str, str] = {}
    for number in range(PEOPLE):
        _user(store, person_id(number), person_name(number), word)
        apps[person_name(number)] = _app(store, person_id(number), seeds, randomness)
    _user(store, NEWCOMER_ID, NEWCOMER, word)
    store.locations.create(location(EVERYWHERE), by=SYSTEM)
    context = {"id": CONTEXT, "displayName": "Sensitive operations", "isAvailable": True}
    store.contexts.create(context, by=SYSTEM)
    for each in _policies(lifeboat.id):
        store.policies.create(each, by=SYSTEM)
    daemon_secret, web_secret = (randomness.token().reveal() for _ in range(2))
    ends = datetime.now(UTC) + timedelta(days=30)
    _application(store, DAEMON, "Backup", {})
    store.app_credentials.add_secret(DAEMON, daemon_secret, {}, ends=ends, by=SYSTEM)
    _application(store, WEB, "Timesheets", _web())
    store.app_credentials.add_secret(WEB, web_secret, {}, ends=ends, by=SYSTEM)
    _consent(store, WEB, MANAGEMENT, "user_impersonation")
    _consent(store, WEB, GRAPH, "openid profile email offline_access User.Read")
    return Filled(apps, daemon_secret, _certificate(store, ends), web_secret)


def location(addresses: str) -> dict[str, Any]:
    """Give the named location of the office at a range of addresses."""
    return {
        "@odata.type": "#microsoft.graph.ipNamedLocation",
        "id": HEAD_OFFICE,
        "displayName": "Head office",
        "isTrusted": True,
        "ipRanges": [{"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": addresses}],
    }


def _policies(excluded: str) -> list[dict[str, Any]]:
    outside = {"includeLocations": ["All"], "excludeLocations": [HEAD_OFFICE]}
    return [
        _policy(MFA, "mfa", excluded),
        _policy(OFFICE, "block", excluded, locations=outside),
        _policy(GRAPH_MFA, "mfa", excluded, applications={"includeApplications": [GRAPH]}),
        _policy(
            STEP_UP,
            "mfa",
            excluded,
            applications={"includeAuthenticationContextClassReferences": [CONTEXT]},
        ),
    ]


def _policy(name: str, control: str, excluded: str, **conditions: JsonObject) -> dict[str, Any]:
    return {
        "displayName": name,
        "state": "disabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": [MANAGEMENT]},
            "users": {"includeUsers": ["All"], "excludeUsers": [excluded]},
            **conditions,
        },
        "grantControls": {"operator": "OR", "builtInControls": [control]},
    }


def _user(store: Aggregates, user_id: str, name: str, word: str) -> None:
    document = {
        "id": user_id,
        "displayName": name.partition("@")[0].capitalize(),
        "userPrincipalName": name,
        "accountEnabled": True,
        "userType": "Member",
    }
    store.users.create(document, by=SYSTEM)
    store.passwords.set(user_id, word, by=SYSTEM)


def _app(store: Aggregates, user_id: str, seeds: Sealer, randomness: Randomness) -> str:
    """Register an authenticator app, and give its key."""
    now = datetime.now(UTC)
    made = totp.enrol(
        user_id,
        account=user_id,
        issuer="Fjordvik",
        sealer=seeds,
        randomness=randomness,
        now=now,
    )
    method = made.method
    store.methods.add(
        user_id,
        TOTP,
        totp_document(method),
        by=SYSTEM,
        method_id=method.id,
        sealed=method.sealed_seed,
    )
    return made.key.reveal()


def _application(store: Aggregates, app_id: str, name: str, more: JsonObject) -> None:
    audience = {"signInAudience": "AzureADMyOrg", "displayName": name, "appId": app_id}
    store.applications.create({**audience, **more}, by=SYSTEM)
    store.principals.create({**audience, "servicePrincipalType": "Application"}, by=SYSTEM)


def _web() -> JsonObject:
    """Give a web application that is an API too, which az may call for people."""
    access = "5a1f9a40-0000-4000-8000-0000000000e5"
    scope = {"id": access, "value": "access", "type": "User", "isEnabled": True}
    trusted = {"appId": CLI, "delegatedPermissionIds": [access]}
    return {
        "web": {"redirectUris": [WEB_REDIRECT]},
        "identifierUris": [f"api://{WEB}"],
        "api": {"oauth2PermissionScopes": [scope], "preAuthorizedApplications": [trusted]},
    }


def _consent(store: Aggregates, client: str, resource: str, scope: str) -> None:
    """Let an administrator consent for everybody."""
    of_client, of_resource = (store.principals.by_app_id(each) for each in (client, resource))
    assert of_client is not None
    assert of_resource is not None
    store.consents.create(
        {
            "clientId": of_client.id,
            "resourceId": of_resource.id,
            "consentType": "AllPrincipals",
            "scope": scope,
        },
        by=SYSTEM,
    )


def _certificate(store: Aggregates, ends: datetime) -> str:
    """Register a certificate of the daemon, and give its key and itself as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Backup")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(ends)
        .sign(key, hashes.SHA256())
    )
    der = certificate.public_bytes(serialization.Encoding.DER)
    document = {"key": base64.b64encode(der).decode()}
    thumbprint = hashlib.sha256(der).digest()
    store.app_credentials.add_certificate(DAEMON, thumbprint, document, ends=ends, by=SYSTEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return (private + certificate.public_bytes(serialization.Encoding.PEM)).decode()
