"""Bring a database to the schema of this release; of several processes at once, one does it."""

from __future__ import annotations

from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from ostiary.directory.database import Database
from ostiary.directory.errors import SchemaTooNew, StoreUnavailable

_LOCK: Final = 0x6F737469
"""The number of the advisory lock of PostgreSQL: `osti`."""


def migrate(database: Database, schema: str = "head") -> None:
    """Run the migrations that the database has not seen, in one transaction.

    A process that is killed leaves the schema as it was: both databases undo changes of tables.
    Raises SchemaTooNew where a later release wrote the database.
    """
    config = configuration()
    # INVARIANT: the lock is taken before the version is read, so that only one process migrates.
    with database.writing() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
        if _pending(connection, config):
            config.attributes["connection"] = connection
            command.upgrade(config, schema)


def schema_of(connection: Connection) -> str:
    """Give the schema of a database, '' of an empty one."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def require_known(schema: str) -> None:
    """Raise SchemaTooNew for a schema that this release does not know."""
    scripts = ScriptDirectory.from_config(configuration())
    if schema not in {each.revision for each in scripts.walk_revisions()}:
        raise SchemaTooNew(
            f"the data has the schema `{schema[:40]}`, which this release does not know",
            hint="use the release that wrote it, or a later one",
        )


def check_schema(database: Database) -> None:
    """Raise StoreUnavailable or SchemaTooNew where the schema is not that of this release."""
    with database.reading() as connection:
        if _pending(connection, configuration()):
            raise StoreUnavailable(
                "expected a database with the schema of this release, came an older or empty one",
                hint="start the server once, or name the right folder with --data",
            )


def _pending(connection: Connection, config: Config) -> bool:
    scripts = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in {each.revision for each in scripts.walk_revisions()}:
        raise SchemaTooNew(
            f"the database has the schema `{current}`, which this release does not know",
            hint="run the release that wrote it, or a later one",
        )
    return current != scripts.get_current_head()


def configuration() -> Config:
    """Say where the migrations are."""
    config = Config()
    config.set_main_option("script_location", "ostiary.directory:migrations")
    config.set_main_option("path_separator", "os")
    return config
