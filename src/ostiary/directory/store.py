"""The store: every aggregate on one database, each method a transaction, or several in one."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Generic, TypeVar

from sqlalchemy import Connection, select, update

from ostiary.directory import audit as audit_rows
from ostiary.directory.admin_sessions import AdminSessions
from ostiary.directory.alerts import Alerts
from ostiary.directory.applications import (
    AppCredentials,
    Applications,
    AppRoles,
    Consents,
    Principals,
)
from ostiary.directory.audit import AuditRow, Entry
from ostiary.directory.azure import AzureResources
from ostiary.directory.azure_operations import AzureOperations
from ostiary.directory.codes import Codes
from ostiary.directory.database import Database
from ostiary.directory.deleted import Deleted
from ostiary.directory.device_codes import DeviceCodes
from ostiary.directory.documents import Documents, insert_new
from ostiary.directory.ended_grants import EndedGrants
from ostiary.directory.endings import end_everything
from ostiary.directory.enrolment_links import EnrolmentLinks
from ostiary.directory.exclusions import TemporaryExclusions
from ostiary.directory.factors import Acceptances, Attempts, Methods, Passwords
from ostiary.directory.families import Families
from ostiary.directory.forward_sessions import ForwardSessions
from ostiary.directory.groups import Groups
from ostiary.directory.identity_callers import IdentityCallers
from ostiary.directory.interactions import Interactions, Once
from ostiary.directory.migrating import check_schema, migrate
from ostiary.directory.objects import (
    Agreements,
    Contexts,
    Devices,
    Locations,
    Registrations,
    Roles,
    Singles,
    Strengths,
)
from ostiary.directory.policies import Policies
from ostiary.directory.protocols import Actor, RandomBytes, Sealer
from ostiary.directory.renewing import StillGood, as_it_is, renew_methods
from ostiary.directory.risks import Risks
from ostiary.directory.rollouts import Rollouts
from ostiary.directory.sealed import TenantSecrets
from ostiary.directory.sessions import Sessions
from ostiary.directory.sign_ins import SignIns
from ostiary.directory.signing_keys import Keys
from ostiary.directory.tables_objects import known_collections, tenant
from ostiary.directory.unit import Means, Unit
from ostiary.directory.users import Users
from ostiary.directory.written_once import WrittenOnce
from ostiary.secrecy.clock import Clock

RESTORED: Final = "restoredFromBackup"
COLLECTIONS: Final[tuple[type[Documents], ...]] = (
    Users,
    Groups,
    Roles,
    Principals,
    Applications,
    Devices,
    Locations,
    Strengths,
    Contexts,
    Agreements,
    Registrations,
    Policies,
)


_T = TypeVar("_T")
_stamp = WrittenOnce(select(tenant.c.epoch, tenant.c.revision, tenant.c.audit_seq))


@dataclass(frozen=True, slots=True)
class Stamp:
    """A state of the store: restored how often, the last change that the snapshot sees, and the
    last row of the audit log."""

    epoch: int
    revision: int
    audited: int


class AuditLog:
    """The audit log, as it is read and added to."""

    def __init__(self, unit: Unit) -> None:
        """Work through a unit of work."""
        self._unit = unit

    def record(self, entry: Entry, *, by: Actor) -> None:
        """Add something that happened without a change of the store."""
        with self._unit.recording(by) as change:
            change.record(entry)

    def newest(
        self,
        *,
        before: int | None = None,
        activity: str | None = None,
        actor_id: str | None = None,
        target_id: str | None = None,
        within: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 100,
    ) -> list[AuditRow]:
        """Give the latest rows first, as `audit.newest` does."""
        with self._unit.reading() as connection:
            return list(
                audit_rows.newest(
                    connection,
                    before=before,
                    activity=activity,
                    actor_id=actor_id,
                    target_id=target_id,
                    within=within,
                    since=since,
                    until=until,
                    limit=limit,
                )
            )


class _Part(Generic[_T]):
    """An aggregate that is made when it is first asked for: a transaction needs two or three."""

    def __init__(self, make: Callable[[Unit], _T]) -> None:
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Aggregates, owner: type) -> _T:
        made = instance.__dict__[self._name] = self._make(instance.unit)
        return made


class Aggregates:
    """Every aggregate, on one unit of work."""

    users = _Part(Users)
    groups = _Part(Groups)
    roles = _Part(Roles)
    applications = _Part(Applications)
    principals = _Part(Principals)
    app_credentials = _Part(AppCredentials)
    consents = _Part(Consents)
    app_roles = _Part(AppRoles)
    devices = _Part(Devices)
    locations = _Part(Locations)
    strengths = _Part(Strengths)
    contexts = _Part(Contexts)
    agreements = _Part(Agreements)
    registrations = _Part(Registrations)
    policies = _Part(Policies)
    rollouts = _Part(Rollouts)
    exclusions = _Part(TemporaryExclusions)
    deleted = _Part(Deleted)
    singles = _Part(Singles)
    azure = _Part(AzureResources)
    azure_operations = _Part(AzureOperations)
    methods = _Part(Methods)
    passwords = _Part(Passwords)
    attempts = _Part(Attempts)
    acceptances = _Part(Acceptances)
    risks = _Part(Risks)
    sessions = _Part(Sessions)
    families = _Part(Families)
    codes = _Part(Codes)
    device_codes = _Part(DeviceCodes)
    interactions = _Part(Interactions)
    once = _Part(Once)
    ended_grants = _Part(EndedGrants)
    enrolment_links = _Part(EnrolmentLinks)
    identity_callers = _Part(IdentityCallers)
    forward_sessions = _Part(ForwardSessions)
    admin_sessions = _Part(AdminSessions)
    alerts = _Part(Alerts)
    keys = _Part(Keys)
    tenant_secrets = _Part(TenantSecrets)
    sign_ins = _Part(SignIns)
    audit = _Part(AuditLog)

    def __init__(self, unit: Unit) -> None:
        """Give each aggregate the unit."""
        self.unit = unit

    def stamp(self) -> Stamp:
        """Tell in which state the store is: another one after every audited change."""
        with self.unit.reading() as connection:
            return Stamp(*_stamp.first(connection, {}))


class Store(Aggregates):
    """One tenant's store, open."""

    def __init__(self, database: Database, means: Means) -> None:
        """Use a database that has the schema of this release."""
        super().__init__(Unit(database, means))
        self.database = database
        self.means = means

    @contextmanager
    def reading(self) -> Generator[Aggregates]:
        """Read several things from one consistent state."""
        with self.unit.reading() as connection:
            yield Aggregates(self.unit.within(connection))

    @contextmanager
    def transaction(self) -> Generator[Aggregates]:
        """Make several changes in one transaction: all of them, or none where this raises."""
        with self.unit.joined() as unit:
            yield Aggregates(unit)

    def revision(self) -> int:
        """Give the number of the last change that the snapshot has to see."""
        with self.unit.reading() as connection:
            return connection.execute(select(tenant.c.revision)).scalar_one()

    def good_revision(self) -> int:
        """Give the last revision whose policies could all be used, 0 where there was none."""
        with self.unit.reading() as connection:
            return connection.execute(select(tenant.c.good_revision)).scalar_one()

    def note_good(self, revision: int) -> None:
        """Keep that the policies of a revision could all be used."""
        older = (tenant.c.id == 1) & (tenant.c.good_revision < revision)
        with self.unit.writing() as connection:
            connection.execute(update(tenant).where(older).values(good_revision=revision))

    def epoch(self) -> int:
        """Give how often the store was restored from a backup."""
        with self.unit.reading() as connection:
            return connection.execute(select(tenant.c.epoch)).scalar_one()

    def restored(self) -> datetime | None:
        """Give when the store was last restored from a backup, None: never."""
        with self.unit.reading() as connection:
            row = connection.execute(select(tenant.c.epoch, tenant.c.epoch_began)).one()
        return row.epoch_began if row.epoch > 1 else None

    def begin_epoch(self, *, by: Actor, still: StillGood = as_it_is) -> int:
        """Begin anew after a restore: every session, code and token of before is void.

        `still` tells what becomes of an authentication method, which may have been used since.
        """
        with self.unit.changing(by) as change:
            connection = change.connection
            end_everything(connection, change.at, RESTORED)
            renew_methods(change, still)
            values = {"epoch": tenant.c.epoch + 1, "epoch_began": change.at}
            connection.execute(update(tenant).where(tenant.c.id == 1).values(values))
            target = audit_rows.Target("store", "1")
            change.record(Entry("Restore store", "DirectoryManagement", target))
            return connection.execute(select(tenant.c.epoch)).scalar_one()

    def forget_expired(self) -> int:
        """Delete what is over and needed by nobody; gives the number of rows."""
        return sum(
            each.forget_expired()
            for each in (
                self.sessions,
                self.families,
                self.codes,
                self.device_codes,
                self.interactions,
                self.once,
                self.enrolment_links,
                self.forward_sessions,
                self.admin_sessions,
                self.attempts,
                self.exclusions,
                self.deleted,
                self.azure_operations,
            )
        )

    def close(self) -> None:
        """Give every connection back."""
        self.database.close()


