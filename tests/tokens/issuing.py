"""An issuer, its keys in memory, and the things tokens are issued for: what token tests share."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from ostiary.secrecy.clock import FixedClock
from ostiary.secrecy.kek import Purpose
from ostiary.secrecy.sealing import Sealer
from ostiary.secrecy.secret import Secret
from ostiary.tokens.claims import (
    AppGrant,
    Authority,
    ClientProof,
    IdTokenRequest,
    Person,
    SignedIn,
    TokenClient,
    TokenResource,
    TokenVersion,
    UserGrant,
)
from ostiary.tokens.issue import AccessTokenLife, TokenIssuer
from ostiary.tokens.keys import Rotation, SigningKeys
from ostiary.tokens.read import TokenReader
from ostiary.tokens.signing import Signer
from tests.secrecy.seeded import START, SeededRandomness, clock_at_start, some_keys

TENANT = "11111111-1111-4111-8111-111111111111"
AUTHORITY = Authority("https://localhost:8443", TENANT)
ALICE = Person("a" * 8, "alice@contoso.example", "Alice", ("62e90394-69f5-4237-9190-012177145e10",))
CLI = TokenClient("04b07795-8ddb-461a-bbee-02f9e1bf7b46", "Azure CLI")
DAEMON = TokenClient("d" * 8, "Daemon", ClientProof.SECRET)
ARM = TokenResource("797f4846-ba00-4fd7-ba43-dac1f8f63013", "https://management.core.windows.net/")
OWN_API = TokenResource("e" * 8, "api://own", TokenVersion.V2)
SIGNED_IN = SignedIn(
    frozenset({"password", "softwareOath"}), multifactor=True, at=START, session_id="s1"
)
SUBJECTS = Secret(b"s" * 32)


@dataclass
class MemoryKeys:
    """A key store without a database."""

    kept: SigningKeys = ()
    writes: int = 0
    intruder: list[SigningKeys] = field(default_factory=list[SigningKeys])
    """What another process writes just before us, once each."""

    def signing_keys(self) -> SigningKeys:
        return self.kept

    def replace_signing_keys(self, expected: SigningKeys, keys: SigningKeys) -> bool:
        if self.intruder:
            self.kept = self.intruder.pop()
        if self.kept != expected:
            return False
        self.kept = keys
        self.writes += 1
        return True


@dataclass
class Service:
    """Everything that issues and reads, on one clock that can be moved."""

    clock: FixedClock
    store: MemoryKeys
    signer: Signer
    issuer: TokenIssuer
    reader: TokenReader


@cache
def first_keys() -> SigningKeys:
    """Give real keys made once for all tests: making them is slow."""
    store = MemoryKeys()
    Signer(store, key_sealer(), clock_at_start(), Rotation()).refresh()
    return store.kept


def key_sealer() -> Sealer:
    return Sealer(some_keys(), Purpose.SIGNING_KEYS, SeededRandomness())


def service(life: AccessTokenLife | None = None, authority: Authority = AUTHORITY) -> Service:
    clock, store = clock_at_start(), MemoryKeys(first_keys())
    signer = Signer(store, key_sealer(), clock, Rotation())
    signer.refresh()
    issuer = TokenIssuer(
        signer, authority, SUBJECTS, clock, SeededRandomness(), life=life or AccessTokenLife()
    )
    return Service(clock, store, signer, issuer, TokenReader(lambda: store.kept, authority, clock))


def user_grant(resource: TokenResource = ARM, *, continuous: bool = False) -> UserGrant:
    return UserGrant(
        ALICE, SIGNED_IN, CLI, resource, ("user_impersonation",), continuous=continuous
    )


def app_grant(resource: TokenResource = ARM) -> AppGrant:
    return AppGrant("f" * 8, DAEMON, resource, ("Directory.Read.All",))


def id_request(**more: object) -> IdTokenRequest:
    scopes = frozenset({"openid", "profile"})
    return IdTokenRequest(ALICE, SIGNED_IN, CLI, scopes, **more)  # pyright: ignore[reportArgumentType]  # members of the request
