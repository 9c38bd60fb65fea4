"""What Alembic runs: the migrations, on the connection and in the transaction it is handed."""

from alembic import context
from sqlalchemy import Connection

from ostiary.directory.tables import METADATA

connection: Connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, transactional_ddl=False)
context.run_migrations()
