"""Tags of resources, to be searched; long-running operations of the management API."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from ostiary.directory.migrations.first.types import WHOLE, WORDS

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables, and copy the tags that resource groups have."""
    op.create_table(
        "azure_tags",
        sa.Column("resource_id", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("value", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("resource_id", "name", name="pk_azure_tags"),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["azure_resources.id"],
            name="fk_azure_tags_resource_id",
            ondelete="CASCADE",
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_azure_tags_name", "azure_tags", ["name", "value"])
    op.create_table(
        "azure_operations",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("target", WORDS, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("began", WHOLE, nullable=False),
        sa.Column("ended", WHOLE, nullable=True),
        sa.Column("held_until", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_azure_operations"),
        sqlite_strict=True,
    )
    for column in ("ended", "target"):
        op.create_index(f"ix_azure_operations_{column}", "azure_operations", [column])
    _copy_tags()


def _copy_tags() -> None:
    connection = op.get_bind()
    found = connection.execute(sa.text("SELECT id, document FROM azure_resources")).all()
    insert = sa.text(
        "INSERT INTO azure_tags (resource_id, name, value) VALUES (:id, :name, :value)"
    )
    for resource_id, document in found:
        tags: Any = json.loads(document).get("tags") or {}
        # PostgreSQL keeps no NUL; a tag with one is shown with its group, and not found by.
        by_name = {
            str(name).strip().casefold(): str(value)
            for name, value in tags.items()
            if "\0" not in f"{name}{value}"
        }
        for name, value in by_name.items():
            connection.execute(insert, {"id": resource_id, "name": name, "value": value})
