"""The sign-in log of a tenant out of Graph, as a file that `ostiary impact --log` reads.

Graph tells interactive sign-ins by users unless the kind is named, and background ones are where
scripts are: so each of the four kinds is asked for (api-reference signin-list).
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from ostiary.entra.client import GraphClient
from ostiary.entra.permissions import READ_LOGS, require

KINDS: Final = (
    "interactiveUser",
    "nonInteractiveUser",
    "servicePrincipal",
    "managedIdentity",
)
_PATH: Final = "/beta/auditLogs/signIns"
_PAGE: Final = "999"


def pull_log(
    client: GraphClient,
    path: Path,
    *,
    days: int,
    now: datetime,
    told: Callable[[float, int], None] = lambda share, rows: None,
) -> dict[str, int]:
    """Write the sign-ins of the last days, one a line; `.gz` at the end of the name compresses.

    Gives how many there are of each kind. What was there is replaced once all went well. Raises
    GraphError and OSError.
    """
    require(client.tokens.token(), (READ_LOGS,), doing="pulling the sign-in log")
    since = (now - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    counts: dict[str, int] = dict.fromkeys(KINDS, 0)
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("wb") as raw:
            os.chmod(partial, 0o600)  # who signed in from where is nobody else's business
            file = gzip.GzipFile(fileobj=raw, mode="wb") if path.suffix == ".gz" else raw
            for number, kind in enumerate(KINDS):
                condition = f"signInEventTypes/any(t: t eq '{kind}')"
                query = {"$filter": f"createdDateTime ge {since} and {condition}", "$top": _PAGE}
                for each in client.listed(_PATH, query):
                    file.write(json.dumps(each, ensure_ascii=False).encode("utf-8") + b"\n")
                    counts[kind] += 1
                    told(number / len(KINDS), sum(counts.values()))
                told((number + 1) / len(KINDS), sum(counts.values()))
            if file is not raw:
                file.close()
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    return counts