def open_store(
    place: str | Path, *, clock: Clock, random: RandomBytes, sealer: Sealer, connections: int = 16
) -> Store:
    """Open the store in a data folder or at a PostgreSQL URL; makes it, or migrates it, if needed.

    Raises SchemaTooNew, StoreUnavailable, StoreBusy.
    """
    means = Means(clock, random, sealer)
    database = Database(place, connections=connections)
    with _closed_on_failure(database):
        database.make_private()
        migrate(database)
        with database.writing() as connection:
            _begin(connection, means)
    return Store(database, means)


def open_existing(place: str | Path) -> Database:
    """Open the database of a store that exists, to read it. Raises StoreUnavailable."""
    database = Database(place)
    with _closed_on_failure(database):
        database.check_exists()
        check_schema(database)
    return database


@contextmanager
def _closed_on_failure(database: Database) -> Generator[None]:
    try:
        yield
    except BaseException:
        database.close()
        raise


def _begin(connection: Connection, means: Means) -> None:
    """Write the one row of the tenant, and that an empty collection is known to be empty."""
    row = {
        "id": 1,
        "revision": 1,
        "good_revision": 0,
        "epoch": 1,
        "epoch_began": means.clock.now(),
        "audit_seq": 0,
        "audit_hash": audit_rows.BEGINNING,
    }
    if insert_new(connection, tenant, row):
        for each in COLLECTIONS:
            insert_new(connection, known_collections, {"collection": each.collection})
