"""All tables of the store, and the one description of them that migrations are compared with."""

from __future__ import annotations

from ostiary.directory import tables_identities, tables_logs, tables_objects, tables_sessions
from ostiary.directory.columns import METADATA

__all__ = ["METADATA", "tables_identities", "tables_logs", "tables_objects", "tables_sessions"]
