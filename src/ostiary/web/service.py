"""Everything that the endpoints share, built once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from ostiary.directory.first_party import seed_government_suite
from ostiary.directory.policy_health import PolicyHealth
from ostiary.directory.policy_impact import Impacts
from ostiary.directory.sealed import StoreSealer
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Store, open_store
from ostiary.factors.passkeys import PasskeySettings
from ostiary.model.json_types import as_object
from ostiary.oidc.authorities import TenantNames
from ostiary.oidc.client_assertion import TokenEndpoints
from ostiary.oidc.client_auth import ProofSources
from ostiary.oidc.error_codes import INTERRUPTS
from ostiary.oidc.federated import IssuerKeys
from ostiary.oidc.first_party import GRAPH, first_party_resources
from ostiary.oidc.resources import ResourceNames
from ostiary.secrecy.clock import Clock
from ostiary.secrecy.kek import KeyEncryptionKeys, Purpose, load_keys, require_recognised
from ostiary.secrecy.outbound import Outbound
from ostiary.secrecy.password_rules import PasswordRules
from ostiary.secrecy.passwords import Passwords
from ostiary.secrecy.randomness import Randomness
from ostiary.secrecy.sealing import Sealer
from ostiary.secrecy.secret import Secret
from ostiary.secrecy.tenant_secrets import TenantSecret, make_tenant_secret, open_tenant_secret
from ostiary.signin.attempts import Attempts
from ostiary.signin.client_address import TrustedProxies
from ostiary.signin.countries import Countries, NoCountries
from ostiary.signin.emergency import EmergencyAccess
from ostiary.signin.method_attempts import MethodAttempts
from ostiary.signin.server_facts import ServerFacts
from ostiary.signin.stored_keys import StoredKeys
from ostiary.tokens.claims import Authority
from ostiary.tokens.issue import AccessTokenLife, TokenIssuer
from ostiary.tokens.keys import Rotation
from ostiary.tokens.read import TokenReader
from ostiary.tokens.signing import Signer
from ostiary.web.catalogue import Catalogue
from ostiary.web.issuer_keys import FetchedIssuerKeys

KEYS_EVERY: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the administrator sets; addresses without a slash at their end.

    `government_url`: where the management API is the Azure Government suite, None: nowhere.
    `password_grant_apps`: applications that may use the password grant; none, and it is off for
    the tenant (checklist K4).
    """

    login_url: str = "https://localhost:8443"
    management_url: str = "https://localhost:8444"
    graph_url: str = "https://localhost:8445"
    government_url: str | None = None
    password_grant_apps: frozenset[str] = frozenset()
    proxies: TrustedProxies = field(default_factory=TrustedProxies)
    countries: Countries = field(default_factory=NoCountries)
    access_token_life: AccessTokenLife = field(default_factory=AccessTokenLife)
    password_rules: PasswordRules = field(default_factory=PasswordRules)
    outbound: Outbound = field(default_factory=Outbound)
    emergency_accounts: frozenset[str] = frozenset()
    facts: ServerFacts = field(default_factory=ServerFacts)


class StoredAssertions:
    """Which client assertions were used, in the store that all processes share (TK02)."""

    def __init__(self, store: Store) -> None:
        """Keep them in a store."""
        self._store = store

    def first_use(self, client_id: str, jti: str, *, until: datetime) -> bool:
        """Record a use; False if that id was recorded before."""
        return self._store.once.use("clientAssertion", f"{client_id} {jti}", until=until)

    def remembered_since(self) -> datetime | None:
        """Give when the store was restored from a backup, None: never."""
        return self._store.restored()


class FreshKeys:
    """Reads the signing keys again when they were read long ago: other processes move them too."""

    def __init__(self, signer: Signer, clock: Clock) -> None:
        """Have read none yet."""
        self._signer, self._clock = signer, clock
        self._read: datetime | None = None

    def ensure(self) -> Signer:
        """Give the signer with keys that are at most ten seconds old."""
        now = self._clock.now()
        if self._read is None or not timedelta(0) <= now - self._read < KEYS_EVERY:
            self._signer.refresh()
            self._read = now
        return self._signer


