"""The service as commands on the host need it: with its settings and the secrets of the tenant."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ostiary.administration.new_passwords import NewPassword, new_password
from ostiary.model.json_types import JsonObject
from ostiary.secrecy.clock import SystemClock
from ostiary.secrecy.randomness import SystemRandomness
from ostiary.secrecy.secret import Secret
from ostiary.serving.host import place_of, require_data
from ostiary.serving.service_settings import service_settings
from ostiary.serving.settings_reading import read_settings
from ostiary.web.service import Service, open_service

_NAMES: Final = ("displayName", "userPrincipalName", "givenName", "surname")


@contextmanager
def opened_service(
    data: str | Path, config: str | None, environment: Mapping[str, str]
) -> Generator[Service]:
    """Open the service of a server's data, beside a running server or without one.

    Raises SettingsError, InputError and what `open_service` raises.
    """
    folder, database = place_of(data, environment)
    settings = read_settings(
        config=Path(config) if config else None,
        folder=None if "://" in str(data) else folder,
        environment=environment,
    ).settings
    require_data(folder, database)
    service = open_service(
        folder,
        service_settings(settings),
        clock=SystemClock(),
        randomness=SystemRandomness(),
        environment=environment,
        database=database,
    )
    try:
        yield service
    finally:
        service.store.close()


def hashed(
    service: Service,
    password: Secret[str],
    document: JsonObject,
    *,
    permanent: bool,
    only_factor: bool,
) -> NewPassword:
    """Hash a password for a user, by the rules of the tenant. Raises InputError."""
    return new_password(
        password,
        must_change=not permanent,
        passwords=service.attempts.passwords,
        rules=service.settings.password_rules,
        names=[str(document.get(each) or "") for each in _NAMES],
        only_factor=only_factor,
    )
