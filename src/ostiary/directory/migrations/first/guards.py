"""The first schema: nobody changes or deletes a row of the audit log, not even this program."""

from __future__ import annotations

from alembic import op

_SQLITE = """
CREATE TRIGGER audit_keeps_{event} BEFORE {event} ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END
"""
_FUNCTION = """
CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit log is only added to'; END $$
"""
_TRIGGER = """
CREATE TRIGGER audit_keeps BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()
"""


def create() -> None:
    """Create the triggers."""
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(_SQLITE.format(event=event))
        return
    op.execute(_FUNCTION)
    op.execute(_TRIGGER)