@dataclass(frozen=True, slots=True)
class Service:
    """One tenant's sign-in service."""

    store: Store
    snapshots: Snapshots
    catalogue: Catalogue
    settings: Settings
    clock: Clock
    randomness: Randomness
    keys: FreshKeys
    issuer: TokenIssuer
    attempts: Attempts
    seeds: Sealer
    issuer_keys: IssuerKeys
    emergency: EmergencyAccess
    impacts: Impacts
    health: PolicyHealth
    own_secret: Secret[str]
    """The admin center's as a client: it never leaves this process, nor outlives it."""

    @property
    def reader(self) -> TokenReader:
        """Reads tokens of this service back."""
        return TokenReader(lambda: self.keys.ensure().keys, self.issuer.authority, self.clock)

    @property
    def names(self) -> TenantNames:
        """The tenant's id and verified domains, as they are now."""
        return self.catalogue.known().names

    @property
    def resources(self) -> ResourceNames:
        """All resources by all their names, as they are now."""
        return self.catalogue.known().resources

    @property
    def tenant_name(self) -> str | None:
        """The organization's name, as its pages show it."""
        found = self.store.singles.organization()
        name = as_object(found.document.get("value") if found else None).get("displayName")
        return name if isinstance(name, str) and name else None

    @property
    def passkeys(self) -> PasskeySettings:
        """For which site passkeys are made: the host of the sign-in service's public address."""
        login_url = self.settings.login_url
        host = urlsplit(login_url).hostname or ""
        return PasskeySettings(host, self.tenant_name or "Ostiary", frozenset({login_url}))

    @property
    def methods(self) -> MethodAttempts:
        """What people show beside passwords."""
        return MethodAttempts(self.store, self.attempts.passwords, self.seeds, self.passkeys)

    def proof_sources(self, names: TenantNames) -> ProofSources:
        """What client credentials are checked against."""
        endpoints = TokenEndpoints(self.settings.login_url, names)
        return ProofSources(endpoints, StoredAssertions(self.store), self.issuer_keys)


def open_service(
    data: str | Path,
    settings: Settings,
    *,
    clock: Clock,
    randomness: Randomness,
    environment: Mapping[str, str],
    database: str | None = None,
) -> Service:
    """Open the data of a tenant and make its keys ready.

    `database` is a URL where the directory is not in the data folder. Raises KeyEncryptionKeyError,
    what opening a store raises, and NoGoodPolicies.
    """
    keys = load_keys(Path(data), environment)
    place = database or data
    store = open_store(
        place, clock=clock, random=randomness.octets, sealer=StoreSealer(keys, randomness)
    )
    try:
        return _joined(store, Path(data), keys, settings, clock, randomness)
    except BaseException:
        store.close()
        raise


def _joined(
    store: Store,
    data: Path,
    keys: KeyEncryptionKeys,
    settings: Settings,
    clock: Clock,
    randomness: Randomness,
) -> Service:
    require_recognised(keys, store.tenant_secrets.recognition())
    store.tenant_secrets.recognise(keys.recognition())
    sealer = Sealer(keys, Purpose.TENANT_SECRETS, randomness)
    signer = Signer(
        StoredKeys(store), Sealer(keys, Purpose.SIGNING_KEYS, randomness), clock, Rotation()
    )
    if settings.government_url:
        seed_government_suite(store)
    snapshots = Snapshots(store)
    own = first_party_resources(
        management_url=settings.management_url,
        graph_url=settings.graph_url,
        government_url=settings.government_url,
    )
    tenant_id = snapshots.current().policies.directory.tenant_id
    seeds = Sealer(keys, Purpose.TOTP_SEEDS, randomness)
    passwords = Passwords(
        randomness, pepper=_secret(store, sealer, TenantSecret.PASSWORD_PEPPER, randomness)
    )
    return Service(
        store,
        snapshots,
        Catalogue(store, tenant_id, own, default=GRAPH),
        settings,
        clock,
        randomness,
        FreshKeys(signer, clock),
        TokenIssuer(
            signer,
            Authority(settings.login_url, tenant_id),
            _secret(store, sealer, TenantSecret.PAIRWISE_SUBJECTS, randomness),
            clock,
            randomness,
            life=settings.access_token_life,
        ),
        Attempts(
            store,
            passwords,
            _secret(store, sealer, TenantSecret.WRONG_PASSWORDS, randomness),
        ),
        seeds,
        FetchedIssuerKeys(settings.outbound, clock),
        EmergencyAccess(snapshots, settings.emergency_accounts),
        Impacts(store, snapshots, data, clock),
        PolicyHealth(store, INTERRUPTS),
        randomness.token(),
    )


def _secret(
    store: Store, sealer: Sealer, name: TenantSecret, randomness: Randomness
) -> Secret[bytes]:
    """Open a secret of the tenant; it is made where there is none yet."""
    kept = store.tenant_secrets.of(name.value) or store.tenant_secrets.keep(
        name.value, make_tenant_secret(name, sealer, randomness)
    )
    return open_tenant_secret(name, kept, sealer)
