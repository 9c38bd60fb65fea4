"""Checkpoints of the audit log: its head at some moment, signed, and written where it is safe."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from sqlalchemy import select

from ostiary.directory.columns import microseconds
from ostiary.directory.documents import insert_new
from ostiary.directory.json_documents import canonical
from ostiary.directory.protocols import SYSTEM
from ostiary.directory.store import Store
from ostiary.directory.tables_logs import checkpoints
from ostiary.directory.tables_objects import tenant
from ostiary.model.errors import InputError

AUDIT_KEY: Final = "audit"
"""The use of the key that signs checkpoints."""
FILE_NAME: Final = "audit-checkpoints.jsonl"
"""Where a server writes its checkpoints beside the database, one a line."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of the log: `hash`, `key` and `signature` in hexadecimal, `at` as microseconds."""

    seq: int
    hash: str
    at: int
    key: str
    signature: str = ""

    @property
    def signed(self) -> bytes:
        """The octets that the signature is of."""
        body = {name: value for name, value in asdict(self).items() if name != "signature"}
        return b"ostiary audit checkpoint" + canonical(body).encode()


def make_checkpoint(store: Store, file: Path | None = None) -> Checkpoint | None:
    """Sign the head of the log, keep it in the store, and add it to a file, flushed to the disk.

    None where nothing was logged since the last one. Raises what the sealer raises.
    """
    private = _signing_key(store)
    with store.unit.writing() as connection:
        head = connection.execute(select(tenant.c.audit_seq, tenant.c.audit_hash)).one()
        last = connection.execute(
            select(checkpoints.c.seq).order_by(checkpoints.c.seq.desc()).limit(1)
        ).scalar()
        if head.audit_seq == (last or 0):
            return None
        public = private.public_key().public_bytes_raw().hex()
        at = microseconds(store.means.clock.now())
        bare = Checkpoint(head.audit_seq, head.audit_hash.hex(), at, public)
        made = Checkpoint(bare.seq, bare.hash, bare.at, bare.key, private.sign(bare.signed).hex())
        row = {"seq": made.seq, "document": checkpoint_line(made)}
        if not insert_new(connection, checkpoints, row):
            return None
    if file is not None:
        _add_line(file, checkpoint_line(made))
    return made


def rows_since_checkpoint(store: Store) -> int:
    """Give the number of rows of the log that no checkpoint covers."""
    newest = select(checkpoints.c.seq).order_by(checkpoints.c.seq.desc()).limit(1)
    with store.unit.reading() as connection:
        head = connection.execute(select(tenant.c.audit_seq)).scalar_one()
        return head - (connection.execute(newest).scalar() or 0)


def checkpoint_line(checkpoint: Checkpoint) -> str:
    """Write a checkpoint on one line."""
    return canonical(asdict(checkpoint))


def read_checkpoints(text: str) -> Iterator[Checkpoint]:
    """Read checkpoints, one a line. Raises InputError naming the first line that is none."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield _read(line, number)


def _read(line: str, number: int) -> Checkpoint:
    try:
        body: Any = json.loads(line)
        found = Checkpoint(**body)
        bytes.fromhex(found.hash + found.key + found.signature)
    except (ValueError, TypeError, RecursionError) as error:
        raise InputError(f"line {number}: expected a checkpoint, came something else") from error
    if type(found.seq) is not int or type(found.at) is not int:
        raise InputError(f"line {number}: expected a checkpoint with numbers, came other values")
    return found


def is_signed(checkpoint: Checkpoint, key: str | None = None) -> bool:
    """Tell whether a checkpoint is signed by the key that it names, and by `key` where given."""
    if key is not None and checkpoint.key != key.strip().casefold():
        return False
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(checkpoint.key))
        public.verify(bytes.fromhex(checkpoint.signature), checkpoint.signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def _signing_key(store: Store) -> Ed25519PrivateKey:
    """Give the store's own key for checkpoints; the first caller makes it."""
    found = store.keys.all(AUDIT_KEY)
    if found:
        return Ed25519PrivateKey.from_private_bytes(store.keys.private_of(found[0].kid))
    seed = store.means.random(32)
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public = private.public_key().public_bytes_raw()
    kid = hashlib.sha256(public).hexdigest()[:32]
    store.keys.add(kid, AUDIT_KEY, "active", {"key": public.hex()}, seed, by=SYSTEM)
    return private


def _add_line(file: Path, line: str) -> None:
    with file.open("a", encoding="ascii", newline="\n") as stream:
        stream.write(line + "\n")
        stream.flush()
        os.fsync(stream.fileno())
