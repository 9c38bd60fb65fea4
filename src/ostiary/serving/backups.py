"""Backups of a server: made while it runs, sealed, verified, and restored into nothing else.

Source: checklist CC05. What is restored begins a new epoch: no session, code, token, enrolment
link, recovery code or code of an authenticator app of before is good again.
"""

from __future__ import annotations

import json
import os
import shutil
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from ostiary.directory.audit import Entry, Target
from ostiary.directory.audit_verify import verify
from ostiary.directory.checkpoints import FILE_NAME as CHECKPOINTS
from ostiary.directory.database import FILE_NAME, Database
from ostiary.directory.dumping import Dump, Loader, Nothing, dumped, read_dump
from ostiary.directory.errors import StoreDamaged
from ostiary.directory.migrating import migrate
from ostiary.directory.protocols import Actor
from ostiary.directory.sealed import StoreSealer
from ostiary.directory.store import Store, open_store
from ostiary.model.errors import InputError
from ostiary.model.json_types import is_object
from ostiary.secrecy.clock import Clock
from ostiary.secrecy.kek import FILE as KEK_FILE
from ostiary.secrecy.kek import load_keys, require_recognised
from ostiary.secrecy.randomness import Randomness
from ostiary.secrecy.sealed_stream import SealedBy, opened_lines, sealed_writer
from ostiary.serving.certificates import CA_CERTIFICATE, CA_KEY
from ostiary.serving.data_lock import held
from ostiary.serving.settings_reading import FILE_NAME as SETTINGS
from ostiary.signin.restored_methods import still_good
from ostiary.signin.server_facts import BACKED_UP

