"""Every setting of the server: name, kind, default and meaning, declared once.

The reference (`docs/settings.md`), `ostiary config check` and what reads `ostiary.toml` all go by
these declarations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

from ostiary.secrecy.password_rules import SHORTEST, SHORTEST_ALONE
from ostiary.secrecy.secret import Secret
from ostiary.serving.declaring import Declared, declared_as, setting
from ostiary.serving.logging_settings import Log, Metrics, Retention
from ostiary.serving.setting_kinds import (
    ADDRESSES,
    BANNED,
    DATABASE,
    NETWORKS,
    ORIGIN,
    ORIGINS,
    PATH,
    PORT,
    PROXIES,
    SECRET,
    SWITCH,
    TEXT,
    TEXTS,
    WEBHOOK,
    number,
    one_of,
    optional,
)
from ostiary.signin.server_facts import DRILL_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Where the server listens."""

    addresses: tuple[str, ...] = setting(
        ("127.0.0.1", "::1"),
        ADDRESSES,
        "Addresses of this host to listen on; `0.0.0.0` and `::` for all.",
    )
    login_port: int = setting(8443, PORT, "Port of the sign-in service.")
    management_port: int = setting(8444, PORT, "Port of the management API.")
    graph_port: int = setting(8445, PORT, "Port of Microsoft Graph.")
    government_port: int | None = setting(
        None,
        optional(PORT),
        "Port of the management API as the suite of Azure Government: an application of its own,"
        " with its own audience, that policies target apart from the public one.",
        shown="none",
    )
    password_grant_port: int | None = setting(
        None,
        optional(PORT),
        "One more port of the sign-in service. MSAL for Python asks for the realm of a user at port"
        " 443 whatever the authority says, so that its password grant needs 443 here.",
        shown="none",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """The certificate that the listeners show."""

    certificate: Path | None = setting(
        None,
        optional(PATH),
        "Certificate chain in PEM; it has to be for the hosts of all public URLs.",
        shown="one by the local authority in the data folder",
    )
    key: Path | None = setting(
        None, optional(PATH), "Its private key in PEM, without a password.", shown="none"
    )
    authority: Path | None = setting(
        None,
        optional(PATH),
        "Certificate in PEM of the authority that signed it, where clients do not know that one.",
        shown="none",
    )
    device_authorities: Path | None = setting(
        None,
        optional(PATH),
        "Certificates in PEM of the authorities that sign certificates of devices. The sign-in"
        " service then asks clients for one; its common name is the device id in the directory.",
        shown="none: no device is recognised by a certificate of the connection",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordGrant:
    """The grant in which an application handles the password itself."""

    enabled: bool = setting(
        False,
        SWITCH,
        "Whether the tenant allows it at all. RFC 9700 says that it must not be used.",
    )
    apps: tuple[str, ...] = setting((), TEXTS, "Client ids of the applications that may use it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordRules:
    """What is asked of new passwords, beside that they are not common and hold no own name."""

    shortest: int = setting(
        SHORTEST, number(SHORTEST, 64, "characters"), "Length beside another method."
    )
    shortest_alone: int = setting(
        SHORTEST_ALONE,
        number(SHORTEST, 64, "characters"),
        "Length where the password is the only method; NIST SP 800-63B-4 asks for 15.",
    )
    banned: tuple[str, ...] = setting(
        (),
        BANNED,
        "Words of the organization: its name, products, places. Each counts as one character of"
        " the five that a password needs, however it is written.",
    )
    breached: Path | None = setting(
        None,
        optional(PATH),
        "List of leaked passwords: sorted SHA-1 prefixes in hex, as Have I Been Pwned gives them"
        " ordered by hash. It is asked where it lies; nothing is sent to anybody.",
        shown="none",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedIdentities:
    """Where workloads of this host get the tokens of their managed identities."""

    port: int | None = setting(
        None,
        optional(PORT),
        "Port of the IMDS and App Service protocols, which speak plain HTTP; 8446 in the examples.",
        shown="none: the protocols are off",
    )
    addresses: tuple[str, ...] = setting(
        ("127.0.0.1", "::1"),
        ADDRESSES,
        "Addresses of this host to listen on for them. Anywhere but on the host itself tokens would"
        " cross the network in the clear.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyAccess:
    """Accounts for the day on which nobody else gets in."""

    accounts: tuple[str, ...] = setting(
        (), TEXTS, "Object ids or user principal names; each sign-in of one raises an alert."
    )
    drill_days: int = setting(
        DRILL_DAYS, number(1, 3650, "days"), "Days without a sign-in after which a drill is due."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerts:
    """Who is told at once."""

    webhook_url: str | None = setting(
        None, optional(WEBHOOK), "Where alerts are sent as JSON.", shown="none"
    )
    webhook_secret: Secret[str] | None = setting(
        None, optional(SECRET), "Key of the signature that the receiver can check.", shown="none"
    )
    smtp_host: str | None = setting(
        None,
        optional(TEXT),
        "Mail server for alerts, and for telling people that their password or methods changed.",
        shown="none",
    )
    smtp_port: int = setting(587, PORT, "Port of the mail server.")
    smtp_security: str = setting(
        "starttls", one_of("starttls", "tls", "none"), "How the connection to it is secured."
    )
    smtp_user: str | None = setting(None, optional(TEXT), "User name there.", shown="none")
    smtp_password: Secret[str] | None = setting(
        None, optional(SECRET), "Password there.", shown="none"
    )
    smtp_from: str | None = setting(None, optional(TEXT), "Sender of the mails.", shown="none")
    smtp_to: tuple[str, ...] = setting((), TEXTS, "Who gets the mails.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """To whom the server itself may connect: for alerts, and for keys of federated credentials."""

    allow: tuple[str, ...] = setting(
        (),
        ORIGINS,
        "Hosts that may be asked, as the issuers of federated credentials; those of [alerts] are"
        " allowed by being named there.",
    )
    networks: tuple[str, ...] = setting(
        (), NETWORKS, "Networks in which such a host may be though their addresses are not public."
    )
    authorities: Path | None = setting(
        None,
        optional(PATH),
        "Certificates in PEM that are believed beside those of the system.",
        shown="none",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """All settings, as they are in force."""

    login_url: str = setting(
        "https://localhost:8443",
        ORIGIN,
        "Public URL of the sign-in service; tokens name it. Unless set, it follows the port.",
    )
    management_url: str = setting(
        "https://localhost:8444",
        ORIGIN,
        "Public URL of the management API; unless set, it follows the port.",
    )
    graph_url: str = setting(
        "https://localhost:8445",
        ORIGIN,
        "Public URL of Microsoft Graph; unless set, it follows the port.",
    )
    government_url: str | None = setting(
        None,
        optional(ORIGIN),
        "Public URL of the Azure Government suite; unless set, it follows the port.",
        shown="none",
    )
    database: Secret[str] | None = setting(
        None,
        optional(DATABASE),
        "PostgreSQL database. Keys and certificates stay in the data folder.",
        shown="SQLite in the data folder",
    )
    workers: int = setting(1, number(1, 64), "Processes that serve.")
    trusted_proxies: tuple[str, ...] = setting(
        (), PROXIES, "Peers whose header says for whom they speak; `unix`: a local socket."
    )
    proxy_header: str = setting(
        "x-forwarded-for",
        one_of("x-forwarded-for", "forwarded"),
        "The header that they write.",
    )
    country_database: Path | None = setting(
        None,
        optional(PATH),
        "Database in MaxMind's format that tells the country of an address.",
        shown="none: every country is unknown",
    )
    access_token_lifetime: int | None = setting(
        None,
        optional(number(10, 86_400, "seconds")),
        "Life of every access token. Below 300, MSAL asks for a new one on each use.",
        shown="60 to 90 minutes; 20 to 28 hours with continuous access evaluation",
    )
    listen: Listen = field(default_factory=Listen)
    tls: Tls = field(default_factory=Tls)
    password_grant: PasswordGrant = field(default_factory=PasswordGrant)
    password_rules: PasswordRules = field(default_factory=PasswordRules)
    managed_identities: ManagedIdentities = field(default_factory=ManagedIdentities)
    emergency_access: EmergencyAccess = field(default_factory=EmergencyAccess)
    alerts: Alerts = field(default_factory=Alerts)
    outbound: Outbound = field(default_factory=Outbound)
    log: Log = field(default_factory=Log)
    metrics: Metrics = field(default_factory=Metrics)
    retention: Retention = field(default_factory=Retention)
    origins: Mapping[str, str] = field(default_factory=dict[str, str], compare=False)
    """Where each is from, by its name; a setting that is not in it is at its default."""

    @property
    def public_urls(self) -> tuple[str, ...]:
        """Sign-in service, management API, Graph and, where it is served, the Government suite."""
        served = (self.login_url, self.management_url, self.graph_url)
        return (*served, self.government_url) if self.government_url else served


def tables() -> dict[str, type[Any]]:
    """Give the class of each table of the file by its name; '' is what stands before any table."""
    return {"": ServerSettings} | {
        each.name: cast("type[Any]", each.default_factory)
        for each in fields(ServerSettings)
        if is_dataclass(each.default_factory)
    }


def declared() -> Iterator[Declared]:
    """Give every setting in the order of its declaration."""
    for table, kind in tables().items():
        for each in fields(kind):
            name = f"{table}.{each.name}" if table else each.name
            if found := declared_as(name, each):
                yield found


def value_of(settings: ServerSettings, name: str) -> object:
    """Give the value of a setting by its name."""
    table, _, last = name.rpartition(".")
    return getattr(getattr(settings, table) if table else settings, last)


_ORIGINS: Final = ""
"""The name in `Carried` that no setting has."""
Carried: TypeAlias = Mapping[str, object]
"""Settings on their way to a process of ours, with their secrets in the open."""


def carried(settings: ServerSettings) -> Carried:
    """Give all values by their names, for a process that this one starts."""
    values = ((each.name, value_of(settings, each.name)) for each in declared())
    return {
        _ORIGINS: dict(settings.origins),
    } | {
        name: value.reveal() if isinstance(value, Secret) else value  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]  # a text or bytes
        for name, value in values
    }


def carried_over(values: Carried) -> ServerSettings:
    """Read what `carried` gave."""
    found = joined({each.name: _read_again(each, values[each.name]) for each in declared()})
    return replace(found, origins=cast("Mapping[str, str]", values[_ORIGINS]))


def _read_again(setting: Declared, value: object) -> object:
    hidden = setting.kind.secret and isinstance(value, str)
    return setting.kind.read(value, Path()) if hidden else value


def joined(values: Mapping[str, object]) -> ServerSettings:
    """Put values by their names into their tables."""
    inner: dict[str, dict[str, Any]] = {table: {} for table in tables()}
    for name, value in values.items():
        table, _, last = name.rpartition(".")
        inner[table][last] = value
    whole = {table: tables()[table](**inner[table]) for table in inner if table}
    return ServerSettings(**inner[""], **whole)
