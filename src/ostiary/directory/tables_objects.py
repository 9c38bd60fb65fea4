"""Tables of the objects that Graph shows, each a JSON document with the keys it is found by."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, Text
from sqlalchemy.schema import SchemaItem

from ostiary.directory.columns import METADATA, Moment, Octets, Whole, Words


def _documents(name: str, *more: SchemaItem) -> Table:
    """Declare a table of documents.

    `revision` is the tenant's when the row was last written, `position` orders rows as they came.
    """
    return Table(
        name,
        METADATA,
        Column("id", Words, primary_key=True),
        Column("etag", Text, nullable=False),
        Column("revision", Whole, nullable=False, index=True),
        Column("position", Whole, nullable=False),
        Column("created", Moment, nullable=False),
        Column("modified", Moment, nullable=False),
        Column("document", Text, nullable=False),
        *more,
        sqlite_strict=True,
    )


def _key(name: str, *, unique: bool = False, needed: bool = False) -> Column[Any]:
    return Column(name, Words, nullable=not needed, unique=unique or None, index=not unique or None)


tenant: Final = Table(
    "tenant",
    METADATA,
    # INVARIANT: one row. Every change locks it first, so changes have one order.
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", Whole, nullable=False),
    Column("good_revision", Whole, nullable=False),
    Column("epoch", Whole, nullable=False),
    Column("epoch_began", Moment, nullable=False),
    Column("audit_seq", Whole, nullable=False),
    Column("audit_hash", Octets, nullable=False),
    sqlite_strict=True,
)
removed: Final = Table(
    "removed",
    METADATA,
    Column("collection", Words, nullable=False),
    Column("id", Words, nullable=False),
    Column("revision", Whole, nullable=False, index=True),
    PrimaryKeyConstraint("collection", "id"),
    sqlite_strict=True,
)
known_collections: Final = Table(
    "known_collections",
    METADATA,
    # An export that leaves a collection out says nothing of it; an empty one says there is none.
    Column("collection", Words, primary_key=True),
    sqlite_strict=True,
)
users: Final = _documents(
    "users",
    _key("principal_name", unique=True),
    _key("display_name"),
    Column("enabled", Integer, nullable=False),
    Column("sessions_valid_from", Moment),
)
groups: Final = _documents(
    "groups", _key("display_name"), Column("members_known", Integer, nullable=False)
)
group_members: Final = Table(
    "group_members",
    METADATA,
    Column("group_id", Words, ForeignKey("groups.id", ondelete="CASCADE"), nullable=False),
    Column("member_id", Words, nullable=False, index=True),
    Column("position", Whole, nullable=False),
    PrimaryKeyConstraint("group_id", "member_id"),
    sqlite_strict=True,
)
role_assignments: Final = _documents(
    "role_assignments", _key("role_id", needed=True), _key("principal_id", needed=True)
)
service_principals: Final = _documents("service_principals", _key("app_id"), _key("display_name"))
applications: Final = _documents(
    "applications", _key("app_id", unique=True, needed=True), _key("display_name")
)
devices: Final = _documents("devices", _key("device_id"), _key("display_name"))
named_locations: Final = _documents("named_locations", _key("display_name"))
strengths: Final = _documents("strengths", _key("display_name"))
contexts: Final = _documents("contexts", _key("display_name"))
agreements: Final = _documents("agreements", _key("display_name"))
registrations: Final = _documents("registrations")
policies: Final = _documents("policies", _key("display_name"), _key("state"))
policy_versions: Final = Table(
    "policy_versions",
    METADATA,
    Column("policy_id", Words, nullable=False),
    Column("version", Whole, nullable=False),
    Column("revision", Whole, nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("document", Text, nullable=False),
    PrimaryKeyConstraint("policy_id", "version"),
    sqlite_strict=True,
)
policy_rollouts: Final = _documents(
    "policy_rollouts",
    Column("policy_id", Words, nullable=False, index=True, server_default=""),
    # The policy's id as long as the rollout is under way: a policy has one of those at most.
    Column("under_way", Words),
    Index("ix_policy_rollouts_under_way", "under_way", unique=True),
)
temporary_exclusions: Final = _documents(
    "temporary_exclusions",
    _key("policy_id", needed=True),
    _key("user_id", needed=True),
    Column("starts", Moment, nullable=False),
    Column("ends", Moment, nullable=False, index=True),
)
deleted_items: Final = Table(
    "deleted_items",
    METADATA,
    Column("collection", Words, nullable=False),
    Column("id", Words, nullable=False),
    Column("deleted", Moment, nullable=False, index=True),
    Column("document", Text, nullable=False),
    PrimaryKeyConstraint("collection", "id"),
    sqlite_strict=True,
)
settings: Final = _documents("settings")
consents: Final = _documents(
    "consents", _key("client_id", needed=True), _key("principal_id"), _key("resource_id")
)
app_roles: Final = _documents(
    "app_role_assignments", _key("principal_id", needed=True), _key("resource_id", needed=True)
)
app_credentials: Final = Table(
    "app_credentials",
    METADATA,
    Column("id", Words, primary_key=True),
    Column("app_id", Words, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("hash", Octets),
    Column("thumbprint", Octets),
    Column("issuer", Words),
    Column("subject", Words),
    Column("starts", Moment, nullable=False),
    Column("ends", Moment),
    Column("document", Text, nullable=False),
    sqlite_strict=True,
)
Index("ix_app_credentials_federated", app_credentials.c.issuer, app_credentials.c.subject)
azure_resources: Final = _documents(
    "azure_resources",
    # Found by what they are, by the scope they stand in and, assignments, by who holds them.
    _key("type", needed=True),
    _key("scope", needed=True),
    _key("principal_id"),
)
azure_tags: Final = Table(
    "azure_tags",
    METADATA,
    # A copy of the tags of the document, to be searched; names without case, as Azure compares.
    Column(
        "resource_id", Words, ForeignKey("azure_resources.id", ondelete="CASCADE"), nullable=False
    ),
    Column("name", Words, nullable=False),
    Column("value", Words, nullable=False),
    PrimaryKeyConstraint("resource_id", "name"),
    sqlite_strict=True,
)
Index("ix_azure_tags_name", azure_tags.c.name, azure_tags.c.value)
azure_operations: Final = Table(
    "azure_operations",
    METADATA,
    Column("id", Words, primary_key=True),
    Column("target", Words, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("began", Moment, nullable=False),
    Column("ended", Moment, index=True),
    # Until then somebody works at it; after that anybody may carry on.
    Column("held_until", Moment, nullable=False),
    Column("document", Text, nullable=False),
    sqlite_strict=True,
)