_FILES: Final = (SETTINGS, CA_CERTIFICATE, CA_KEY)
_OF_DATABASE: Final = frozenset({FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm", CHECKPOINTS})
Told = Callable[[float, int], None]


@dataclass(frozen=True, slots=True)
class Backup:
    """What stands in a backup."""

    created: str
    files: Mapping[str, bytes]
    dump: Dump


@dataclass(frozen=True, slots=True)
class Means:
    """What a restore is handed: clock, randomness, and the variables of the environment."""

    clock: Clock
    randomness: Randomness
    environment: Mapping[str, str]


def make_backup(
    store: Store,
    data: Path,
    file: Path,
    sealed_by: SealedBy,
    *,
    by: Actor,
    randomness: Randomness,
    told: Told,
) -> Backup:
    """Write a backup of a store that may be in use, and read it again to the end.

    The key-encryption key is in it only where a passphrase seals it. Raises InputError where the
    file is there already, OSError where it cannot be written.
    """
    if file.exists():
        raise InputError(f"expected a new file, `{file}` is there", hint="name another one")
    partial = file.with_name(f".{file.name}.{randomness.object_id()}")
    names = (*_FILES, KEK_FILE) if sealed_by.passphrase else _FILES
    files = {each: (data / each).read_bytes() for each in names if (data / each).is_file()}
    created = store.means.clock.now().isoformat()
    try:
        with os.fdopen(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            with sealed_writer(opened, sealed_by, randomness) as writer:
                writer.write(_head(created, files) + b"\n")
                with store.database.reading() as connection:
                    for line in dumped(connection, told):
                        writer.write(line + b"\n")
            opened.flush()
            os.fsync(opened.fileno())
        found = verified(partial, sealed_by)
        partial.rename(file)
    finally:
        partial.unlink(missing_ok=True)
    detail = {"rows": found.dump.rows}
    store.audit.record(
        Entry(BACKED_UP, "DirectoryManagement", Target("store", "1"), detail=detail), by=by
    )
    return found


def verified(file: Path, sealed_by: SealedBy) -> Backup:
    """Read a backup to its end. Raises SealError, StoreDamaged, SchemaTooNew, OSError."""
    with file.open("rb") as opened:
        created, files, lines = _opened(opened, sealed_by)
        return Backup(created, files, read_dump(lines, Nothing()))


def restore_backup(
    file: Path,
    data: Path,
    database: str | None,
    sealed_by: SealedBy,
    *,
    by: Actor,
    means: Means,
    replace: bool,
) -> tuple[Backup, Path | None]:
    """Restore a backup into a folder without a server's data, or into an empty database.

    With `replace` a folder with data is kept beside it, under the name that is given back. Nothing
    is changed unless all of the backup can be used. Raises InputError, DataInUse where a server
    runs on the folder, and what `verified` raises.
    """
    taken = database is None and (data / FILE_NAME).exists()
    if taken and not replace:
        raise InputError(
            f"expected no server's data in `{data}`, and there is",
            hint="stop the server, and give --replace to put it aside",
        )
    with held(data) if taken else nullcontext():
        return _restored(file, data, database, sealed_by, by, means, keep=taken)


def _restored(
    file: Path,
    data: Path,
    database: str | None,
    sealed_by: SealedBy,
    by: Actor,
    means: Means,
    *,
    keep: bool,
) -> tuple[Backup, Path | None]:
    backup = verified(file, sealed_by)
    made = data.with_name(f".{data.name}.{means.randomness.object_id()}")
    made.mkdir(mode=0o700, parents=True)
    try:
        _copy_files(data, made, backup)
        _load(file, database or made, sealed_by, backup)
        _begin_anew(made, database or made, by, means)
        return backup, _swapped(data, made, means, keep=keep)
    finally:
        with suppress(FileNotFoundError):
            shutil.rmtree(made)


def _head(created: str, files: Mapping[str, bytes]) -> bytes:
    contents = {name: b64encode(content).decode("ascii") for name, content in files.items()}
    return json.dumps({"backup": 1, "created": created, "files": contents}).encode()


def _opened(opened: BinaryIO, sealed_by: SealedBy) -> tuple[str, dict[str, bytes], Iterator[bytes]]:
    lines = opened_lines(opened, sealed_by)
    head: object = json.loads(next(lines, b"null"))
    if not is_object(head) or head.get("backup") != 1:
        raise StoreDamaged("expected a backup that this release knows, came another one")
    files = {str(name): b64decode(content) for name, content in head["files"].items()}
    return str(head["created"]), files, lines


def _copy_files(data: Path, made: Path, backup: Backup) -> None:
    """Take along what lies in the folder beside the data, and over it what the backup has."""
    present = [each for each in data.iterdir() if each.is_file()] if data.is_dir() else []
    for each in present:
        if each.name not in _OF_DATABASE:
            shutil.copy2(each, made / each.name)
    for name, content in backup.files.items():
        if name in (*_FILES, KEK_FILE):
            path = made / name
            path.write_bytes(content)
            path.chmod(0o644 if name == CA_CERTIFICATE else 0o600)


def _load(file: Path, place: Path | str, sealed_by: SealedBy, backup: Backup) -> None:
    database = Database(place)
    try:
        database.make_private()
        migrate(database, backup.dump.schema)
        with file.open("rb") as opened, database.writing() as connection:
            loader = Loader(connection)
            read_dump(_opened(opened, sealed_by)[2], loader)
            loader.end()
    finally:
        database.close()


def _begin_anew(folder: Path, place: Path | str, by: Actor, means: Means) -> None:
    """Check what was loaded, and begin its new epoch."""
    keys = load_keys(folder, means.environment)
    sealer = StoreSealer(keys, means.randomness)
    store = open_store(place, clock=means.clock, random=means.randomness.octets, sealer=sealer)
    try:
        require_recognised(keys, store.tenant_secrets.recognition())
        with store.database.reading() as connection:
            found = verify(connection)
        if not found.holds:
            raise StoreDamaged(f"the audit log of the backup is broken: {found.findings[0].what}")
        store.begin_epoch(by=by, still=still_good)
    finally:
        store.close()


def _swapped(data: Path, made: Path, means: Means, *, keep: bool) -> Path | None:
    """Put the new folder in the place of the old one, which is kept where it had data."""
    if not data.exists():
        made.rename(data)
        return None
    aside = data.with_name(f"{data.name}.replaced-{means.clock.now():%Y%m%dT%H%M%SZ}")
    data.rename(aside)
    made.rename(data)
    if keep:
        return aside
    shutil.rmtree(aside)
    return None
