"""Sign-ins are searched by kind, Conditional Access result, user, application, address and ids."""

from __future__ import annotations

import json
from typing import Any, Final

import sqlalchemy as sa
from alembic import op

from ostiary.directory.migrations.first.types import WHOLE, WORDS

revision = "0015"
down_revision = "0011"
branch_labels = None
depends_on = None

_CHUNK: Final = 5_000
_MEMBERS: Final = {
    "kind": "category",
    "ca_status": "ca_status",
    "user_name": "user_name",
    "app_name": "client_app_name",
    "ip": "ip",
    "correlation_id": "correlation_id",
}
"""Column -> member of the row that it repeats, in lower case."""
_INDEXED: Final = ("app_id", "kind", "ca_status", "user_name", "ip", "correlation_id")


def upgrade() -> None:
    """Add the columns, fill them from the rows, and index them."""
    for name in _MEMBERS:
        op.add_column("sign_ins", sa.Column(name, WORDS, nullable=False, server_default=""))
    _fill(op.get_bind())
    for name in _INDEXED:
        op.create_index(f"ix_sign_ins_{name}", "sign_ins", [name, "at"])


def _fill(connection: sa.Connection) -> None:
    columns = [sa.column(name, WORDS) for name in _MEMBERS]
    table = sa.table("sign_ins", sa.column("number", WHOLE), sa.column("row", sa.Text()), *columns)
    number, last = table.c.number, 0
    change = sa.update(table).where(number == sa.bindparam("of_number"))
    change = change.values({each.name: sa.bindparam(f"to_{each.name}") for each in columns})
    while True:
        found = connection.execute(
            sa.select(number, table.c.row).where(number > last).order_by(number).limit(_CHUNK)
        ).all()
        if not found:
            return
        connection.execute(change, [_filled(each.number, json.loads(each.row)) for each in found])
        last = found[-1].number


def _filled(number: int, row: dict[str, Any]) -> dict[str, Any]:
    usual = {"ca_status": "notApplied"}
    texts = {
        f"to_{column}": str(row.get(member) or usual.get(member, "")).casefold()
        for column, member in _MEMBERS.items()
    }
    return {"of_number": number, **texts}
