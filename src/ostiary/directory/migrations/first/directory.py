"""The first schema: people, groups, roles, devices, risk and terms of use."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ostiary.directory.migrations.first.types import WHOLE, WORDS


def create() -> None:
    """Create the tables."""

    op.create_table(
        "tenant",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("good_revision", WHOLE, nullable=False),
        sa.Column("epoch", WHOLE, nullable=False),
        sa.Column("epoch_began", WHOLE, nullable=False),
        sa.Column("audit_seq", WHOLE, nullable=False),
        sa.Column("audit_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tenant"),
        sqlite_strict=True,
    )
    op.create_table(
        "removed",
        sa.Column("collection", WORDS, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("collection", "id", name="pk_removed"),
        sqlite_strict=True,
    )
    op.create_index("ix_removed_revision", "removed", ["revision"])
    op.create_table(
        "known_collections",
        sa.Column("collection", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("collection", name="pk_known_collections"),
        sqlite_strict=True,
    )
    op.create_table(
        "users",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("modified", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("principal_name", WORDS, nullable=True),
        sa.Column("display_name", WORDS, nullable=True),
        sa.Column("enabled", sa.Integer(), nullable=False),
        sa.Column("sessions_valid_from", WHOLE, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("principal_name", name="uq_users_principal_name"),
        sqlite_strict=True,
    )
    op.create_index("ix_users_display_name", "users", ["display_name"])
    op.create_index("ix_users_revision", "users", ["revision"])
    op.create_table(
        "groups",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("modified", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("display_name", WORDS, nullable=True),
        sa.Column("members_known", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_groups"),
        sqlite_strict=True,
    )
    op.create_index("ix_groups_display_name", "groups", ["display_name"])
    op.create_index("ix_groups_revision", "groups", ["revision"])
    op.create_table(
        "group_members",
        sa.Column("group_id", WORDS, nullable=False),
        sa.Column("member_id", WORDS, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name="fk_group_members_group_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", "member_id", name="pk_group_members"),
        sqlite_strict=True,
    )
    op.create_index("ix_group_members_member_id", "group_members", ["member_id"])
    op.create_table(
        "role_assignments",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("modified", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("role_id", WORDS, nullable=False),
        sa.Column("principal_id", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_role_assignments"),
        sqlite_strict=True,
    )
    op.create_index("ix_role_assignments_principal_id", "role_assignments", ["principal_id"])
    op.create_index("ix_role_assignments_revision", "role_assignments", ["revision"])
    op.create_index("ix_role_assignments_role_id", "role_assignments", ["role_id"])
    op.create_table(
        "devices",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("modified", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("device_id", WORDS, nullable=True),
        sa.Column("display_name", WORDS, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_devices"),
        sqlite_strict=True,
    )
    op.create_index("ix_devices_device_id", "devices", ["device_id"])
    op.create_index("ix_devices_display_name", "devices", ["display_name"])
    op.create_index("ix_devices_revision", "devices", ["revision"])
    op.create_table(
        "registrations",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("modified", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_registrations"),
        sqlite_strict=True,
    )
    op.create_index("ix_registrations_revision", "registrations", ["revision"])
    op.create_table(
        "risks",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("updated", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_risks"),
        sqlite_strict=True,
    )
    op.create_table(
        "risk_detections",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("principal_id", WORDS, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_risk_detections"),
        sqlite_strict=True,
    )
    op.create_index("ix_risk_detections_principal_id", "risk_detections", ["principal_id"])
    op.create_table(
        "acceptances",
        sa.Column("user_id", WORDS, nullable=False),
        sa.Column("agreement_id", WORDS, nullable=False),
        sa.Column("device_id", WORDS, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "agreement_id", "device_id", name="pk_acceptances"),
        sqlite_strict=True,
    )
    op.create_table(
        "agreements",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("modified", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("display_name", WORDS, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_agreements"),
        sqlite_strict=True,
    )
    op.create_index("ix_agreements_display_name", "agreements", ["display_name"])
    op.create_index("ix_agreements_revision", "agreements", ["revision"])
