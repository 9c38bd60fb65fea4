"""What the service needs of the settings, made ready: files opened, words read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from ostiary.model.errors import InputError
from ostiary.secrecy.breached import BreachedPasswords
from ostiary.secrecy.clock import Clock
from ostiary.secrecy.outbound import Outbound
from ostiary.secrecy.outbound_rules import outbound_rules
from ostiary.secrecy.password_rules import PasswordRules
from ostiary.secrecy.randomness import Randomness
from ostiary.serving.alerts import alert_origins
from ostiary.serving.certificates import (
    LOOPBACK,
    ServerCertificate,
    names_of,
    own_certificate,
    server_certificate,
)
from ostiary.serving.facts import server_facts
from ostiary.serving.settings import ServerSettings
from ostiary.signin.client_address import ProxyHeader, TrustedProxies, trusted_proxies
from ostiary.signin.countries import Countries, CountryDatabase, NoCountries
from ostiary.tokens.issue import AccessTokenLife
from ostiary.web.service import Settings


def service_settings(
    settings: ServerSettings, certificate: ServerCertificate | None = None
) -> Settings:
    """Give the settings of the service; the country database is opened. Raises InputError."""
    return Settings(
        login_url=settings.login_url,
        management_url=settings.management_url,
        graph_url=settings.graph_url,
        government_url=settings.government_url,
        password_grant_apps=_password_grant_apps(settings),
        proxies=proxies_of(settings),
        countries=countries_of(settings),
        access_token_life=_life(settings.access_token_lifetime),
        password_rules=password_rules_of(settings),
        outbound=outbound_of(settings),
        emergency_accounts=frozenset(settings.emergency_access.accounts),
        facts=server_facts(settings, certificate),
    )


def password_rules_of(settings: ServerSettings) -> PasswordRules:
    """Give what is asked of new passwords; the list of leaked ones is opened. Raises InputError."""
    own = settings.password_rules
    breached = BreachedPasswords(own.breached) if own.breached else None
    return PasswordRules(own.shortest, own.shortest_alone, own.banned, breached)


def proxies_of(settings: ServerSettings) -> TrustedProxies:
    """Give the proxies that may say for whom they speak."""
    return trusted_proxies(settings.trusted_proxies, ProxyHeader(settings.proxy_header))


def outbound_of(settings: ServerSettings) -> Outbound:
    """Give what connects to others. Raises InputError where its certificates cannot be read."""
    rules, file = settings.outbound, settings.outbound.authorities
    try:
        found = outbound_rules(rules.allow, rules.networks)
        found = replace(found, origins=found.origins | alert_origins(settings.alerts))
        return Outbound(found, authorities=file)
    except OSError as error:
        raise InputError(
            f"expected certificates in PEM in {file}: {(error.strerror or str(error)).lower()}",
            hint="set `authorities` of [outbound] right",
        ) from error


def certificate_of(
    settings: ServerSettings, folder: Path, *, clock: Clock, randomness: Randomness
) -> ServerCertificate:
    """Give the certificate for the listeners: the administrator's, or one by the local authority.

    Raises DataFileError.
    """
    names, own = names_of(settings.public_urls), settings.tls
    if own.certificate and own.key:
        return own_certificate(own.certificate, own.key, names, clock=clock)
    own_names = (*names, *LOOPBACK)
    return server_certificate(folder, own_names, clock=clock, randomness=randomness)


def _password_grant_apps(settings: ServerSettings) -> frozenset[str]:
    grant = settings.password_grant
    return frozenset(each.casefold() for each in grant.apps) if grant.enabled else frozenset()


def countries_of(settings: ServerSettings) -> Countries:
    """Give what tells the country of an address. Raises InputError."""
    path = settings.country_database
    return CountryDatabase(path) if path else NoCountries()


def _life(seconds: int | None) -> AccessTokenLife:
    return AccessTokenLife.exactly(timedelta(seconds=seconds)) if seconds else AccessTokenLife()
