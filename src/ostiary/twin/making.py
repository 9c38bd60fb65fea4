"""Makes a twin in a data folder, and gets it ready to be served."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Final

from ostiary.arm.seeding import seed_subscription
from ostiary.directory.alerts import Channel
from ostiary.directory.first_party import AZURE_CLI
from ostiary.model.errors import InputError
from ostiary.model.json_types import as_object, as_strings
from ostiary.secrecy.clock import Clock
from ostiary.secrecy.randomness import Randomness
from ostiary.serving.client_environment import BUNDLE, authority_file, write_bundle
from ostiary.serving.files import PRIVATE, write_anew
from ostiary.serving.first_setup import (
    NewTenant,
    let_admin_center_answer_at,
    make_tenant,
    new_store,
)
from ostiary.serving.free_ports import Ports
from ostiary.serving.host import host_actor, opened_store
from ostiary.serving.settings_reading import read_settings
from ostiary.signin.countries import CountryDatabase
from ostiary.tenant.documents import TENANT_ID
from ostiary.twin.completing import Completed
from ostiary.twin.countries import database, networks_of
from ostiary.twin.credentials import (
    ORGANIZATION,
    Credentials,
    TwinPerson,
    keep,
    people_of,
    workloads_of,
)
from ostiary.twin.devices import devices_of
from ostiary.web.service import Settings, open_service

CONFIG: Final = "ostiary.toml"
COUNTRIES: Final = "countries.mmdb"
VARIABLES: Final = "twin.env"
_MOST_READERS: Final = 300
"""So many people, and all workloads, see the twin's subscription."""


def made(
    data: Path,
    source: str,
    done: Completed,
    environment: Mapping[str, str],
    *,
    clock: Clock,
    randomness: Randomness,
    tell: Callable[[int], None],
) -> Credentials:
    """Make a completed tenant in an empty folder; `source` says of what it is a twin.

    `tell` is called with the number of people who have credentials so far. Raises InputError where
    a server's data is there or the export cannot be used, ObjectExists.
    """
    by = host_actor()
    new = NewTenant(
        done.domain,
        _organization(done),
        done.administrator.principal_name,
        emergency=done.emergency,
        source=done.raw,
    )
    with new_store(data, None, environment, clock=clock, randomness=randomness) as store:
        tenant = make_tenant(store, new, by=by, randomness=randomness)
    service = open_service(
        data, Settings(), clock=clock, randomness=randomness, environment=environment
    )
    try:
        directory = done.parts.directory
        password, people = people_of(service, directory, by=by, tell=tell)
        workloads = workloads_of(service, directory, by=by)
        service.store.alerts.drop(Channel.PERSON)  # nobody changed a method of anybody's
        devices = tuple(devices_of(service.store.devices.all(), clock.now()))
        subscription = seed_subscription(
            service.store,
            contributors=[each.principal_id for each in workloads],
            readers=[each.id for each in people[:_MOST_READERS]],
            by=by,
        )
    finally:
        service.store.close()
    told = Credentials(
        source,
        tenant.tenant_id,
        subscription,
        password,
        done.administrator.principal_name,
        done.emergency,
        tuple(people),
        tuple(workloads),
        devices,
    )
    keep(data, told, randomness)
    return told


def _organization(done: Completed) -> str:
    own = next((as_object(each.value) for each in done.exported.items(TENANT_ID)), as_object(None))
    name = own.get("displayName")
    return f"{name} (twin)" if isinstance(name, str) and name else ORGANIZATION


@dataclass(frozen=True, slots=True)
class Ready:
    """A twin that can be served: what `twin.env` says, and an address in each country."""

    variables: dict[str, str]
    countries: dict[str, str]


