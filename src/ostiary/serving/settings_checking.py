"""Checks settings to the end: what they name is opened as the server would open it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ostiary.model.errors import OstiaryError
from ostiary.secrecy.clock import Clock, SystemClock
from ostiary.serving.certificates import names_of, own_certificate, read_certificate
from ostiary.serving.service_settings import countries_of, outbound_of, password_rules_of
from ostiary.serving.settings import ServerSettings
from ostiary.serving.settings_reading import ReadSettings, SettingsError, Wrong, read_settings


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a check; `read` is None where the settings cannot even be read."""

    read: ReadSettings | None
    wrong: tuple[Wrong, ...]


def checked(
    *,
    config: Path | None,
    folder: Path | None,
    environment: Mapping[str, str],
    clock: Clock | None = None,
) -> Checked:
    """Read the settings and open the files that they name; nothing is made or changed."""
    try:
        read = read_settings(config=config, folder=folder, environment=environment)
    except SettingsError as error:
        return Checked(None, error.wrong)
    tries: dict[str, Callable[[], object]] = {
        "country_database": lambda: countries_of(read.settings),
        "password_rules.breached": lambda: password_rules_of(read.settings),
        "outbound.authorities": lambda: outbound_of(read.settings),
        "tls.certificate": lambda: _certificate(read.settings, clock or SystemClock()),
        "tls.authority": lambda: _authority(read.settings),
    }
    found = ((name, _told(each)) for name, each in tries.items())
    return Checked(
        read,
        tuple(
            Wrong(read.origins[name], name, f"`{name}`: {error.message}", error.hint)
            for name, error in found
            if error is not None
        ),
    )


def _told(attempt: Callable[[], object]) -> OstiaryError | None:
    try:
        attempt()
    except OstiaryError as error:
        return error
    return None


def _certificate(settings: ServerSettings, clock: Clock) -> None:
    own = settings.tls
    if own.certificate and own.key:
        own_certificate(own.certificate, own.key, names_of(settings.public_urls), clock=clock)


def _authority(settings: ServerSettings) -> None:
    if settings.tls.authority:
        read_certificate(settings.tls.authority)
