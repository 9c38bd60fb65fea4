"""The unit of work: each method of an aggregate is one transaction, or part of one that is open."""

from __future__ import annotations

import base64
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

from sqlalchemy import Connection, select, update

from ostiary.directory import audit
from ostiary.directory.audit import Entry, Head
from ostiary.directory.database import Database
from ostiary.directory.errors import StoreUnavailable
from ostiary.directory.protocols import Actor, RandomBytes, Sealer
from ostiary.directory.sign_in_events import SignInEvent
from ostiary.directory.tables_objects import tenant
from ostiary.secrecy.clock import Clock
from ostiary.secrecy.randomness import object_id_of

_PLACES: Final = 20
"""Bits of a position that number the rows of one revision: a million."""

HearSignIn: TypeAlias = Callable[[SignInEvent], None]

_bump = (
    update(tenant)
    .where(tenant.c.id == 1)
    .values(revision=tenant.c.revision + 1)
    .returning(tenant.c.revision, tenant.c.audit_seq, tenant.c.audit_hash)
)
_hold = (
    select(tenant.c.revision, tenant.c.audit_seq, tenant.c.audit_hash)
    .where(tenant.c.id == 1)
    .with_for_update()
)


@dataclass(frozen=True, slots=True)
class Means:
    """What every aggregate is handed."""

    clock: Clock
    random: RandomBytes
    sealer: Sealer
    heard: list[HearSignIn] = field(default_factory=list[HearSignIn])
    """Told of every attempt to sign in that is logged: numbers, alerts."""

    def etag(self) -> str:
        """Make an opaque version of an object, never given before."""
        return base64.urlsafe_b64encode(self.random(12)).decode("ascii")

    def new_id(self) -> str:
        """Make an object id."""
        return object_id_of(self.random(16))


@dataclass(slots=True)
class Change:
    """A change while it is made: the tenant's row is locked, so no other change is under way."""

    connection: Connection
    means: Means
    by: Actor
    at: datetime
    revision: int
    _head: Head
    _placed: int = field(default=0)

    def position(self) -> int:
        """Give the next place in the order of rows."""
        self._placed += 1
        return (self.revision << _PLACES) + self._placed

    def record(self, entry: Entry) -> None:
        """Add a row to the audit log; it is there if and only if the change is."""
        self._head = audit.add(
            self.connection, self._head, entry, by=self.by, at=self.at, random=self.means.random
        )


class Unit:
    """Opens transactions, or joins the one that it was made for."""

    def __init__(
        self, database: Database, means: Means, connection: Connection | None = None
    ) -> None:
        """Work on a database, in a transaction of its own each time unless there is one."""
        self._database = database
        self._connection = connection
        self.means = means

    def within(self, connection: Connection) -> Unit:
        """Give a unit that works in a transaction that is open."""
        return Unit(self._database, self.means, connection)

    @contextmanager
    def joined(self) -> Generator[Unit]:
        """Open one transaction for several methods."""
        with self.writing() as connection:
            yield self.within(connection)

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """Read."""
        if self._connection is not None:
            yield self._connection
            return
        with self._database.reading() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """Write what neither the snapshot nor the audit log has to know."""
        if self._connection is not None:
            yield self._connection
            return
        with self._database.writing() as connection:
            yield connection

    @contextmanager
    def changing(self, by: Actor) -> Generator[Change]:
        """Change what the snapshot sees: the tenant's revision goes on, the change is recorded."""
        with self.writing() as connection:
            row = connection.execute(_bump).one_or_none()
            yield self._change(connection, by, row)

    @contextmanager
    def recording(self, by: Actor) -> Generator[Change]:
        """Change what is audited and the snapshot does not see.

        INVARIANT: entered before any other row is locked, as `changing` is: no deadlocks.
        """
        with self.writing() as connection:
            row = connection.execute(_hold).one_or_none()
            yield self._change(connection, by, row)

    def _change(self, connection: Connection, by: Actor, row: object) -> Change:
        match row:
            case (int(revision), int(seq), bytes(hashed)):
                head = Head(seq, hashed)
            case _:
                raise StoreUnavailable("expected a store, came a database without a tenant")
        return Change(connection, self.means, by, self.means.clock.now(), revision, head)
