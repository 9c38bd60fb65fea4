"""AU05: the PostgreSQL role of docs/postgresql.md serves, and cannot touch the audit log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from ostiary.directory.audit_verify import verify
from ostiary.directory.database import url_of
from ostiary.directory.errors import StoreUnavailable
from tests.directory.servers import Postgres
from tests.directory.stores import ADMIN, TestClock, opened

ROOT = Path(__file__).resolve().parents[2]
ROLE = "ostiary_server"


def run(url: str, *statements: str) -> None:
    """Run statements as the owner."""
    engine = create_engine(url_of(url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for each in statements:
            connection.execute(text(each))
    engine.dispose()


@pytest.fixture
def role_url(postgres: Postgres | str) -> Iterator[str]:
    """A store whose tables another role owns."""
    if isinstance(postgres, str):
        pytest.skip(postgres)
    page = (ROOT / "docs" / "postgresql.md").read_text(encoding="utf-8")
    block = re.search(r"```sql\n(.*?)```", page, re.DOTALL)
    assert block is not None
    statements = [each.strip() for each in block[1].split(";") if each.strip()]
    with postgres.database() as url:
        opened(url, TestClock()).close()
        run(url, *statements)
        try:
            as_role = make_url(url).set(username=ROLE)
            yield as_role.render_as_string(hide_password=False)
        finally:
            run(url, f"DROP OWNED BY {ROLE}", f"DROP ROLE {ROLE}")


def test_AU05_the_role_serves(role_url: str) -> None:
    store = opened(role_url, TestClock())
    made = store.policies.create({"displayName": "a"}, by=ADMIN)
    store.policies.modify(made.id, {"state": "enabled"}, by=ADMIN)
    store.enrolment_links.make("u1", lifetime=timedelta(minutes=1), by=ADMIN)
    store.forget_expired()
    store.policies.delete(made.id, by=ADMIN)
    with store.database.reading() as connection:
        assert verify(connection).holds
    store.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET activity = 'x'",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "DROP TRIGGER audit_keeps ON audit",
        "ALTER TABLE audit DISABLE TRIGGER ALL",
        "DELETE FROM policy_versions",
        "DELETE FROM audit_checkpoints",
        "UPDATE alembic_version SET version_num = '0001'",
    ],
)
def test_AU05_the_role_cannot_change_what_was_recorded(role_url: str, statement: str) -> None:
    store = opened(role_url, TestClock())
    store.policies.create({"displayName": "a"}, by=ADMIN)
    with (
        pytest.raises(StoreUnavailable, match=r"permission denied|must be owner"),
        store.database.writing() as connection,
    ):
        connection.execute(text(statement))
    with store.database.reading() as connection:
        assert verify(connection).holds
    store.close()
