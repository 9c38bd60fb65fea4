"""A data folder with the synthetic tenant, and the people whose sign-ins are measured.

They have a password and an authenticator app, have accepted the terms of use, and are drawn from
those whom the policies let in with both; all others only make the directory as large as it is.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from bench import names
from bench.names import Size
from bench.tenant import synthetic_tenant
from ostiary.directory.first_party import seed_first_party
from ostiary.directory.importing import import_tenant
from ostiary.directory.protocols import SYSTEM
from ostiary.directory.sealed import StoreSealer
from ostiary.directory.store import open_store
from ostiary.factors import totp
from ostiary.factors.kinds import Factor, ShownFactor
from ostiary.model.signin import AcceptedTerms, TokenGrant, UserIdentity
from ostiary.oidc.first_party import MANAGEMENT
from ostiary.secrecy.clock import SystemClock
from ostiary.secrecy.kek import create_keys, load_keys
from ostiary.secrecy.randomness import SystemRandomness
from ostiary.secrecy.secret import Secret
from ostiary.signin.accounts import TOTP
from ostiary.signin.client_address import trusted_proxies
from ostiary.signin.deciding import Wish, decided, sign_in_of
from ostiary.signin.request_facts import Asking, request_facts
from ostiary.signin.shown import proofs
from ostiary.signin.stored_methods import totp_document
from ostiary.web.service import Service, Settings, open_service

POLICIES = 195
PASSWORD = "correct horse battery staple"  # noqa: S105  # a benchmark's
USER_AGENT = "python-requests/2.32 (Windows NT 10.0; Win64; x64)"
AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
ADDRESS = "198.51.100.9"
FIRST = 100  # those before hold roles, or are emergency accounts


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in; `key` is the base32 secret of the authenticator app."""

    id: str
    name: str
    key: str


def settings() -> Settings:
    """What the served tenant is set to."""
    return Settings(proxies=trusted_proxies(["127.0.0.0/8"]))


def make(data: Path, size: Size, wanted: int) -> list[Person]:
    """Make the tenant in an empty folder, with so many people who are let in."""
    fill(data, size)
    service = open_service(
        data, settings(), clock=SystemClock(), randomness=SystemRandomness(), environment={}
    )
    try:
        word = service.attempts.passwords.hash(Secret(PASSWORD))
        numbers = [each for each in range(FIRST, size.users) if _let_in(service, each)][:wanted]
        return [_enrolled(service, each, word) for each in numbers]
    finally:
        service.store.close()


def fill(data: Path, size: Size, *, report_only: bool = False) -> None:
    """Make the tenant in an empty folder; `report_only`: no policy keeps anybody out."""
    data.mkdir(parents=True, exist_ok=True)
    randomness = SystemRandomness()
    create_keys(data, randomness)
    sealer = StoreSealer(load_keys(data, {}), randomness)
    store = open_store(data, clock=SystemClock(), random=randomness.octets, sealer=sealer)
    document = synthetic_tenant(POLICIES, size)
    if report_only:
        for each in document["conditionalAccessPolicies"]:
            each["state"] = "enabledForReportingButNotEnforced"
    import_tenant(store, document, by=SYSTEM)
    seed_first_party(store)
    organization = {"id": names.TENANT, "verifiedDomains": [{"name": "example.test"}]}
    store.singles.write("organization", organization, by=SYSTEM)
    store.close()


def _let_in(service: Service, number: int) -> bool:
    """Ask the policies about a code and a refresh of somebody who has shown both factors."""
    now = service.clock.now()
    shown = (ShownFactor(Factor.PASSWORD, now), ShownFactor(Factor.TOTP, now))
    terms = tuple(
        AcceptedTerms(names.agreement_id(each), 0) for each in range(names.FULL.agreements)
    )
    known = replace(proofs(shown, {Factor.PASSWORD, Factor.TOTP}, now), accepted_terms=terms)
    return all(
        decided(
            service.snapshots.current(),
            sign_in_of(
                "none",
                UserIdentity(names.user_id(number)),
                Wish(AZURE_CLI, MANAGEMENT, grant, scopes=()),
                request_facts(
                    {"user-agent": USER_AGENT},
                    ADDRESS,
                    Asking(AZURE_CLI, grant, None),
                    proxies=service.settings.proxies,
                    countries=service.settings.countries,
                ),
                known,
            ),
        ).granted
        for grant in (TokenGrant.AUTHORIZATION_CODE, TokenGrant.REFRESH_TOKEN)
    )


def _enrolled(service: Service, number: int, word: str) -> Person:
    """Give somebody the password and an authenticator app; all in one transaction."""
    user, now = names.user_id(number), service.clock.now() - timedelta(minutes=10)
    made = totp.enrol(
        user,
        account=f"user{number}",
        issuer="Bench",
        sealer=service.seeds,
        randomness=service.randomness,
        now=now,
    )
    method = made.method
    with service.store.transaction() as together:
        together.passwords.set(user, word, by=SYSTEM)
        together.methods.add(
            user,
            TOTP,
            totp_document(method),
            by=SYSTEM,
            method_id=method.id,
            sealed=method.sealed_seed,
        )
        for each in range(names.FULL.agreements):
            together.acceptances.accept(user, names.agreement_id(each), "", by=SYSTEM)
    return Person(user, f"user{number}@example.test", made.key.reveal())
