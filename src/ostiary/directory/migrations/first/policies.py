"""The first schema: policies and what they name: locations, strengths, applications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ostiary.directory.migrations.first.types import WHOLE, WORDS


def create() -> None:
    """Create the tables."""

    op.create_table(
        "policies",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("modified", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("display_name", WORDS, nullable=True),
        sa.Column("state", WORDS, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_policies"),
        sqlite_strict=True,
    )
    op.create_index("ix_policies_display_name", "policies", ["display_name"])
    op.create_index("ix_policies_revision", "policies", ["revision"])
    op.create_index("ix_policies_state", "policies", ["state"])
    op.create_table(
        "policy_versions",
        sa.Column("policy_id", WORDS, nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("policy_id", "version", name="pk_policy_versions"),
        sqlite_strict=True,
    )
    op.create_table(
        "policy_rollouts",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("modified", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_policy_rollouts"),
        sqlite_strict=True,
    )
    op.create_index("ix_policy_rollouts_revision", "policy_rollouts", ["revision"])
    op.create_table(
        "named_locations",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("modified", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("display_name", WORDS, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_named_locations"),
        sqlite_strict=True,
    )
    op.create_index("ix_named_locations_display_name", "named_locations", ["display_name"])
    op.create_index("ix_named_locations_revision", "named_locations", ["revision"])
    op.create_table(
        "strengths",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("modified", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("display_name", WORDS, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_strengths"),
        sqlite_strict=True,
    )
    op.create_index("ix_strengths_display_name", "strengths", ["display_name"])
    op.create_index("ix_strengths_revision", "strengths", ["revision"])
    op.create_table(
        "contexts",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("modified", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("display_name", WORDS, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_contexts"),
        sqlite_strict=True,
    )
    op.create_index("ix_contexts_display_name", "contexts", ["display_name"])
    op.create_index("ix_contexts_revision", "contexts", ["revision"])
    op.create_table(
        "settings",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("modified", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_settings"),
        sqlite_strict=True,
    )
    op.create_index("ix_settings_revision", "settings", ["revision"])
    op.create_table(
        "applications",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("modified", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("app_id", WORDS, nullable=False),
        sa.Column("display_name", WORDS, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_applications"),
        sa.UniqueConstraint("app_id", name="uq_applications_app_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_applications_display_name", "applications", ["display_name"])
    op.create_index("ix_applications_revision", "applications", ["revision"])
    op.create_table(
        "service_principals",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("modified", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("app_id", WORDS, nullable=True),
        sa.Column("display_name", WORDS, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_service_principals"),
        sqlite_strict=True,
    )
    op.create_index("ix_service_principals_app_id", "service_principals", ["app_id"])
    op.create_index("ix_service_principals_display_name", "service_principals", ["display_name"])
    op.create_index("ix_service_principals_revision", "service_principals", ["revision"])
    op.create_table(
        "app_credentials",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("app_id", WORDS, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=True),
        sa.Column("thumbprint", sa.LargeBinary(), nullable=True),
        sa.Column("issuer", WORDS, nullable=True),
        sa.Column("subject", WORDS, nullable=True),
        sa.Column("starts", WHOLE, nullable=False),
        sa.Column("ends", WHOLE, nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_app_credentials"),
        sqlite_strict=True,
    )
    op.create_index("ix_app_credentials_app_id", "app_credentials", ["app_id"])
    op.create_index("ix_app_credentials_federated", "app_credentials", ["issuer", "subject"])
    op.create_table(
        "app_role_assignments",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("modified", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("principal_id", WORDS, nullable=False),
        sa.Column("resource_id", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_app_role_assignments"),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_app_role_assignments_principal_id", "app_role_assignments", ["principal_id"]
    )
    op.create_index("ix_app_role_assignments_resource_id", "app_role_assignments", ["resource_id"])
    op.create_index("ix_app_role_assignments_revision", "app_role_assignments", ["revision"])
    op.create_table(
        "consents",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("modified", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("client_id", WORDS, nullable=False),
        sa.Column("principal_id", WORDS, nullable=True),
        sa.Column("resource_id", WORDS, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
        sqlite_strict=True,
    )
    op.create_index("ix_consents_client_id", "consents", ["client_id"])
    op.create_index("ix_consents_principal_id", "consents", ["principal_id"])
    op.create_index("ix_consents_resource_id", "consents", ["resource_id"])
    op.create_index("ix_consents_revision", "consents", ["revision"])
