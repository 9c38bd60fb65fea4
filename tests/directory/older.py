"""The store's code of the release before, in a process of its own.

`python older.py SOURCES PLACE` opens the store with the code under SOURCES, creates a policy, waits
for a line, does what a server goes on doing, and prints what it then sees as JSON.
"""

from __future__ import annotations

import hmac
import json
import os
import sys
from importlib import import_module


class _Sealer:
    """Hides nothing, as `tests.directory.stores.BindingSealer`, which is not of that release."""

    def seal(self, table: str, key: str, column: str, plain: bytes) -> bytes:
        """Put a tag of the place before the mirrored value."""
        return _tag(table, key, column) + plain[::-1]

    def open(self, table: str, key: str, column: str, sealed: bytes) -> bytes:
        """Take the tag away."""
        return sealed[32:][::-1]


def _tag(table: str, key: str, column: str) -> bytes:
    return hmac.digest(b"test", f"{table}|{key}|{column}".encode(), "sha256")


def main() -> None:
    """Be that release."""
    sys.path.insert(0, sys.argv[1])
    clock = import_module("ostiary.secrecy.clock").SystemClock()
    protocols = import_module("ostiary.directory.protocols")
    by = protocols.Actor(protocols.ActorKind.USER, "a0000000-0000-4000-8000-000000000001", "Old")
    opened = import_module("ostiary.directory.store").open_store
    store = opened(sys.argv[2], clock=clock, random=os.urandom, sealer=_Sealer())
    first = store.policies.create({"displayName": "of the older", "state": "disabled"}, by=by)
    print("ready", flush=True)  # noqa: T201  # for whoever started it
    sys.stdin.readline()
    seen = sorted(each.document["displayName"] for each in store.policies.all())
    store.policies.modify(first.id, {"state": "enabled"}, by=by)
    store.policies.create({"displayName": "of the older, afterwards"}, by=by)
    print(json.dumps({"seen": seen, "revision": store.revision()}), flush=True)  # noqa: T201
    store.close()


if __name__ == "__main__":
    main()