def get_ready(
    data: Path,
    told: Credentials,
    ports: Ports,
    environment: Mapping[str, str],
    *,
    country: str | None = None,
    clock: Clock,
    randomness: Randomness,
) -> Ready:
    """Write ostiary.toml, twin.env and the country database for these ports.

    `country` is where this host's own addresses are, as before where it is None.
    """
    with opened_store(str(data), environment, clock=clock, randomness=randomness) as store:
        let_admin_center_answer_at(store, ports.login_url, by=host_actor())
        locations = [each.document for each in store.locations.all()]
    networks = networks_of(
        code for each in locations for code in as_strings(each.get("countriesAndRegions"))
    )
    places = database(networks, country or _country_before(data))
    write_anew(data / COUNTRIES, places, mode=PRIVATE, randomness=randomness)
    write_anew(data / CONFIG, _config(told, ports), mode=PRIVATE, randomness=randomness)
    settings = read_settings(config=None, folder=data, environment={}).settings
    authority = authority_file(settings, data, clock=clock, randomness=randomness)
    if authority is not None:
        write_bundle(data, authority, randomness=randomness)
    values = variables(data, told, ports)
    text = "".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items())
    write_anew(data / VARIABLES, text.encode(), mode=PRIVATE, randomness=randomness)
    first = {code: str(next(ip_network(one).hosts())) for code, one in networks.items()}
    return Ready(values, first)


def _country_before(data: Path) -> str | None:
    path = data / COUNTRIES
    if not path.exists():
        return None
    with CountryDatabase(path) as countries:
        found = countries.country_of("127.0.0.1")
    return found if isinstance(found, str) else None


def _config(told: Credentials, ports: Ports) -> bytes:
    accounts = json.dumps(list(told.emergency), ensure_ascii=False)
    lines = [
        "# Written by `ostiary twin` at each start.",
        f'login_url = "{ports.login_url}"',
        f'management_url = "{ports.management_url}"',
        f'graph_url = "{ports.graph_url}"',
        "# For tests only: who asks from this host says with X-Forwarded-For from which address,",
        "# and with Client-Cert (RFC 9440) from which device.",
        'trusted_proxies = ["127.0.0.1", "::1"]',
        f'country_database = "{COUNTRIES}"',
        "",
        "[listen]",
        f"login_port = {ports.login}",
        f"management_port = {ports.management}",
        f"graph_port = {ports.graph}",
        *([f"password_grant_port = {ports.realm}"] if ports.realm else []),
        "",
        "[managed_identities]",
        f"port = {ports.identities}",
        "",
        *(["[emergency_access]", f"accounts = {accounts}", ""] if told.emergency else []),
        "# For tests only: this grant must not be used (RFC 9700), and is off by default.",
        "[password_grant]",
        "enabled = true",
        f'apps = ["{AZURE_CLI}"]',
        "",
    ]
    return "\n".join(lines).encode()


def variables(data: Path, told: Credentials, ports: Ports) -> dict[str, str]:
    """Give what scripts need, by the names of demo.env; paths are absolute."""
    folder = data.resolve()
    administrator = told.person(told.administrator)
    person = _somebody(told)
    values = {
        "LOGIN_URL": ports.login_url,
        "ARM_URL": ports.management_url,
        "GRAPH_URL": ports.graph_url,
        "IMDS_URL": ports.identities_url,
        "ADMIN_URL": f"{ports.login_url}/admin",
        "TENANT_ID": told.tenant_id,
        "SUB_ID": told.subscription_id,
        "CA_BUNDLE": str(folder / BUNDLE),
        "ADMIN": administrator.name,
        "ADMIN_PASSWORD": told.password,
        "ADMIN_TOTP_SECRET": administrator.otp_key,
        "TUSER": person.name,
        "TUSER_ID": person.id,
        "PASSWORD": told.password,
        "TOTP_SECRET": person.otp_key,
    }
    if told.emergency:
        values |= {"BREAKGLASS": told.emergency[0], "BG_PASSWORD": told.password}
    if told.workloads:
        values |= {"SP_ID": told.workloads[0].app_id, "SP_SECRET": told.workloads[0].secret}
    return values


def _somebody(told: Credentials) -> TwinPerson:
    """Give somebody with a second factor who is no administrator that was named."""
    named = {told.administrator.casefold(), *(each.casefold() for each in told.emergency)}
    others = (each for each in told.people if each.otp_key and each.name.casefold() not in named)
    return next(others, told.person(told.administrator))


def require_twin_of(told: Credentials, source: str | None, data: Path) -> None:
    """Refuse to go on with the twin of something else. Raises InputError."""
    if source is not None and source != told.source:
        raise InputError(
            f"expected in `{data}` a twin of `{source}`, there is one of `{told.source}`",
            hint="name another folder with --data, or remove this one and start again",
        )
