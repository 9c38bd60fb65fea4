"""The store as commands on the host open it, beside a running server or without one.

Whoever can read the key-encryption key in the data folder is the host's administrator: no sign-in
is asked for, and the audit log names the user of the operating system.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ostiary.directory.database import FILE_NAME
from ostiary.directory.protocols import Actor, ActorKind
from ostiary.directory.sealed import StoreSealer
from ostiary.directory.store import Store, open_store
from ostiary.model.errors import InputError
from ostiary.secrecy.clock import Clock, SystemClock
from ostiary.secrecy.kek import load_keys
from ostiary.secrecy.randomness import Randomness, SystemRandomness
from ostiary.serving.settings_reading import read_settings


def host_actor() -> Actor:
    """Name the host's user for the audit log."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # no entry in the user database, as in many containers
        name = ""
    number = str(os.getuid()) if hasattr(os, "getuid") else ""
    return Actor(ActorKind.HOST, id=number, name=name or f"user {number}")


def require_data(data: Path, database: str | None) -> None:
    """Refuse a folder that holds no server's data. Raises InputError."""
    if database is None and not (data / FILE_NAME).is_file():
        raise InputError(
            f"expected the data of a server in `{data}`, and there is none",
            hint="name the folder with --data, or make one with `ostiary init`",
        )


@contextmanager
def opened_store(
    data: str | Path,
    environment: Mapping[str, str],
    *,
    clock: Clock | None = None,
    randomness: Randomness | None = None,
) -> Generator[Store]:
    """Open the store of a data folder, or of a database's URL, and close it at the end.

    The settings in the folder may say that the store is in a database elsewhere. Raises InputError,
    KeyEncryptionKeyError and what opening a store raises.
    """
    folder, database = place_of(data, environment)
    require_data(folder, database)
    source = randomness or SystemRandomness()
    sealer = StoreSealer(load_keys(folder, environment), source)
    place = database or folder
    store = open_store(place, clock=clock or SystemClock(), random=source.octets, sealer=sealer)
    try:
        yield store
    finally:
        store.close()


def place_of(data: str | Path, environment: Mapping[str, str]) -> tuple[Path, str | None]:
    """Give the folder, and the URL of the database where the store is in one elsewhere."""
    if "://" in str(data):
        return Path(), str(data)
    folder = Path(data)
    found = read_settings(config=None, folder=folder, environment=environment).settings.database
    return folder, found.reveal() if found else None
