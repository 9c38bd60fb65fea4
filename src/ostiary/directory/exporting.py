"""The tenant of a store as a document, or as a folder with one file for each member."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ostiary.directory.database import Database
from ostiary.directory.errors import StoreUnavailable
from ostiary.directory.mirror import Mirror


def export_tenant(database: Database) -> dict[str, Any]:
    """Give the whole tenant as one document, from one consistent state; no secret is in it."""
    mirror = Mirror()
    mirror.refresh(database)
    return mirror.document()


def export_folder(database: Database, folder: Path) -> list[str]:
    """Write one file for each member of the tenant and give their names.

    Raises StoreUnavailable where the folder cannot be written.
    """
    written: list[str] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for key, value in export_tenant(database).items():
            path = folder / f"{key}.json"
            text = json.dumps({"value": value} if isinstance(value, list) else value, indent=2)
            path.write_text(text + "\n", encoding="utf-8", newline="\n")
            written.append(path.name)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise StoreUnavailable(f"{folder}: cannot be written: {reason}") from error
    return written
